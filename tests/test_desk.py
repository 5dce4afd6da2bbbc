"""The desk reads what screening and plan decided: who needs attention, who is filmed, which lift."""

from dataclasses import replace

import pytest
from served import NOON
from told import ASKING, NOTHING
from trained import ANSWERS, DAY, TODAY, added, content, write

from kneewise import model
from kneewise.conventions import Side
from kneewise.desk import (
    Client,
    Kind,
    Screened,
    Stage,
    attend,
    in_force,
    next_of_group,
    read_gate,
    shown_first,
    stage_of,
)
from kneewise.knowledge.exits import check_exits, read_exits
from kneewise.model import Tier
from kneewise.model.planned import Diary, DiaryNumbers, Readiness
from kneewise.model.programme import Reads
from kneewise.pipeline import read_reasoning
from kneewise.store import Consent, FilmState, Purpose
from kneewise.web.desking import attend_all
from kneewise.web.training import training_of
from kneewise.web.visiting import THE_ONE_HERE, Role, Visitor

PROGRAMME = read_reasoning().programme


def said(purpose, given=True, ago=0):
    return Consent(purpose=purpose, given=given, day=TODAY - ago * DAY, told_by="Anna", written=NOON)


AGREED = (said(Purpose.CARE), said(Purpose.FILMS))
WELL = Screened(tier=Tier.GO)


def kinds(house, **more):
    """Kinds of matters of the only case, the most urgent first."""
    (one,) = attend_all(house, THE_ONE_HERE, **more)
    return [matter.kind for matter in one.matters]


def begun(house, ago, *, consent=True, understood=True, **changes):
    """Somebody whose plan began some days ago."""
    case = added(house, start=TODAY - ago * DAY, **changes)
    if consent:
        house.store.add_consent(case, said(Purpose.CARE))
    if understood:
        house.understand(house.open(case))
    return case


def test_somebody_who_trains_well_needs_nothing(house):
    case = begun(house, 3)
    write(house, case, 2, 1, 1, "squat")
    assert kinds(house) == []


def test_a_red_session_needs_attention_and_so_does_pain_that_rose(house):
    case = begun(house, 20)
    write(house, case, 2, 8, 7, "squat")
    assert Kind.RED in kinds(house)
    for ago in (17, 16, 15):
        write(house, case, ago, 2)
    for ago in (4, 3):
        write(house, case, ago, 5)
    assert kinds(house)[0] is Kind.WORSE


def test_pain_that_is_up_is_told_otherwise_once_the_signs_were_asked_again(house):
    case = begun(house, 20)
    for ago in (17, 16, 15):
        write(house, case, ago, 2)
    for ago in (4, 3):
        write(house, case, ago, 5)
    assert Kind.WORSE in kinds(house)
    kept = house.store.case(case)
    asked = [{"date": (TODAY - 2 * DAY).isoformat(), "answers": NOTHING}]
    house.store.save_case(case, {**kept.content, "checkin": asked}, kept.revision, NOON)
    assert Kind.WORSE not in kinds(house)
    write(house, case, 1, 4, 3, "squat")
    (one,) = attend_all(house, THE_ONE_HERE)
    assert [matter.what for matter in one.matters] == ["Pain is still up"]


def test_weeks_without_a_session_and_a_review_that_is_due_need_attention(house):
    begun(house, 16)
    assert kinds(house) == [Kind.DUE, Kind.SILENT]


def test_a_check_in_answers_the_review(house):
    begun(house, 16, checkin=[{"date": (TODAY - DAY).isoformat(), "answers": {"swelling": "none"}}])
    assert Kind.DUE not in kinds(house)


