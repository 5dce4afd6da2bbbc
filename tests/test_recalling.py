"""People who film their squat, and then film it changed: what had been foretold, against what came."""

from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO

import numpy as np
import pytest
from people import down_and_up, frame_times, move, pose_of
from served import NOON, client_of, housed
from test_words import BANNED
from told import ASKING, NOTHING
from tools.screens import finish

from kneewise.casefile import build_case
from kneewise.conventions import Bar, Effect, JointLoad, Task, View
from kneewise.explaining import explain, render_explanation
from kneewise.foretelling import SCORED, gather_lowest, say_score, see
from kneewise.model import Analysis, Burden, Capture, Case, Lowest, Peaks, Person, Trial
from kneewise.model.supposed import Wish
from kneewise.pipeline import (
    Basis,
    read_knowledge,
    read_measuring,
    read_reasoning,
    start_from_case,
    suppose_for,
    understand,
)
from kneewise.pipeline.recalling import recall
from kneewise.report.plan import render_plan
from kneewise.store import Label, Measured

TIME = frame_times(8)
STANDING = np.radians(3)
USUAL = tuple(np.radians((32.0, 80.0, 42.0)))  # shin, thigh, trunk at the lowest point
PERSON = Person(height=1.75, mass=75)
BAR = Burden(mass=60, bar=Bar.BACK_HIGH)
TEN = np.radians(10)


def squats(posture, seed):
    """Two slow squats to a posture, seen with an error."""
    shin, thigh, trunk = posture
    course = sum(down_and_up(TIME, start, down=1.3, hold=0.3, up=1.2) for start in (0.6, 4.4))
    body = move(
        TIME,
        knee=(shin + thigh) * course,
        shank=STANDING + (shin - STANDING) * course,
        trunk=STANDING + (trunk - STANDING) * course,
    )
    return pose_of(body, sd=0.004, draws=8, rng=np.random.default_rng(seed))


def film(condition, posture, burden=BAR, seed=2):
    return Trial(
        name=f"{condition}.mp4",
        digest=f"{seed:064x}",
        condition=condition,
        burden=burden,
        capture=Capture(view=View.OBLIQUE),
        pose=squats(posture, seed),
    )


def usual(burden=BAR):
    return film("baseline", USUAL, burden, seed=1)


def measured(*films, person=PERSON):
    return understand(Case(person=person, trials=films), read_measuring())


def recalled(*films, person=PERSON):
    return recall(measured(*films, person=person), read_reasoning().programme.options, read_knowledge())


@cache
def obeyed():
    """The posture that comes of leaning the trunk by ten degrees and settling shins as people mostly do."""
    basis = start_from_case(measured(usual()), read_knowledge())
    assert isinstance(basis, Basis)
    (outcome,) = suppose_for(basis, [Wish(trunk=basis.today.trunk + TEN)]).outcomes
    now = np.array([basis.today.shin, basis.today.thigh, basis.today.trunk])
    then = np.array([outcome.effects[one].value for one in (Effect.SHIN, Effect.THIGH, Effect.TRUNK)])
    return tuple(np.array(USUAL) + then - now)


def contrary():
    """More upright by twenty degrees with the shins further forward: nothing that was asked for."""
    shin, thigh, trunk = USUAL
    return shin + np.radians(8), thigh, trunk - 2 * TEN


@cache
def concluded(posture):
    told: Case = build_case({"answers": NOTHING}, ASKING)
    return understand(replace(told, person=PERSON, trials=(usual(), film("trunk_lean", posture))))


def scores_of(analysis: Analysis):
    (filmed,) = analysis.conclusion.scores
    return {one.effect: one for one in filmed.scores}


def test_a_change_that_was_done_as_asked_comes_as_foretold():
    (filmed,) = concluded(obeyed()).conclusion.scores
    assert (filmed.option, filmed.before, filmed.after) == ("trunk_lean", "baseline.mp4", "trunk_lean.mp4")
    assert tuple(one.effect for one in filmed.scores) == SCORED
    assert all(one.inside for one in filmed.scores)
    knee, hip = (scores_of(concluded(obeyed()))[one] for one in (Effect.KNEE_MOMENT, Effect.HIP_MOMENT))
    assert knee.seen.change < 0 < hip.seen.change
    assert knee.right
    assert hip.right


