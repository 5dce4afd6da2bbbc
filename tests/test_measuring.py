"""Films are measured in a process of their own; nothing that one does there harms worker, memory or pages."""

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from fractions import Fraction
from functools import partial

import av
import numpy as np
import pytest

from kneewise.conventions import USUAL, View
from kneewise.measuring import Limits, Worker, Workshop, results_of, run_child
from kneewise.model import Burden, Capture, Trial
from kneewise.samples import sample_film, sample_person
from kneewise.store import SILENCE, Failed, FilmState, Label, Measured, Refused, open_store
from kneewise.store.packing import pack_trial

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits of processes as Linux has them")
TELL = "import sys, json, time, os; sys.stdin.readline()\n"
QUICK = Limits(wall=20.0)
ALL = json.dumps(asdict(QUICK))


def now():
    return datetime.now(UTC)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "home") as store:
        yield store


@pytest.fixture
def case(store):
    return store.add_case("Ada", now(), {"version": 1, "person": sample_person()}).id


@pytest.fixture
def film(store, case):
    return store.add_film(case, io.BytesIO(b"film" * 1000), "my squat.mp4", Label(), now()).id


def worker_of(store, does, limits=QUICK, setup=""):
    """A worker whose child does something else than measuring."""
    code = f"{setup}\n{TELL}{does}"
    return Worker(store=store, run=partial(run_child, child=(sys.executable, "-c", code)), limits=limits)


def ends(store, film, worker):
    assert worker.measure_next()
    return store.film(film)


@pytest.mark.parametrize(
    "does",
    [
        "os.kill(os.getpid(), 11)",
        "os._exit(1)",
        "raise MemoryError",
        "pass",
        "print('x' * 10_000_000); os._exit(1)",
        "print('no json'); print(json.dumps({'share': 'x'})); print('{}'); os._exit(1)",
        "sys.stdout.buffer.write(b'\\xff' * 1000); os._exit(1)",
    ],
)
def test_a_child_that_breaks_off_ends_its_film_only(store, case, film, does):
    worker = worker_of(store, does)
    broken = ends(store, film, worker)
    assert broken.state is FilmState.FAILED
    assert "Try: " in broken.ending.words
    assert broken.present
    after = store.add_film(case, io.BytesIO(b"next"), "b.mp4", Label(), now()).id
    assert ends(store, after, worker).state is FilmState.FAILED


def test_a_person_who_is_not_possible_is_told_and_measured_by_nobody(store):
    case = store.add_case("Ada", now(), {"version": 1, "person": {"height_cm": 3}}).id
    film = store.add_film(case, io.BytesIO(b"film"), "a.mp4", Label(), now()).id
    assert "height_cm" in ends(store, film, worker_of(store, "pass")).ending.words


def test_a_child_that_does_not_end_is_ended(store, film):
    begun = time.monotonic()
    late = ends(store, film, worker_of(store, "time.sleep(600)", Limits(wall=1.0)))
    assert late.state is FilmState.FAILED
    assert "too long" in late.ending.words
    assert time.monotonic() - begun < 30


LIMITED = """
import json, sys
from kneewise.measuring.limits import Limits
Limits(**json.loads(sys.argv[1])).impose()
"""
LEAVE = """
def leave(text):
    with open(os.path.join(os.environ["TMPDIR"], "ending.json"), "w") as file:
        file.write(text)
"""
ISSUE = {"id": "dark", "severity": "REFUSED", "because": "it is dark", "remedy": "make light"}
WELL = json.dumps({"estimator": {}, "issue": ISSUE})


def leaving(text, first=""):
    return f"{LEAVE}\n{first}\nleave({text!r})"


@LINUX
def test_a_child_within_its_share_is_believed(store, film):
    assert ends(store, film, worker_of(store, leaving(WELL), setup=LIMITED)).state is FilmState.REFUSED


@LINUX
@pytest.mark.parametrize(
    ("does", "limits"),
    [
        ("bytearray(3 << 30)", replace(QUICK, memory=2 << 30)),
        ("end = time.time() + 8\nwhile time.time() < end: pass", replace(QUICK, busy=1.0)),
        (
            "open(os.environ['TMPDIR'] + '/large', 'wb').write(bytes(2_000_000))",
            replace(QUICK, file=1_000_000),
        ),
        ("many = [open('/dev/null') for _ in range(300)]", replace(QUICK, files=64)),
    ],
    ids=["memory", "time", "file", "files"],
)
def test_a_child_gets_no_more_than_its_share(store, film, does, limits):
    worker = worker_of(store, leaving(WELL, does), limits, LIMITED)
    assert ends(store, film, worker).state is FilmState.FAILED


