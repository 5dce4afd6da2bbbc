"""A child that a hostile film took over leaves what it likes: nothing of it leads anywhere, or stops us."""

import io
import json
import os
import sys
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from folders import squat
from served import NOON, client_of
from trained import added

from kneewise.batch.measuring import _settle
from kneewise.conventions import USUAL, View
from kneewise.errors import InputError
from kneewise.measuring import Limits, Worker, run_child, take_in
from kneewise.measuring.taking import read_whole
from kneewise.model import Burden, Capture, Trial
from kneewise.store import Failed, Label
from kneewise.store.folder import clear
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
MADE_UP = """
def make(packed):
    head = str({"descr": "<f8", "fortran_order": False, "shape": (1 << 44,)})
    head = (head if packed == "promises" else head[:-8]).encode()
    head += b" " * (118 - len(head)) + b"\\n"
    how = zipfile.ZIP_LZMA if packed == "lzma" else zipfile.ZIP_STORED
    with zipfile.ZipFile(out + "/trial.npz", "w", how) as file:
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
    assert film.ending is not None
    client = client_of(house)
    for name in ("report", "overlay.mp4", "film.mp4", "viewer.json"):
        assert client.get(f"/cases/{case}/films/{film.id}/{name}").status_code == 404
    house.store.export_case(case, tmp_path / "case.zip")
    with zipfile.ZipFile(tmp_path / "case.zip") as file:
        assert [name for name in file.namelist() if "results" in name] == []


def results_in(folder, **files):
    """Results as a child may leave them."""
    (folder / "results").mkdir()
    for name, content in files.items():
        (folder / "results" / name.replace("_", ".")).write_text(content, encoding="utf-8")
    return folder / "results"


def test_of_results_only_what_is_known_is_taken_in(tmp_path):
    results = results_in(tmp_path, summary_json="{}", film_exe="x")
    (results / "more").mkdir()
    (results / "report.html").write_text("x", encoding="utf-8")
    (results / "report.html").chmod(0)
    taken = take_in(results, tmp_path / "taken")
    assert sorted(one.name for one in taken.iterdir()) == ["report.html", "summary.json"]
    assert (taken / "report.html").stat().st_mode & 0o777 == 0o600
    assert take_in(tmp_path / "nothing", tmp_path / "empty") is None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda place: place.symlink_to("/etc/passwd"),
        lambda place: os.mkfifo(place),
        lambda place: place.mkdir(),
        lambda place: (place.touch(), os.truncate(place, 600_000_000)),
    ],
    ids=["link", "pipe", "folder", "huge"],
)
def test_results_that_are_no_files_or_too_large_are_taken_in_by_nobody(tmp_path, spoil):
    made = tmp_path / "made"
    made.mkdir()
    spoil(results_in(made, summary_json="{}") / "report.html")
    (made / "ending.json").write_text(REFUSED, encoding="utf-8")
    with pytest.raises(InputError, match="makes no sense"):
        _settle(made, tmp_path / "film.mp4", "0" * 64)


def test_a_folder_of_any_depth_and_mode_can_be_removed(tmp_path):
    deep = tmp_path / "deep"
    deep.mkdir()
    here = os.getcwd()
    os.chdir(deep)
    try:
        for _ in range(3000):  # deeper than Python calls, longer than any path
            os.mkdir("a")
            os.chdir("a")
    finally:
        os.chdir(here)
    (deep / "shut").mkdir()
    (deep / "shut" / "file").touch()
    (deep / "link").symlink_to("/etc")
    (deep / "shut").chmod(0o500)
    clear(deep)
    assert not deep.exists()


@pytest.mark.parametrize("name", ["ending.json", "trial.npz"])
def test_a_pipe_in_the_place_of_a_file_holds_nobody_up(house, case, name):
    first = "" if name == "ending.json" else f"write('ending.json', {WELL!r})\n"
    does = f"{first}os.mkfifo(out + '/{name}')"
    assert isinstance(measured(house, case, does).ending, Failed)


@pytest.mark.parametrize("kind", ["pipe", "link", "folder", "large"])
def test_what_is_no_file_or_too_large_is_read_by_nobody(tmp_path, kind):
    place = tmp_path / "place"
    {
        "pipe": lambda: os.mkfifo(place),
        "link": lambda: place.symlink_to("/etc/passwd"),
        "folder": place.mkdir,
        "large": lambda: place.write_bytes(bytes(101)),
    }[kind]()
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(read_whole, place, 100).result(timeout=30) is None


@pytest.mark.parametrize("packed", ["promises", "unclosed", "lzma"])
def test_an_archive_that_is_made_up_ends_no_worker(house, case, packed):
    film = measured(house, case, f"{MADE_UP}\nmake({packed!r})\nwrite('ending.json', {WELL!r})")
    assert isinstance(film.ending, Failed)


@pytest.mark.parametrize("letter", ["\ud800", "\0"])
def test_text_that_no_page_or_no_database_takes_is_not_kept(house, case, letter):
    told = json.dumps({"estimator": {}, "issue": {**ISSUE, "because": letter}})
    assert isinstance(measured(house, case, f"write('ending.json', {told!r})").ending, Failed)


def test_what_a_child_began_ends_with_it(house, case, tmp_path):
    """Though it ended by itself: it would go on in the folder that is looked at next."""
    place = tmp_path / "alive"
    does = (
        f"if not os.fork(): import time; open({str(place)!r}, 'w').write(str(os.getpid())); time.sleep(600)\n"
    )
    does += f"import time\nwhile not os.path.exists({str(place)!r}): time.sleep(0.05)\ntime.sleep(0.2)\n"
    measured(house, case, f"{does}write('ending.json', {REFUSED!r})")
    child = int(place.read_text())
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            return
        time.sleep(0.1)
    raise AssertionError("it goes on")


def test_a_measurement_that_nothing_can_be_worked_out_of_is_none(house, case, tmp_path):
    film = house.store.add_film(case, io.BytesIO(b"hostile"), "b.mp4", Label(), NOON)
    pose = squat(0.8)
    trial = Trial(
        name="b.mp4",
        digest=film.digest,
        condition=USUAL,
        burden=Burden(),
        capture=Capture(view=View.OBLIQUE, issues=()),
        pose=replace(pose, time=pose.time[::-1].copy()),
    )
    (tmp_path / "trial.npz").write_bytes(pack_trial(trial))
    house.store.erase_film(film.id)
    does = f"shutil.copy({str(tmp_path / 'trial.npz')!r}, out)\nwrite('ending.json', {WELL!r})"
    assert isinstance(measured(house, case, does).ending, Failed)
    assert client_of(house).get(f"/cases/{case}").status_code == 200
