"""A child that a hostile film took over leaves what it likes: nothing of it leads anywhere, or stops us."""

import io
import json
import sys
import threading
import zipfile
from functools import partial

import pytest
from folders import squat
from served import NOON, client_of
from trained import added

from kneewise.batch.measuring import _settle
from kneewise.conventions import USUAL, View
from kneewise.errors import InputError
from kneewise.measuring import Limits, Worker, is_plain, run_child, worker
from kneewise.model import Burden, Capture, Trial
from kneewise.store import Failed, Label, Measured
from kneewise.store.packing import pack_trial

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes as POSIX has them")

ISSUE = {"id": "dark", "severity": "REFUSED", "because": "it is dark", "remedy": "make light"}
REFUSED = json.dumps({"estimator": {}, "issue": ISSUE})
WELL = json.dumps({"estimator": {}, "issue": None})
BEGIN = """
import os, sys, shutil, zipfile
sys.stdin.readline()
out = os.environ["TMPDIR"]
home, made = out[:out.index("/films/")], out + "/results"
def write(name, text):
    with open(out + "/" + name, "w") as file:
        file.write(text)
"""
HUGE = """
head = str({"descr": "<f8", "fortran_order": False, "shape": (1 << 44,)}).encode()
head += b" " * (118 - len(head)) + b"\\n"
with zipfile.ZipFile(out + "/trial.npz", "w") as file:
    file.writestr("about.npy", b"\\x93NUMPY\\x01\\x00" + len(head).to_bytes(2, "little") + head)
"""


@pytest.fixture
def case(house):
    return added(house)


def measured(house, case, does):
    """A film whose child does that, as it is kept afterwards."""
    film = house.store.add_film(case, io.BytesIO(b"hostile"), "b.mp4", Label(), NOON)
    run = partial(run_child, child=(sys.executable, "-c", BEGIN + does))
    working = threading.Thread(
        target=Worker(store=house.store, run=run, limits=Limits(wall=30.0)).measure_next, daemon=True
    )
    working.start()
    working.join(60)
    assert not working.is_alive(), "the worker waits for ever"
    return house.store.film(film.id)


LINKS = {
    "a page": "os.makedirs(made); os.symlink(home + '/kneewise.db', made + '/report.html')",
    "a page deep in them": "os.makedirs(made + '/a/b'); os.symlink('/etc/passwd', made + '/a/b/film.mp4')",
    "a folder": "os.makedirs(made); os.symlink('/etc', made + '/a')",
    "the results": "os.symlink('/etc', made)",
    "a pipe": "os.makedirs(made); os.mkfifo(made + '/viewer.json')",
}


@pytest.mark.parametrize("does", LINKS.values(), ids=LINKS)
def test_a_link_or_a_pipe_among_the_results_is_kept_by_nobody(house, case, tmp_path, does):
    film = measured(house, case, f"{does}\nwrite('ending.json', {REFUSED!r})")
    assert isinstance(film.ending, Failed)
    client = client_of(house)
    for name in ("report", "overlay.mp4", "film.mp4", "viewer.json"):
        assert client.get(f"/cases/{case}/films/{film.id}/{name}").status_code == 404
    house.store.export_case(case, tmp_path / "case.zip")
    with zipfile.ZipFile(tmp_path / "case.zip") as file:
        assert [name for name in file.namelist() if "results" in name] == []


def test_a_batch_keeps_no_link_either(tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "ending.json").write_text(REFUSED, encoding="utf-8")
    assert is_plain(tmp_path)
    (tmp_path / "results" / "report.html").symlink_to("/etc/passwd")
    assert not is_plain(tmp_path)
    with pytest.raises(InputError, match="broke off"):
        _settle(tmp_path, tmp_path / "film.mp4", "0" * 64)


@pytest.mark.parametrize("name", ["ending.json", "trial.npz"])
def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(house, case, name):
    first = "" if name == "ending.json" else f"write('ending.json', {WELL!r})\n"
    does = f"{first}os.mkfifo(out + '/{name}')"
    assert isinstance(measured(house, case, does).ending, Failed)


def test_a_header_that_promises_more_than_there_is_ends_no_worker(house, case):
    film = measured(house, case, f"{HUGE}\nwrite('ending.json', {WELL!r})")
    assert isinstance(film.ending, Failed)


def test_a_measurement_that_nothing_can_be_worked_out_of_ends_no_worker(house, case, tmp_path, monkeypatch):
    def stumble(*_):
        raise IndexError("made up")

    monkeypatch.setattr(worker, "study_film", stumble)
    film = house.store.add_film(case, io.BytesIO(b"hostile"), "b.mp4", Label(), NOON)
    trial = Trial(
        name="b.mp4",
        digest=film.digest,
        condition=USUAL,
        burden=Burden(),
        capture=Capture(view=View.OBLIQUE, issues=()),
        pose=squat(0.8),
    )
    (tmp_path / "trial.npz").write_bytes(pack_trial(trial))
    house.store.erase_film(film.id)
    does = f"shutil.copy({str(tmp_path / 'trial.npz')!r}, out)\nwrite('ending.json', {WELL!r})"
    assert isinstance(measured(house, case, does).ending, Measured)
    assert not (house.store.home / "studies").exists()