LEFT = (
    "[]",
    "{}",
    '{"estimator": {}, "issue": null}',
    "[" * 10_000,
    "\0" * 100,
    '{"estimator": {}, "issue": {"id": 1}}',
    '{"estimator": "../x", "issue": null}',
)


@pytest.mark.parametrize("left", LEFT, ids=range(len(LEFT)))
def test_what_a_child_leaves_is_not_trusted(store, film, left):
    assert ends(store, film, worker_of(store, leaving(left))).state is FilmState.FAILED


@pytest.mark.parametrize("own", [True, False])
def test_a_child_cannot_put_what_it_made_up_in_the_place_of_another_film(store, film, tmp_path, own):
    there = store.film(film).digest if own else "a" * 64
    place = tmp_path / "trial.npz"
    place.write_bytes(pack_trial(trial(there)))
    does = f"import shutil; shutil.copy({str(place)!r}, os.environ['TMPDIR'])"
    told = json.dumps({"estimator": {"made": "up"}, "key": "b" * 64, "issue": None})
    ended = ends(store, film, worker_of(store, leaving(told, does)))
    assert isinstance(ended.ending, Measured if own else Failed)
    assert store.trial("b" * 64) is None
    assert store.keys_of("a" * 64) == ()
    if own:
        assert store.trial(ended.ending.key).digest == there


def trial(digest):
    return Trial(
        name="squat.mp4",
        digest=digest,
        condition=USUAL,
        burden=Burden(),
        capture=Capture(view=View.SIDE, issues=()),
        pose=None,
    )


@pytest.mark.parametrize("end", ["cancel", "erase_film"])
def test_who_cancels_or_erases_ends_the_child(store, film, tmp_path, end):
    place = tmp_path / "child"
    does = f"open({str(place)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    worker = worker_of(store, does, Limits(wall=60.0))
    measuring = threading.Thread(target=worker.measure_next)
    measuring.start()
    wait_until(lambda: place.exists() and place.read_text())
    getattr(store, end)(film)
    measuring.join(30)
    assert not measuring.is_alive()
    assert is_gone(int(place.read_text()))
    assert store.take_film("next", now()) is None


def is_gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def wait_until(true, patience=60.0):
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < patience, "It did not happen in time."
        time.sleep(0.05)


def test_a_worker_that_was_killed_is_replaced(store):
    with Workshop(store.home, (sys.executable, "-c", "import sys; sys.stdin.read()")) as workshop:
        wait_until(lambda: workshop.worker is not None)
        first = workshop.worker
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: workshop.worker not in (None, first))
        second = workshop.worker
    wait_until(lambda: is_gone(second))


@LINUX
def test_ctrl_c_in_the_terminal_of_its_parent_ends_no_child(tmp_path):
    parent = f"""
import sys
from pathlib import Path
from kneewise.measuring import Limits, Places
from kneewise.measuring.guarded import at_work
here = Path({str(tmp_path)!r})
child = (sys.executable, "-c", "import sys; print('here', flush=True); sys.stdin.read()")
with at_work(child, Limits(), {{}}, Places(reads=here, writes=here, says=here / "said")) as child:
    child.stdout.readline()
    try:
        print("begun", flush=True)
        child.wait()
    except KeyboardInterrupt:
        print(child.poll(), flush=True)
"""
    command = [sys.executable, "-c", parent]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True, text=True)
    assert process.stdout.readline() == "begun\n"
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=60)[0] == "None\n"


@LINUX
def test_the_worker_leaves_with_its_stdin_and_not_with_ctrl_c(store, film):
    command = [sys.executable, "-m", "kneewise.measuring", str(store.home)]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)
    wait_until(lambda: store.film(film).attempts == 1)
    os.killpg(worker.pid, signal.SIGINT)
    time.sleep(0.2)
    assert worker.poll() is None
    worker.communicate()
    assert worker.returncode == 0


