"""The notebook of the tutorial is what the tool writes, and goes as it says."""

import json

import pytest
from tools.notebook import CELLS, PLACE, make, serving

WRITTEN = json.loads(PLACE.read_text(encoding="utf-8"))["cells"]


def words_of(cell):
    """What a cell says and puts out in words; pictures depend on fonts."""
    shown = [one.get("text") or one["data"]["text/plain"] for one in cell.get("outputs", ())]
    return "".join(cell["source"]), ["".join(text) for text in shown]


def test_the_notebook_is_in_step_with_its_tool():
    assert ["".join(cell["source"]) for cell in WRITTEN] == list(CELLS), "run: python -m tools.notebook"


@pytest.mark.slow
def test_the_notebook_goes_as_it_says(monkeypatch):
    for name in ("KNEEWISE_ADDRESS", "KNEEWISE_TOKEN"):
        monkeypatch.setenv(name, "")  # and gone again afterwards
    with serving() as (address, token):
        made = make(address, token)["cells"]
    assert [words_of(cell) for cell in made] == [words_of(cell) for cell in WRITTEN]
    pictures = [one for cell in made for one in cell.get("outputs", ()) if "image/png" in one.get("data", {})]
    assert len(pictures) == 1
