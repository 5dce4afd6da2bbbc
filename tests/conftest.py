import os
import signal
from pathlib import Path

# Small matrices gain nothing from threads, and on busy cores threads that wait for each other cost a lot.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import settings
from people import down_and_up, frame_times, move, squatter

settings.register_profile("repeatable", derandomize=True, database=None, deadline=None)
settings.load_profile("repeatable")

# Who starts the tests in the background of a script has them ignore Ctrl-C, and every process they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

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
    for name in ("DATABASE_URL", "SCHEDULER", "PASSPHRASE"):
        monkeypatch.delenv(f"KNEEWISE_{name}", raising=False)


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA


@pytest.fixture(scope="session")
def postgres():
    """A server of PostgreSQL of this run's own."""
    from postgres import needs_postgres, running

    needs_postgres()
    with running() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    """Address of an empty database, as `open_store` takes it: in the folder, or of a server."""
    if request.param == "sqlite":
        yield None
        return
    server = request.getfixturevalue("postgres")
    url = server.fresh()
    yield url
    server.drop(url)


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
def place(house):
    """That house, shared by an owner, two coaches and their clients."""
    from joined import settle

    return settle(house)


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