@LINUX
def test_what_a_child_began_ends_with_it_and_holds_nobody_up(store, film, tmp_path):
    place = tmp_path / "grandchild"
    does = f"""
if os.fork() == 0:
    open({str(place)!r}, "w").write(str(os.getpid()))
    time.sleep(600)
time.sleep(600)
"""
    assert ends(store, film, worker_of(store, does, Limits(wall=3.0))).state is FilmState.FAILED
    wait_until(lambda: is_gone(int(place.read_text())))


@LINUX
def test_a_grandchild_that_slips_away_holds_nobody_up(store, film, tmp_path):
    place = tmp_path / "grandchild"
    does = f"""
if os.fork() == 0:
    os.setsid()
    open({str(place)!r}, "w").write(str(os.getpid()))
    time.sleep(600)
time.sleep(600)
"""
    begun = time.monotonic()
    assert ends(store, film, worker_of(store, does, Limits(wall=3.0))).state is FilmState.FAILED
    assert time.monotonic() - begun < 60
    os.kill(int(place.read_text()), signal.SIGKILL)


@pytest.mark.parametrize(("code", "said"), [(4, "no room left on the disk"), (1, "broke off")])
def test_a_full_disk_is_not_blamed_on_the_film(store, film, code, said):
    failed = ends(store, film, worker_of(store, f"os._exit({code})"))
    assert said in failed.ending.words


@LINUX
def test_a_child_whose_worker_was_killed_ends_by_itself():
    order = f"""
import subprocess, sys, time
command = [sys.executable, "-P", "-m", "kneewise.measuring.child", {ALL!r}]
child = subprocess.Popen(command, stdin=subprocess.PIPE)
child.stdin.write(b"x"); child.stdin.flush()
print(child.pid, flush=True); time.sleep(600)
"""
    parent = subprocess.Popen([sys.executable, "-c", order], stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    wait_until(lambda: is_gone(child))


def film_of_nobody(width, height, frames):
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=Fraction(15), options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for i in range(frames):
            image = np.full((height, width, 3), 90 + i % 2, np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return file.getvalue()


def cut(content):
    return content[: len(content) // 3]


@pytest.mark.slow
def test_films_that_cannot_be_measured_are_refused_with_a_remedy_and_the_next_one_is_measured(store, case):
    with sample_film("squat_side") as place:
        good = place.read_bytes()
    hostile = {
        "cut.mp4": cut(good),
        "noise.mp4": b"\0\0\0\x20ftypisom" + np.random.default_rng(1).bytes(50_000),
        "huge.mp4": film_of_nobody(10_000, 10_000, 1),
        "nobody.mp4": film_of_nobody(320, 240, 45),
        "list.mp4": b"ffconcat version 1.0\nfile /etc/passwd\n",
        "squat.trc": b"PathFileType\t4\t(X/Y/Z)\tsquat.trc\n" + b"\t1e308" * 1000,
    }
    films = {
        name: store.add_film(case, io.BytesIO(content), name, Label(), now()).id
        for name, content in hostile.items()
    }
    good_film = store.add_film(
        case, io.BytesIO(good), "../Anna's squat.mp4", Label(condition="heels_raised"), now()
    ).id
    worker = Worker(store=store)
    while worker.measure_next():
        pass
    for name, film in films.items():
        ended = store.film(film)
        assert isinstance(ended.ending, Refused), (name, ended.ending)
        assert ended.ending.issue.because, name
        assert ended.ending.issue.remedy, name
    measured = store.film(good_film)
    assert isinstance(measured.ending, Measured), measured.ending
    trial = store.trial(measured.ending.key)
    assert trial.condition == "heels_raised"
    assert {"summary.json", "report.html", "overlay.mp4"} <= {
        p.name for p in results_of(store, measured).iterdir()
    }
    assert [p.name for p in store.folder_of(measured).iterdir()] == ["results"]


@pytest.mark.slow
def test_a_film_goes_on_after_its_worker_was_killed(store, case):
    with sample_film("squat_side") as place:
        film = store.add_film(case, place, "squat.mp4", Label(), now()).id
    with Workshop(store.home) as workshop:
        wait_until(lambda: store.film(film).share > 0.1, 300)
        os.kill(workshop.worker, signal.SIGKILL)
        wait_until(lambda: store.film(film).attempts == 2, 300 + SILENCE.total_seconds())
        wait_until(lambda: store.film(film).ending is not None, 400)
    assert isinstance(store.film(film).ending, Measured)
    assert not isinstance(store.film(film).ending, Failed)