def test_a_change_that_was_done_the_other_way_round_does_not():
    scores = scores_of(concluded(contrary()))
    assert scores[Effect.KNEE_MOMENT].seen.change > 0 > scores[Effect.KNEE_MOMENT].foretold.change
    assert not scores[Effect.KNEE_MOMENT].inside
    assert scores[Effect.KNEE_MOMENT].right is False


def test_nothing_is_foretold_from_the_film_that_it_is_held_against():
    one, other = (scores_of(concluded(posture)) for posture in (obeyed(), contrary()))
    assert {e: s.foretold for e, s in one.items()} == {e: s.foretold for e, s in other.items()}


def test_what_films_show_is_the_difference_of_their_lowest_points():
    first, second = measured(usual(), film("trunk_lean", obeyed())).studies
    knee = JointLoad.KNEE_MOMENT
    low = []
    for study in (first, second):
        frames = [int(np.argmin(np.abs(study.loads.time - one.bottom))) for one in study.repetitions]
        low.append(study.loads.leg[frames][..., knee].mean())
    assert scores_of(concluded(obeyed()))[Effect.KNEE_MOMENT].seen.change == pytest.approx(
        low[1] - low[0], abs=1.5
    )


def test_every_score_is_told_and_kept():
    told = explain(concluded(obeyed()), read_reasoning())
    kept = told["foretold"]
    assert [row["effect"] for row in kept["scores"]] == [effect.name.lower() for effect in SCORED]
    assert {row["unit"] for row in kept["scores"]} == {"N·m", "N"}
    assert (kept["tally"]["count"], kept["tally"]["inside"]) == (4, 4)
    assert all(one["count"] == 1 for one in kept["by_effect"].values())
    text = render_explanation(told)
    assert "What was foretold, and what came" in text
    assert "More lean of the trunk. Turning load at the knee: foretold" in text
    assert "4 of 4 predictions came true" in text
    assert not BANNED.search(text)
    for row in kept["scores"]:
        assert row["low"] <= row["seen"] <= row["high"]
        assert row["says"] in text


def test_a_prediction_that_failed_is_told_as_plainly():
    text = render_explanation(explain(concluded(contrary()), read_reasoning()))
    assert "not as foretold." in text


@pytest.mark.parametrize(
    "films",
    [
        [usual()],
        [film("trunk_lean", USUAL)],
        [usual(), film("shoe_swap", USUAL)],
        [usual(), film("hold_support", USUAL)],
        [usual(Burden()), film("counterweight", USUAL, Burden())],
    ],
    ids=[
        "only the usual squat", "no usual squat", "no option tries it", "hands are not seen",
        "no weight was told",
    ],
)  # fmt: skip
def test_without_a_film_of_an_option_that_shows_it_there_is_no_score(films):
    assert recalled(*films) == ()


def test_without_a_body_mass_there_is_no_score():
    films = usual(Burden()), film("trunk_lean", USUAL, Burden())
    assert recalled(*films, person=replace(PERSON, mass=None)) == ()
    assert len(recalled(*films)) == 1


def test_the_page_of_the_plan_shows_what_came_and_says_it():
    end = concluded(obeyed()).conclusion
    page = render_plan(end.plan, date(2026, 11, 23), end.scores)
    said = " ".join(page.split())
    for one in end.scores[0].scores:
        assert say_score(one) in said
    assert "predictions came true" in said
    assert "Foretold and filmed" in said
    section = said.partition('<section id="foretold"')[2].partition("</section>")[0]
    assert section
    assert BANNED.search(section) is None
    assert "What you filmed" not in render_plan(end.plan, date(2026, 11, 23))


def test_nothing_is_told_of_predictions_that_nobody_put_to_the_test():
    told = build_case({"answers": NOTHING}, ASKING)
    kept = explain(understand(replace(told, person=PERSON, trials=(usual(),))), read_reasoning())
    assert kept["foretold"]["says"] is None
    assert kept["foretold"]["tally"]["count"] == 0
    assert "What was foretold" not in render_explanation(kept)


