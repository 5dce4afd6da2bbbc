"""nginx before a shared server, as docs/how-to/shared-server.md sets it up, on other ports."""

import contextlib
import os
import re
import shutil
import socket
import subprocess
import textwrap
import time
from pathlib import Path

import pytest

HOW_TO = Path(__file__).parents[1] / "docs/how-to/shared-server.md"
NAME = "knee.example.org"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def needs_nginx():
    """Skip a test where there is no nginx, unless tests are promised to run all."""
    if NGINX is None and not os.environ.get("CI"):
        pytest.skip("nginx is not installed")
    assert NGINX is not None, "CI is set and nginx is missing."


def block(kind):
    """The block of that kind in the how-to, as people copy it."""
    (found,) = re.findall(
        rf"^ *```{kind}\n(.*?)^ *```", HOW_TO.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    return textwrap.dedent(found)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_certificate(folder):
    subject = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    files = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run(["openssl", "req", "-x509", *kind, *files, *subject], check=True, capture_output=True)


def fitted(folder, ports, behind, patience):
    """The text of the how-to with other ports and places, and nothing else changed but how long it waits."""
    plain, tls = ports
    changes = {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{tls} ssl http2;",
        f"/etc/letsencrypt/live/{NAME}/fullchain.pem": f"{folder}/cert.pem",
        f"/etc/letsencrypt/live/{NAME}/privkey.pem": f"{folder}/key.pem",
        "http://127.0.0.1:8321": f"http://127.0.0.1:{behind}",
        "client_header_timeout 10s": f"client_header_timeout {patience}",
        "client_body_timeout 20s": f"client_body_timeout {patience}",
    }
    text = block("nginx")
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


@contextlib.contextmanager
def fronting(folder, ports, behind, patience="2s"):
    """nginx while the block runs."""
    make_certificate(folder)
    temporary = "".join(
        f"{what}_temp_path {folder}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;" if os.geteuid() == 0 else ""  # whose folder it is
    http = f"access_log {folder}/log; {temporary}\n{fitted(folder, ports, behind, patience)}"
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/errors; {user} events {{}} http {{ {http} }}"
    )
    with subprocess.Popen([NGINX, "-e", str(folder / "errors"), "-c", str(configuration)]) as nginx:
        try:
            for _ in range(200):
                assert nginx.poll() is None, (folder / "errors").read_text()
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", ports[1]), 1):
                    break
                time.sleep(0.02)
            yield
        finally:
            nginx.terminate()