@pytest.mark.parametrize(("ago", "found"), [(0, []), (1, []), (2, [Kind.HOLD])])
def test_a_session_is_asked_for_its_second_number_once_a_day_has_gone_by(house, ago, found):
    case = begun(house, 6)
    write(house, case, ago, 2, None, "squat")
    assert kinds(house) == found


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"straight_leg": "no"}, Kind.URGENT),
        ({"worst_pain": 9}, Kind.REFERRAL),
        ({"emergency_leg": ["foot_cold_numb"]}, Kind.EMERGENCY),
        ({"medicines": None}, Kind.QUESTIONS),
    ],
)
@pytest.mark.parametrize("understood", [True, False])
def test_what_the_answers_say_comes_first_whether_or_not_anybody_looked(house, changes, kind, understood):
    answers = {name: one for name, one in {**ANSWERS, **changes}.items() if one is not None}
    case = begun(house, 3, answers=answers, understood=understood)
    write(house, case, 1, 9, 9, "squat")
    assert kinds(house)[0] is kind
    assert Kind.RED not in kinds(house) or not kind <= Kind.REFERRAL


def test_an_answer_that_was_changed_is_judged_anew_before_anybody_looks(house):
    case = begun(house, 3)
    kept = house.store.case(case)
    content = {**kept.content, "answers": {**ANSWERS, "straight_leg": "no"}}
    house.store.save_case(case, content, kept.revision, NOON)
    assert kinds(house) == [Kind.URGENT]


def test_who_should_be_looked_at_tomorrow_stands_above_who_can_wait_two_weeks(house):
    """Even when the one who can wait was changed last."""
    for name, changes in (
        ("Now", {"emergency_leg": ["foot_cold_numb"]}),
        ("Tomorrow", {"straight_leg": "no"}),
        ("Two weeks", {"worst_pain": 9}),
    ):
        house.store.add_case(name, NOON, content(answers={**ANSWERS, **changes}))
    for kept in house.store.cases():
        if kept.name == "Two weeks":
            house.store.save_case(kept.id, {**kept.content, "version": 1}, kept.revision, NOON + DAY)
    assert [one.standing.name for one in attend_all(house, THE_ONE_HERE)] == ["Now", "Tomorrow", "Two weeks"]


def test_something_new_is_more_urgent_than_open_questions(house):
    begun(house, 3, checkin=[{"date": TODAY.isoformat(), "new": True, "answers": {}}])
    assert kinds(house) == [Kind.NEW_SIGN]


def test_answers_that_cannot_be_read_are_told_and_break_nothing(house):
    """A warning sign may stand among them, so they come first."""
    begun(house, 3, understood=False, answers={"no_such_question": "yes"})
    (one,) = attend_all(house, THE_ONE_HERE)
    assert ([matter.kind for matter in one.matters], one.when) == ([Kind.UNREADABLE], "now")


@pytest.mark.parametrize("kept", [{"tier": "9"}, {"reasons": 3}, [], {"tier": "go", "reasons": [{}]}])
def test_what_another_kneewise_kept_is_not_trusted(house, kept):
    from sqlalchemy import update

    from kneewise.store.tables import MEANINGS

    begun(house, 3)
    with house.store._writing() as connection:
        connection.execute(update(MEANINGS).values(summary={"screening": kept, "plan": {"dates": kept}}))
    assert kinds(house) == []


def test_the_desk_says_what_the_page_of_the_plan_says(house, rng):
    """Whatever the diary, over a hundred days: the desk reads less of it, and comes to the same."""
    case = begun(house, 100)
    for ago in range(100, 0, -1):
        pain = int(rng.integers(0, 9))
        done = ("squat",) if rng.random() < 0.3 else ()
        write(house, case, ago, pain, int(rng.integers(0, 8)) if rng.random() < 0.8 else None, *done)
    opened = house.open(case)
    meaning = house.understand(opened)
    for ago in range(0, 90, 5):
        today = TODAY - ago * DAY
        full = training_of(opened, meaning, house, today)
        recent = replace(
            full.diary,
            days=tuple(
                day
                for day in full.diary.days
                if today - 35 * DAY <= day.on or day.on < full.dates.start + 7 * DAY
            ),
        )
        assert replace(full, diary=recent).answer == full.answer


