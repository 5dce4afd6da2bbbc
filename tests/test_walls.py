"""What a hostile film could do to the process that reads it ends at its walls."""

import json
import os
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from kneewise.casefile import build_person
from kneewise.measuring import Limits, landlock_version, walls
from kneewise.measuring.running import CHILD
from kneewise.samples import sample_film, sample_person
from kneewise.store.packing import pack

needs_walls = pytest.mark.skipif(landlock_version() == 0, reason="this kernel has no walls to offer")
WITHIN = """
import os, runpy, socket, sys
walls = runpy.run_path(sys.argv[1])
film, out = sys.argv[2:4]
if sys.argv[4] == "walled":
    assert walls["raise_walls"]([*walls["needed_places"](), film], [out, "/dev/null"])
try:
    exec(sys.argv[5])
except PermissionError:
    print("refused")
else:
    print("done")
"""


@pytest.fixture
def places(tmp_path):
    """The film's folder and the one for what is made of it, beside a memory with a secret."""
    for name in ("film", "made", "memory"):
        (tmp_path / name).mkdir()
    (tmp_path / "film" / "squat.mp4").write_bytes(b"film")
    (tmp_path / "memory" / "secret").write_text("secret")
    (tmp_path / "film" / "sly.mp4").symlink_to(tmp_path / "memory" / "secret")
    return tmp_path


def attempt(places, does, how="walled"):
    """How it ends when a process does that within its walls, or without any."""
    command = [sys.executable, "-c", WITHIN, walls.__file__, places / "film", places / "made", how, does]
    environment = {**os.environ, "AT": str(places)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


AT = "os.environ['AT']"
FORBIDDEN = {
    "a file of the system": "open('/etc/hostname')",
    "the memory": f"open({AT} + '/memory/secret')",
    "the memory by way of the film": "open(film + '/sly.mp4')",
    "names in a folder": f"os.listdir({AT})",
    "another process": "open(f'/proc/{os.getppid()}/environ')",
    "writing to the film": "open(film + '/squat.mp4', 'r+b')",
    "cutting the film": "os.truncate(film + '/squat.mp4', 0)",
    "removing the film": "os.unlink(film + '/squat.mp4')",
    "writing beside the results": f"open({AT} + '/new', 'w')",
    "taking the secret along": f"os.rename({AT} + '/memory/secret', out + '/mine')",
    "a link among the results": f"os.symlink({AT} + '/memory/secret', out + '/mine')",
    "a pipe among the results": "os.mkfifo(out + '/mine')",
    "a program": "os.execv(sys.executable, [sys.executable, '-c', 'print(1)'])",
    "a connection": f"socket.create_connection(('127.0.0.1', int(open({AT} + '/made/port').read())), 5)",
    "a listener": "socket.socket().bind(('127.0.0.1', 0))",
}


@pytest.fixture
def port(places):
    """Somebody on this computer listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        (places / "made" / "port").write_text(str(listener.getsockname()[1]))
        yield


@needs_walls
@pytest.mark.usefixtures("port")
@pytest.mark.parametrize("does", FORBIDDEN.values(), ids=FORBIDDEN)
def test_nothing_else_is_reached_from_within(places, does):
    if "socket" in does and landlock_version() < 4:
        pytest.skip("this kernel's walls have no say about connections")
    assert attempt(places, does) == "refused"
    assert (places / "film" / "squat.mp4").read_bytes() == b"film"
    assert attempt(places, does, "free") != "refused"


ALLOWED = {
    "reading the film": "assert open(film + '/squat.mp4').read() == 'film'",
    "writing results": "os.mkdir(out + '/a'); open(out + '/a/b', 'w'); os.rename(out + '/a/b', out + '/c')",
    "reading them again": "open(out + '/d', 'w').write('x'); assert open(out + '/d').read() == 'x'",
    "saying nothing": "open('/dev/null', 'w').write('x')",
    "importing": "import ssl, sqlite3, numpy, scipy.optimize, av, cv2",
    "threads": "import threading; one = threading.Thread(target=print); one.start(); one.join()",
}


@needs_walls
@pytest.mark.parametrize("does", ALLOWED.values(), ids=ALLOWED)
def test_what_measuring_needs_is_there(places, does):
    assert attempt(places, does).split()[-1] == "done"


@needs_walls
def test_threads_begun_within_do_not_get_out(places):
    does = (
        "import threading; seen = []\n"
        "def look():\n"
        "    try: open('/etc/hostname')\n"
        "    except PermissionError: seen.append(1)\n"
        "one = threading.Thread(target=look); one.start(); one.join(); assert seen == [1]"
    )
    assert attempt(places, does) == "done"


def measure(places, film):
    """What the child that the worker starts leaves of that film."""
    order = {
        "film": str(film), "out": str(places / "made"), "load": 0.0, "bar": "none", "model": "lite",
        "person": pack(build_person(sample_person()), {}),
    }  # fmt: skip
    command = [*CHILD, json.dumps(asdict(Limits())), str(places / "film"), str(places / "made")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as child:
        child.stdin.write(json.dumps(order).encode() + b"\n")
        child.stdin.flush()
        assert child.wait() == 0
    return json.loads((places / "made" / "ending.json").read_text())


@needs_walls
@pytest.mark.slow
def test_the_child_of_the_worker_reads_its_film_and_no_other(places):
    with sample_film("squat_side") as film:
        content = film.read_bytes()
    inside, outside = places / "film" / "squat.mp4", places / "memory" / "squat.mp4"
    for place in (inside, outside):
        place.write_bytes(content)
    assert measure(places, outside)["issue"]["severity"] == "REFUSED"
    assert not (places / "made" / "trial.npz").exists()
    assert measure(places, inside)["issue"] is None
    assert (places / "made" / "trial.npz").exists()


def test_where_the_system_has_no_walls_the_child_goes_on_without(monkeypatch):
    monkeypatch.setattr(walls, "_call", lambda *_: -1)
    assert walls.landlock_version() == 0
    assert not walls.raise_walls([], [])
    assert Path("/etc").is_dir()


def test_the_child_is_let_in_by_a_file_that_imports_nothing_of_ours():
    assert Path(CHILD[-2]) == Path(walls.__file__)
    code = f"import runpy, sys; runpy.run_path({walls.__file__!r}); print('numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
