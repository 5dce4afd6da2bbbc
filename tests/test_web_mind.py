"""What the server works out is worked out once."""

import io
import pickle
import threading

import numpy as np
import pytest
from trained import added, filmed, write

from kneewise.pipeline import measuring
from kneewise.store import Failed, Label
from kneewise.web.mind import Mind, weigh


def test_what_is_in_mind_is_not_made_again():
    mind, made = Mind(2), []
    for _ in range(3):
        assert mind.recall("a", lambda: made.append("a") or 7) == 7
    assert made == ["a"]


def test_what_nobody_asked_for_lately_is_forgotten_first():
    mind = Mind(2)
    for key in ("old", "used", "old", "new"):
        mind.recall(key, lambda: 1)
    assert [mind.knows(key) for key in ("old", "used", "new")] == [True, False, True]


def test_of_what_changed_only_the_newest_state_is_kept():
    mind, made = Mind(9, room=2500), []
    for state in (1, 2, 2, 1):
        mind.recall("a", lambda state=state: made.append(state) or np.zeros(125), state)
        mind.recall("b", lambda: np.zeros(125))
    assert made == [1, 2, 1]
    assert [mind.knows("a", state) for state in (1, 2)] == [True, False]
    assert mind.knows("b")  # what was forgotten takes no room any more


def test_what_could_not_be_made_is_tried_again():
    mind = Mind(2)
    with pytest.raises(ZeroDivisionError):
        mind.recall("a", lambda: 1 // 0)
    assert mind.recall("a", lambda: 1) == 1


def test_many_threads_that_ask_at_once_get_what_was_made_once():
    mind, made, answers = Mind(2), [], []
    asking = threading.Barrier(8)

    def make():
        made.append(1)
        return object()

    def ask():
        asking.wait()
        answers.append(mind.recall("a", make))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(made), len(set(map(id, answers)))) == (1, 1)


def test_who_asks_for_what_is_in_mind_does_not_wait_for_what_is_being_made():
    mind, begun, may_end = Mind(2), threading.Event(), threading.Event()
    mind.recall("a", lambda: 1)

    def make():
        begun.set()
        assert may_end.wait(60)
        return 2

    making = threading.Thread(target=mind.recall, args=("b", make))
    making.start()
    assert begun.wait(60)
    assert mind.recall("a", lambda: 3) == 1
    may_end.set()
    making.join()
    assert mind.recall("b", lambda: 3) == 2


def test_numbers_take_so_much_room_and_no_more():
    mind = Mind(100, room=3000)
    for key in range(5):
        mind.recall(key, lambda: np.zeros(125))
    assert [mind.knows(key) for key in range(5)] == [False, False, True, True, True]
    mind.recall("long", lambda: np.zeros(1000))
    assert [mind.knows(key) for key in (4, "long")] == [False, True]
    mind.recall("short", lambda: np.zeros(1))
    assert [mind.knows(key) for key in ("long", "short")] == [False, True]


def test_what_an_array_shares_is_weighed_once():
    whole = np.zeros(100)
    assert weigh((whole, whole[:50], {"a": [whole.reshape(10, 10).T]})) == whole.nbytes
    assert weigh(("words", 3, None)) == 0


def test_a_measured_film_is_weighed_with_every_array_in_it(house):
    case = added(house)
    filmed(house, case)
    studies = house.analyse(house.open(case)).studies
    arrays = arrays_of(studies)
    assert len(arrays) > 20
    assert weigh(studies) == sum({id(one): one.nbytes for one in arrays}.values())


def arrays_of(value):
    """Every array in a dataclass, however deep, as pickling finds them."""
    found = []

    class Finding(pickle.Pickler):
        def persistent_id(self, one):
            if isinstance(one, np.ndarray):
                found.append(one)
                while isinstance(found[-1].base, np.ndarray):
                    found[-1] = found[-1].base
                return len(found)
            return None

    Finding(io.BytesIO()).dump(value)
    return found


def test_an_answer_does_not_have_a_film_computed_again(house, monkeypatch):
    computed = []
    true = measuring.compute_loads
    monkeypatch.setattr(measuring, "compute_loads", lambda *a, **k: computed.append(1) or true(*a, **k))
    case = added(house)
    filmed(house, case)
    first = house.analyse(house.open(case))
    write(house, case, 0, 3)
    kept = house.store.case(case)
    answers = {**kept.content["answers"], "painful_side": "right"}
    house.store.save_case(case, {**kept.content, "answers": answers}, kept.revision, house.now())
    again = house.analyse(house.open(case))
    assert len(computed) == 1
    assert again is not first
    assert again.studies[0].loads is first.studies[0].loads


def test_a_film_that_waits_or_failed_changes_nothing_of_what_is_in_mind(house):
    case = added(house)
    filmed(house, case)
    first = house.understand(house.open(case))
    waiting = house.store.add_film(case, io.BytesIO(b"another"), "b.mp4", Label(), house.now())
    assert house.understand(house.open(case)) is first
    house.store.take_film("worker", house.now())
    house.store.finish(waiting.id, "worker", Failed(words="It broke off."))
    assert house.understand(house.open(case)) is first
    filmed(house, case, 0.9)
    assert len(house.analyse(house.open(case)).studies) == 2


def test_another_body_has_its_films_computed_again(house):
    case = added(house)
    filmed(house, case)
    light = house.analyse(house.open(case)).studies[0]
    kept = house.store.case(case)
    person = {**kept.content["person"], "mass_kg": 100}
    house.store.save_case(case, {**kept.content, "person": person}, kept.revision, house.now())
    heavy = house.analyse(house.open(case)).studies[0]
    assert heavy.loads is not light.loads
