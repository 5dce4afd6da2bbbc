"""What to try next, what is closed to whom, and what a result changes."""

import pytest
from served import NOON
from told import ASKING, NOTHING

from kneewise.casefile import build_case
from kneewise.knowledge.moves import read_moves
from kneewise.model import Kind, SelfTest
from kneewise.trying import list_tries

HURTS = {**NOTHING, "worst_pain": 6, "painful_side": "both"}


def added(house, answers=NOTHING, **more):
    return house.store.add_case("Anna", NOON, {"version": 1, "answers": answers, **more}).id


def told_of(client, case, of=""):
    return client.get(f"/cases/{case}/tests.json", params={"of": of}).json()


def send(client, case, of, kind, **fields):
    revision = client.get(f"/cases/{case}/tests.json").json()["case"]["revision"]
    return client.post(f"/cases/{case}/tests", data={"of": of, "kind": kind, "revision": revision, **fields})


def test_first_is_shown_what_would_tell_most(house, client):
    case = added(house)
    best = house.understand(house.open(case)).told["next_test"]
    told = told_of(client, case)
    assert (told["test"]["id"], told["test"]["kind"], told["best"]) == (best["id"], best["kind"], True)


def test_everything_that_can_be_tried_is_listed_once(house, client):
    told = told_of(client, added(house))
    shown = [(row["kind"], row["id"]) for row in (told["test"], *told["others"], *told["closed"])]
    tests = {("test", row.id) for row in ASKING.tests if row.type is not Kind.SCALE}
    assert sorted(shown) == sorted(tests | {("trial", row.id) for row in ASKING.conditions})


def test_what_somebody_should_not_do_is_closed_and_says_why(house, client):
    case = added(house, HURTS)
    closed = {row["id"]: row["because"] for row in told_of(client, case)["closed"]}
    assert any("You answered: 6 of 10" in line for line in closed["single_leg_squat"])
    assert told_of(client, case, "single_leg_squat")["test"]["closed"]
    before = house.store.case(case)
    assert send(client, case, "single_leg_squat", "trial", pain_after="3", side="left").status_code == 422
    assert house.store.case(case) == before


def test_what_is_closed_is_exactly_what_the_tables_close():
    for answers in (NOTHING, HURTS):
        case = build_case({"answers": answers}, ASKING)
        closed = {one.what.id for one in list_tries(case, ASKING) if one.closed}
        scales = {row.id for row in ASKING.tests if row.type is Kind.SCALE}
        assert closed == ASKING.closed_to(case.moments[-1]) - scales


def test_a_result_of_both_sides_is_kept_as_the_case_file_has_it(house, client):
    case = added(house)
    sent = send(client, case, "knee_to_wall_cm", "test", value_left="6,5", value_right="11")
    assert sent.status_code == 303
    assert house.store.case(case).content["test"] == [
        {"id": "knee_to_wall_cm", "side": "left", "value": 6.5},
        {"id": "knee_to_wall_cm", "side": "right", "value": 11.0},
    ]


def test_a_choice_of_both_sides_is_kept(house, client):
    case = added(house)
    send(client, case, "adductor_short", "test", value_left="yes", value_right="no")
    assert [row["value"] for row in house.store.case(case).content["test"]] == [True, False]


def test_pain_of_a_trial_is_kept_and_replaced_when_it_is_told_again(house, client):
    case = added(house)
    send(client, case, "heels_raised", "trial", pain_before="4", pain_after="1", pain_back="4")
    send(client, case, "heels_raised", "trial", pain_before="4", pain_after="2")
    assert house.store.case(case).content["trial"] == [
        {"condition": "heels_raised", "pain_before": 4.0, "pain_after": 2.0}
    ]


def test_a_trial_on_one_leg_needs_its_side(house, client):
    case = added(house)
    assert send(client, case, "step_down", "trial", pain_after="2").status_code == 422
    assert send(client, case, "step_down", "trial", pain_after="2", side="left").status_code == 303
    assert house.store.case(case).content["trial"][0]["side"] == "left"


@pytest.mark.parametrize("fields", [{}, {"pain_after": ""}, {"pain_after": "11"}, {"pain_after": "x"}])
def test_a_trial_without_its_pain_is_asked_again(house, client, fields):
    case = added(house)
    sent = send(client, case, "heels_raised", "trial", **fields)
    assert sent.status_code == 422
    assert 'role="alert"' in sent.text
    assert house.store.case(case).revision == 1


def test_a_result_from_an_older_page_changes_nothing(house, client):
    case = added(house)
    house.store.save_case(case, {"version": 1, "answers": NOTHING}, 1, NOON)
    sent = client.post(
        f"/cases/{case}/tests",
        data={"of": "heels_raised", "kind": "trial", "revision": "1", "pain_after": "1"},
    )
    assert sent.status_code == 409


def test_after_a_result_is_said_which_bands_are_others_now(house, client):
    case = added(house)
    before = {row["label"]: row["band"] for row in house.understand(house.open(case)).told["factors"]}
    sent = send(client, case, "knee_to_wall_cm", "test", value_left="3", value_right="3")
    told = client.get(sent.headers["location"].replace("changed?", "changed.json?")).json()
    after = {row["label"]: row["band"] for row in house.understand(house.open(case)).told["factors"]}
    moved = {(name, before[name], after[name]) for name in before if before[name] != after[name]}
    assert {(row["label"], row["before"], row["after"]) for row in told["changed"]} == moved
    assert any("ankle" in name for name, _, _ in moved)
    assert "→" in client.get(sent.headers["location"]).text


@pytest.mark.parametrize("was", ["", "x", "9" * 12, "0" * 500])
def test_a_made_up_address_of_what_changed_does_no_harm(house, client, was):
    case = added(house)
    assert client.get(f"/cases/{case}/tests/changed", params={"of": "nothing", "was": was}).status_code == 200


def test_whom_somebody_should_look_at_tries_nothing(house, client):
    case = added(house, {**NOTHING, "emergency_leg": ["cannot_4_steps"]})
    assert told_of(client, case)["first"]["to"] == "/referral"
    assert send(client, case, "heels_raised", "trial", pain_after="1").status_code == 422


def test_every_picture_and_clock_of_the_tables_is_one_there_is():
    rows = (*ASKING.conditions, *ASKING.tests)
    assert {row.move for row in rows if row.move} <= read_moves().keys()
    assert all(row.lasts is None or 0 < row.lasts <= 60 * row.minutes for row in ASKING.conditions)


def test_every_page_of_something_to_try_can_be_shown(house, client):
    case = added(house)
    for row in (*ASKING.conditions, *ASKING.tests):
        if isinstance(row, SelfTest) and row.type is Kind.SCALE:
            continue
        assert row.name in client.get(f"/cases/{case}/tests", params={"of": row.id}).text
