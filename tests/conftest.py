import os
from pathlib import Path

# Small matrices gain nothing from threads, and on busy cores threads that wait for each other cost a lot.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import settings
from people import down_and_up, frame_times, move, squatter

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests marked `data` are skipped only where nobody promised the films."""
    if item.get_closest_marker("data") and not DATA.is_dir() and not os.environ.get("CI"):
        pytest.skip(f"needs the films in {DATA}")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test leaves lying about, or remembers, lies in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KNEEWISE_HOME", str(tmp_path / ".kneewise"))


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA


@pytest.fixture(scope="session")
def standing():
    return move(frame_times(3))


@pytest.fixture(scope="session")
def squatting():
    """Two squats to 105° of knee bend, each 2.3 s long, setting off at 1 s and at 4.5 s."""
    time = frame_times(8)
    return squatter(time, down_and_up(time, 1.0) + down_and_up(time, 4.5))


@pytest.fixture
def house(tmp_path):
    """A house with an empty memory."""
    from served import housed  # late: it loads the whole server, which few tests need

    with housed(tmp_path / "home") as house:
        yield house


@pytest.fixture
def client(house):
    """Asks that house in process, as a page of ours would."""
    from served import client_of

    return client_of(house)


@pytest.fixture
def case(house):
    """Id of somebody in it who said no to every warning sign."""
    from served import NOON
    from told import NOTHING

    return house.store.add_case("Anna", NOON, {"version": 1, "answers": NOTHING}).id


@pytest.fixture
def rng():
    return np.random.default_rng(20260101)
