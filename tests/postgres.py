"""A server of PostgreSQL for the tests: its own folder, port and password, run by somebody without rights."""

import contextlib
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from kneewise.store import open_store

_FOUND = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda place: int(place.parts[-3]))
BIN = _FOUND[-1].parent if _FOUND else None
_ON_PATH = shutil.which("initdb")
if BIN is None and _ON_PATH:
    BIN = Path(_ON_PATH).resolve().parent
TEMPLATE = "kneewise_template"
_SETTINGS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=60"
"""Nothing here has to survive a power failure."""


def needs_postgres():
    """Skip a test where there is no PostgreSQL, unless tests are promised to run all."""
    if BIN is None and not os.environ.get("CI"):
        pytest.skip("PostgreSQL is not installed")
    assert BIN is not None, "CI is set and PostgreSQL is missing."


class Postgres:
    """The server.

    Parameters
    ----------
    folder
        Of everything it has.
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.port = _free_port()
        self._count = itertools.count()
        secret = self.folder / "secret"
        secret.write_text("only for tests")
        if os.geteuid() == 0:
            for place in (self.folder, secret):
                os.chown(place, _nobody().pw_uid, _nobody().pw_gid)
        self._run(
            "initdb",
            "-D",
            self.data,
            "-U",
            "tester",
            "-A",
            "scram-sha-256",
            f"--pwfile={secret}",
            "-E",
            "UTF8",
        )
        self.start()
        self.execute(f"CREATE DATABASE {TEMPLATE}")
        open_store(self.folder.parent / f"{self.folder.name}-home", self.url(TEMPLATE)).close()

    @property
    def data(self):
        return str(self.folder / "data")

    def start(self):
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {_SETTINGS}"
        self._run(
            "pg_ctl", "-D", self.data, "-w", "-s", "-o", options, "-l", str(self.folder / "log"), "start"
        )

    def stop(self):
        """As when somebody restarts it: whoever is connected is cut off."""
        self._run("pg_ctl", "-D", self.data, "-w", "-s", "-m", "fast", "stop")

    def url(self, name):
        return f"postgresql+pg8000://tester:only for tests@127.0.0.1:{self.port}/{name}"

    def fresh(self, template=TEMPLATE):
        """Address of a new database, with all tables and nothing in them."""
        name = f"test_{next(self._count)}"
        statement = f"CREATE DATABASE {name} TEMPLATE {template}"
        for _ in range(50):
            try:
                self.execute(statement)
            except DBAPIError:  # somebody is just leaving the template
                time.sleep(0.1)
            else:
                return self.url(name)
        self.execute(statement)
        return self.url(name)

    def drop(self, url):
        self.execute(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def execute(self, statement):
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(statement))
        finally:
            engine.dispose()

    def _run(self, program, *arguments):
        as_nobody = ()
        if os.geteuid() == 0:  # PostgreSQL refuses to be run by root
            who = _nobody()
            as_nobody = ("setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups")
        with (self.folder / "said").open("w+") as said:  # a pipe would stay open as long as the server
            done = subprocess.run(
                [*as_nobody, str(BIN / program), *arguments],
                cwd=self.folder,
                stdout=said,
                stderr=said,
                env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            )
            said.seek(0)
            assert done.returncode == 0, f"{program}: {said.read()}"


def _nobody():
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def running():
    """The server, gone with the block."""
    folder = Path(tempfile.mkdtemp(prefix="kneewise-postgres-"))
    try:
        server = Postgres(folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(folder.parent / f"{folder.name}-home", ignore_errors=True)
