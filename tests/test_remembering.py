"""A film is measured once; again only where something that determines the measurement is another."""

import shutil
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import pytest
from people import Phone, estimator_of, write_film
from test_architecture import ROOT, rooms_entered_by
from test_store_packing import bits
from told import ASKING, NOTHING

from kneewise import Person
from kneewise.casefile import build_case, write_content
from kneewise.conventions import Bar, Sex
from kneewise.model import Burden
from kneewise.pipeline import key_of, observe_case
from kneewise.pipeline.remembering import MEASURING, measuring_version
from kneewise.samples import sample_film
from kneewise.store import open_store
from kneewise.understanding import understand_file
from kneewise.video import open_video

SOMEBODY = Person(height=1.75)
MADE_BY = {"estimator": "a", "weights": "b"}


@dataclass
class Once:
    """Somebody else's estimator, which may be asked for the landmarks of one film only."""

    inner: object
    asked: int = 0

    def __getattr__(self, name):
        return getattr(self.inner, name)

    def find_people(self, image):
        self.asked += 1
        return self.inner.find_people(image)


@pytest.fixture(scope="module")
def filmed(tmp_path_factory, squatting):
    folder, phone = tmp_path_factory.mktemp("filmed"), Phone()
    write_film(folder / "squat.mp4", squatting.time, size=(phone.width_px, phone.height_px))
    return folder, estimator_of(squatting, phone)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "home") as store:
        yield store


def case(film, height=175, **trial):
    person = {"height_cm": height, "mass_kg": 70}
    rows = [{"condition": "baseline", **trial, "film": film}]
    return build_case({"person": person, "answers": NOTHING, "trial": rows}, ASKING)


def test_a_film_that_was_measured_is_not_looked_at_again_and_means_the_same(filmed, store):
    folder, inner = filmed
    estimator = Once(inner)
    first = observe_case(case("squat.mp4"), folder, estimator, memory=store).trials[0]
    looked = estimator.asked
    shutil.copy(folder / "squat.mp4", folder / "renamed.mp4")
    again = observe_case(
        case("renamed.mp4", condition="heels_raised", load_kg=40, bar="front"),
        folder,
        estimator,
        memory=store,
    ).trials[0]
    assert looked > 0
    assert estimator.asked == looked
    assert (again.name, again.condition) == ("renamed.mp4", "heels_raised")
    assert again.burden == Burden(mass=40, bar=Bar.FRONT)
    same = replace(again, name=first.name, condition=first.condition, burden=first.burden)
    assert bits(same) == bits(first)


def test_a_film_of_somebody_taller_is_measured_anew(filmed, store):
    folder, inner = filmed
    estimator = Once(inner)
    observe_case(case("squat.mp4"), folder, estimator, memory=store)
    looked = estimator.asked
    observe_case(case("squat.mp4", height=180), folder, estimator, memory=store)
    assert estimator.asked == 2 * looked
    assert len(store.keys_of(observe_case(case("squat.mp4"), folder, estimator).trials[0].digest)) == 2


def test_a_film_that_cannot_be_measured_is_not_remembered(tmp_path, filmed, store):
    (tmp_path / "broken.mp4").write_bytes(b"no film")
    refused = observe_case(case("broken.mp4"), tmp_path, filmed[1], memory=store).trials[0]
    assert refused.pose is None
    assert store.keys_of(refused.digest) == ()


def test_what_determines_a_measurement_is_in_its_key():
    key = key_of("d", SOMEBODY, MADE_BY, "1")
    others = [
        key_of("e", SOMEBODY, MADE_BY, "1"),
        key_of("d", replace(SOMEBODY, height=1.76), MADE_BY, "1"),
        key_of("d", replace(SOMEBODY, height_sd=0.1), MADE_BY, "1"),
        key_of("d", SOMEBODY, {**MADE_BY, "weights": "c"}, "1"),
        key_of("d", SOMEBODY, MADE_BY, "2"),
    ]
    assert len({key, *others}) == 6


def test_what_does_not_determine_a_measurement_is_not_in_its_key():
    other = replace(SOMEBODY, mass=90.0, sex=Sex.FEMALE, assumed=("nothing",))
    assert key_of("d", other, dict(reversed(MADE_BY.items()))) == key_of("d", SOMEBODY, MADE_BY)


def test_every_room_that_a_film_passes_is_in_the_version_of_measuring():
    """Errors are only words."""
    hashed = {name.removesuffix(".py") for name in MEASURING}
    files = [*(ROOT / "pose").rglob("*.py"), *(ROOT / "files").rglob("*.py"), ROOT / "video.py"]
    files += [ROOT / "geometry.py", *(ROOT / "model").rglob("*.py")]
    entered = {room for file in files for room in rooms_entered_by(file)}
    assert entered - hashed == {"errors"}
    assert len(measuring_version()) == 64


@pytest.fixture
def told(tmp_path):
    """A case file with the beginning of the sample film, which the smallest network reads fast."""
    with sample_film() as film:
        frames = [frame.image for frame in islice(open_video(film).frames(0.0), 40)]
    size = frames[0].shape[1::-1]
    write_film(tmp_path / "squat.mp4", np.arange(40) / 30, image=lambda i: frames[i], size=size)
    trials = [{"condition": "baseline", "film": "squat.mp4"}]
    write_content(tmp_path / "case.toml", {"answers": NOTHING, "trial": trials})
    return tmp_path / "case.toml"


def test_explaining_a_case_twice_measures_its_film_once_unless_it_is_asked_for(told, tmp_path):
    folder = tmp_path / ".kneewise" / "measurements"
    first = understand_file(told, "lite")[0].case.trials[0]
    kept = [(place.name, place.stat().st_ino) for place in folder.iterdir()]
    assert bits(understand_file(told, "lite")[0].case.trials[0]) == bits(first)
    assert [(place.name, place.stat().st_ino) for place in folder.iterdir()] == kept
    understand_file(told, "lite", anew=True)
    assert [place.name for place in folder.iterdir()] == [kept[0][0]]
    assert next(folder.iterdir()).stat().st_ino != kept[0][1]


def test_a_case_is_explained_where_nothing_can_be_remembered(told, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("KNEEWISE_HOME", str(tmp_path / "file"))
    assert understand_file(told, "lite")[0].studies
    assert "not remembered" in capsys.readouterr().err
