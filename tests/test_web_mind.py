"""What the server works out is worked out once."""

import threading

import pytest
from trained import added, filmed, write

from kneewise.pipeline import measuring
from kneewise.web.mind import Mind


def test_what_is_in_mind_is_not_made_again():
    mind, made = Mind(2), []
    for _ in range(3):
        assert mind.recall("a", lambda: made.append("a") or 7) == 7
    assert made == ["a"]


def test_what_nobody_asked_for_lately_is_forgotten_first():
    mind = Mind(2)
    for key in ("old", "used", "old", "new"):
        mind.recall(key, lambda: 1)
    assert [key in mind for key in ("old", "used", "new")] == [True, False, True]


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


def test_an_answer_does_not_have_a_film_computed_again(house, monkeypatch):
    computed = []
    true = measuring.compute_loads
    monkeypatch.setattr(measuring, "compute_loads", lambda *a, **k: computed.append(1) or true(*a, **k))
    case = added(house)
    filmed(house, case)
    first = house.understand(house.open(case))
    write(house, case, 0, 3)
    kept = house.store.case(case)
    answers = {**kept.content["answers"], "painful_side": "left"}
    house.store.save_case(case, {**kept.content, "answers": answers}, kept.revision, house.now())
    again = house.understand(house.open(case))
    assert len(computed) == 1
    assert again is not first
    assert again.analysis.studies[0].loads is first.analysis.studies[0].loads


def test_another_body_has_its_films_computed_again(house):
    case = added(house)
    filmed(house, case)
    light = house.understand(house.open(case)).analysis.studies[0]
    kept = house.store.case(case)
    person = {**kept.content["person"], "mass_kg": 100}
    house.store.save_case(case, {**kept.content, "person": person}, kept.revision, house.now())
    heavy = house.understand(house.open(case)).analysis.studies[0]
    assert heavy.loads is not light.loads
    assert heavy.trial.pose is light.trial.pose
