"""A folder of results is replaced whole or not at all, whatever stops it, and never at the cost of others."""

from pathlib import Path

import pytest

from kneewise.errors import OutputError
from kneewise.results_folder import FILES, name_film_folders, replacing

MANY = [Path(f"squat{i}.mp4") for i in range(120)]


def fill(out, text, films=MANY[:1], stop=None):
    """Put results into the folder as an analysis does, one that may be stopped."""
    places = name_film_folders(films)
    with replacing(out, (*FILES, *places)) as folder:
        (folder / "summary.json").write_text(text)
        if stop is not None:
            raise stop
        for place in places:
            (folder / place).mkdir(exist_ok=True)
            (folder / place / "joints.csv").write_text(text)


def contents(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("count", [1, 2, 120])
def test_results_replace_older_ones_and_nothing_else(tmp_path, count):
    out = tmp_path / "out"
    fill(out, "old", MANY[:count])
    (out / "notes.txt").write_text("mine")
    fill(out, "new", MANY[:2])
    assert contents(out) == {
        "summary.json": "new",
        "01_squat0/joints.csv": "new",
        "02_squat1/joints.csv": "new",
        "notes.txt": "mine",
    }
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit, ValueError, OSError(28, "No space left")])
def test_what_stops_the_block_leaves_everything_as_it_was(tmp_path, stop):
    out = tmp_path / "out"
    fill(out, "old")
    with pytest.raises((KeyboardInterrupt, SystemExit, ValueError, OutputError)):
        fill(out, "half", stop=stop)
    assert contents(out) == {"summary.json": "old", "joints.csv": "old"}
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")])
@pytest.mark.parametrize(("had", "at"), [(True, 0), (True, 1), (True, 2), (True, 3), (False, 0), (False, 1)])
def test_a_move_that_stops_anywhere_is_undone(tmp_path, monkeypatch, error, had, at):
    out = tmp_path / "out"
    if had:
        fill(out, "old")
    before, replace, moves = contents(tmp_path), Path.replace, []

    def stopping(self, target):
        moves.append(target)
        if len(moves) == at + 1:
            raise error
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", stopping)
    with pytest.raises((KeyboardInterrupt, OutputError)):
        fill(out, "new")
    assert contents(tmp_path) == before
    assert list(tmp_path.iterdir()) == ([out] if had else [])


@pytest.mark.parametrize(
    ("taken", "films", "refused"),
    [
        ("summary.json/", 1, True),
        ("summary.json", 1, False),
        ("01_squat0", 2, True),
        ("01_squat0/", 2, False),
        ("01_squat0/diary.txt", 2, True),
        ("01_squat0/joints.csv", 2, False),
        ("01_squat0/diary.txt", 1, False),
        ("100_squat99/diary.txt", 120, True),
        ("100_squat99/joints.csv", 120, False),
    ],
)
def test_what_others_put_in_the_way_is_refused_before_anything_is_measured(tmp_path, taken, films, refused):
    place = tmp_path / "out" / taken
    if taken.endswith("/"):
        place.mkdir(parents=True)
    else:
        place.parent.mkdir(parents=True)
        place.write_text("theirs")
    if not refused:
        fill(tmp_path / "out", "new", MANY[:films])
        assert (tmp_path / "out" / "summary.json").read_text() == "new"
        return
    with pytest.raises(OutputError, match="in the way"):
        fill(tmp_path / "out", "new", MANY[:films], stop=AssertionError("something was measured"))
    assert taken.endswith("/") or place.read_text() == "theirs"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(OutputError, match="not a folder"):
        fill(tmp_path / "out", "new")
    assert (tmp_path / "out").read_text() == "mine"