def test_consent_that_is_missing_or_withdrawn_is_told_and_the_last_word_holds(house):
    case = begun(house, 1, consent=False)
    assert kinds(house) == [Kind.NO_CONSENT]
    house.store.add_consent(case, said(Purpose.CARE, ago=5))
    assert kinds(house) == []
    house.store.add_consent(case, said(Purpose.CARE, given=False))
    assert kinds(house) == [Kind.WITHDRAWN]
    house.store.add_consent(case, said(Purpose.CARE, ago=3))  # written down late, said before
    assert kinds(house) == [Kind.WITHDRAWN]


def test_of_two_consents_of_one_day_the_later_one_holds():
    consents = (said(Purpose.FILMS), said(Purpose.FILMS, given=False))
    assert not in_force(consents)[Purpose.FILMS].given
    assert in_force(consents[::-1])[Purpose.FILMS].given
    assert Purpose.CARE not in in_force(consents)


def test_only_clients_whom_the_visitor_may_see_are_on_the_desk(house):
    one, other = begun(house, 1), begun(house, 1)
    visitor = Visitor(role=Role.COACH, cases=frozenset({one}))
    assert [row.standing.id for row in attend_all(house, visitor)] == [one]
    assert attend_all(house, visitor, [other]) == []


def test_a_film_that_went_wrong_is_told_with_its_reason():
    client = Client(screened=WELL, answered=True, film=FilmState.REFUSED, issue="it is dark", consents=AGREED)
    (matter,) = attend(client, PROGRAMME)
    assert (matter.kind, matter.because, matter.to) == (Kind.FILM, "It is dark.", "/films")
    assert attend(replace(client, film=FilmState.MEASURED), PROGRAMME) == ()


def test_the_more_urgent_stands_first_whatever_else_there_is():
    worst = Client(
        screened=Screened(tier=Tier.EMERGENCY, says=("Now.",)),
        answered=True,
        film=FilmState.FAILED,
        consents=(said(Purpose.CARE, given=False),),
    )
    found = [matter.kind for matter in attend(worst, PROGRAMME)]
    assert found == sorted(found) == [Kind.EMERGENCY, Kind.WITHDRAWN, Kind.FILM]


# ------------------------------------------------------------------------------ lifts


def test_every_line_that_a_lift_waits_for_is_read_and_says_where_it_is_from():
    check_exits(read_exits(), PROGRAMME)
    with pytest.raises(ValueError, match="Exits without a row"):
        check_exits(read_exits()[1:], PROGRAMME)


def test_the_limits_of_the_table_are_those_of_the_lines():
    """A number that the line does not say, in digits or in words, would be a second opinion."""
    words = {3: "three", 5: "5", 0.2: "a fifth"}
    for row in read_exits():
        if row.needed is not None:
            assert words[row.needed] in row.says.lower()


def gate_of(house, diary=None, tests=(), **changes):
    case = added(house, answers={**ANSWERS, **changes})
    plan = house.understand(house.open(case)).conclusion.plan
    rows = read_gate(plan, read_exits(), diary or Diary(today=TODAY), tests, ASKING.tests)
    return plan, rows


def session(ago, pain):
    return DiaryNumbers(on=TODAY - ago * DAY, pain=pain, pain_after=pain, done=frozenset({"squat"}))


def readings(rows):
    return {one.exit.reads: one for row in rows for one in row.readings}


@pytest.mark.parametrize("pain", [1, 4, 6])
def test_the_gate_is_the_plans_own(house, pain):
    plan, rows = gate_of(house, worst_pain=pain)
    assert tuple(row.gated for row in rows) == plan.gate
    for row in rows:
        waits = [one.exit.says for one in row.readings] + list(row.besides)
        assert sorted(waits) == sorted(row.gated.after)
        assert row.today == (row.gated.readiness in (Readiness.TODAY, Readiness.TODAY_LIGHTER)) == (not waits)