def test_the_load_that_was_told_is_the_one_that_is_foretold():
    """Half the bar off changes more than the two fifths that the option asks for."""
    half, asked = (
        recalled(usual(), film("load_minus_40", USUAL, Burden(mass=mass, bar=Bar.BACK_HIGH)))[0].scores
        for mass in (30, 36)
    )
    for less, more in zip(half, asked, strict=True):
        assert less.foretold.change < more.foretold.change < 0
        assert less.seen.change < more.seen.change < 0


def peaks_of(leg, lumbar):
    lowest = Lowest(leg=np.broadcast_to(leg, (len(lumbar), 2, len(JointLoad))), lumbar=lumbar)
    return Peaks(leg=np.full_like(lowest.leg, 1e6), lumbar=lumbar + 1e6, lowest=lowest)


def test_lowest_points_are_the_mean_of_both_legs_in_each_repetition():
    leg = np.zeros((2, len(JointLoad)))
    leg[:, JointLoad.KNEE_MOMENT] = 60, 80
    back = np.array([100.0, 110.0, 120.0])
    gathered = gather_lowest(Effect.KNEE_MOMENT, [peaks_of(leg, back), peaks_of(2 * leg, back)])
    np.testing.assert_array_equal(gathered, [[70, 140]] * 3)
    np.testing.assert_array_equal(gather_lowest(Effect.LUMBAR_MOMENT, [peaks_of(leg, back)])[:, 0], back)


def test_repetitions_that_do_not_show_a_load_do_not_count():
    known, unknown = (peaks_of(np.full((2, len(JointLoad)), load), np.zeros(3)) for load in (50.0, np.nan))
    assert gather_lowest(Effect.HIP_MOMENT, [known, unknown]).shape == (3, 1)
    assert gather_lowest(Effect.HIP_MOMENT, [unknown]).size == 0


def test_squats_that_differ_leave_their_mean_as_unsure_as_means_are():
    """Sd of repetitions 80, 100, 120 is 20, of their mean 20/√3; of the second film there is none."""
    error = 3 * np.random.default_rng(4).standard_normal((4000, 1))
    first = np.array([80.0, 100.0, 120.0]) + np.zeros((4000, 1))
    seen = see(first, 90 + error)
    assert seen.change == pytest.approx(-10, abs=0.2)
    assert seen.sd == pytest.approx(np.hypot(3, 20 / np.sqrt(3)), rel=0.01)


def test_the_films_of_these_people_show_two_whole_squats():
    (study,) = measured(usual()).studies
    assert [(one.task, one.complete) for one in study.repetitions] == [(Task.SQUAT, True)] * 2


def test_the_page_of_progress_shows_what_was_foretold_and_what_came(tmp_path):
    with housed(tmp_path / "home") as house:
        content = finish(ASKING, NOTHING, {"height_cm": 175, "mass_kg": 75, "sex": "f"})
        case = house.store.add_case("Anna", NOON, content).id
        for trial in (usual(), film("trunk_lean", obeyed())):
            keep(house.store, case, trial)
        told = client_of(house).get(f"/cases/{case}/progress.json").json()
        page = client_of(house).get(f"/cases/{case}/progress").text
        assert house.store.tally().count == len(SCORED)
    (row,) = told["foretold"]
    assert len(row["says"]) == len(SCORED)
    assert "predictions came true" in told["tally"]
    assert told["everybody"] is None
    assert "What was foretold, and what came" in page


def keep(store, case, trial):
    """A film that was measured as this trial."""
    added = store.add_film(
        case,
        BytesIO(trial.name.encode()),
        trial.name,
        Label(condition=trial.condition, burden=trial.burden),
        NOON,
    )
    assert store.take_film("worker", NOON).id == added.id
    store.keep_trial(added.digest, replace(trial, digest=added.digest))
    assert store.finish(added.id, "worker", Measured(key=added.digest))