def test_without_a_diary_nothing_is_reached_and_nothing_is_made_up(house):
    _, rows = gate_of(house)
    assert not any(one.met for one in readings(rows).values())
    assert readings(rows)[Reads.WORST_PAIN].today == ""


def test_sessions_and_pain_are_held_against_what_the_line_needs(house):
    days = [session(ago, 2) for ago in (6, 5, 3)]
    red = session(1, 9)
    _, rows = gate_of(house, Diary(today=TODAY, days=tuple(days)))
    told = readings(rows)
    assert (told[Reads.SESSIONS].today, told[Reads.SESSIONS].met) == ("3", True)
    assert told[Reads.WORST_PAIN].met is True
    _, rows = gate_of(house, Diary(today=TODAY, days=(*days, red)))
    told = readings(rows)
    assert (told[Reads.SESSIONS].met, told[Reads.WORST_PAIN].met) == (False, False)
    assert told[Reads.SESSIONS].today == "0 since the last red one"


@pytest.mark.parametrize(
    ("left", "right", "met"), [(4, 40, False), (40, 40, True), (9, 12, None), (0, 0, None)]
)
def test_left_against_right_is_judged_beyond_the_error_only(house, left, right, met):
    tests = [
        model.Tested(id="sit_to_stand_reps", side=side, value=value)
        for side, value in ((Side.LEFT, left), (Side.RIGHT, right))
    ]
    _, rows = gate_of(house, tests=tests)
    assert readings(rows)[Reads.DIFFERENCE].met is met


def test_what_nothing_kept_can_tell_is_left_to_the_coach(house):
    _, rows = gate_of(house)
    assert readings(rows)[Reads.WATCHED].met is None
    _, rows = gate_of(house, back_pain="now")
    besides = [line for row in rows for line in row.besides]
    assert besides
    assert all(line.startswith("Later, because") for line in besides)


# ------------------------------------------------------------------------------ groups


@pytest.mark.parametrize(
    ("screened", "consents", "films", "stage"),
    [
        (Screened(tier=Tier.URGENT), AGREED, (), Stage.REFERRED),
        (Screened(tier=Tier.URGENT), (), (FilmState.MEASURED,), Stage.REFERRED),
        (WELL, (), (), Stage.CONSENT),
        (WELL, AGREED[:1], (), Stage.CONSENT),
        (WELL, (*AGREED, said(Purpose.FILMS, given=False)), (), Stage.WITHDRAWN),
        (Screened(tier=Tier.GO, unasked=4), AGREED, (), Stage.SIGNS),
        (None, AGREED, (), Stage.SIGNS),
        (WELL, AGREED, (), Stage.READY),
        (WELL, AGREED, (FilmState.CANCELLED,), Stage.READY),
        (WELL, AGREED, (FilmState.WAITING,), Stage.BUSY),
        (WELL, AGREED, (FilmState.REFUSED,), Stage.AGAIN),
        (WELL, AGREED, (FilmState.REFUSED, FilmState.MEASURING), Stage.BUSY),
        (WELL, AGREED, (FilmState.REFUSED, FilmState.MEASURED), Stage.MEASURED),
    ],
)
def test_who_has_a_sign_or_did_not_agree_is_not_filmed(screened, consents, films, stage):
    assert stage_of(screened, consents, films) is stage


def test_whoever_has_no_film_yet_comes_before_whoever_films_again():
    queue = [("a", Stage.AGAIN), ("b", Stage.REFERRED), ("c", Stage.SIGNS), ("d", Stage.READY)]
    assert next_of_group(queue) == "d"
    assert next_of_group(queue[:3]) == "a"
    assert next_of_group(queue[1:3]) is None
    assert shown_first(queue[1:3]) == "c"
    assert shown_first([("b", Stage.REFERRED), ("e", Stage.MEASURED)]) is None


def test_the_usual_answers_let_somebody_be_filmed(house):
    case = house.store.add_case("Anna", NOON, {"version": 1, "answers": NOTHING})
    assert house.screen(case.id, case.content).may_move
