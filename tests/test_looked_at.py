"""Who was looked at by a clinician gets on: with care, asked again, and never past an emergency."""

import pytest
from served import NOON, browsing, client_of, complaints_about, hard_to_touch, needs_chromium
from test_screening import _answered
from told import ASKING, NOTHING, explained

from kneewise.casefile import build_case
from kneewise.errors import InputError
from kneewise.explaining import render_page_text
from kneewise.model import Tier
from kneewise.screening import can_be_looked_at, screen

AGAIN = {
    question.id: NOTHING[question.id]
    for question in ASKING.questions
    if question.id in NOTHING and question.again
} | {"clot_risk": ["none"], "injury_kind": ["none"], "after_injury": ["none"]}
"""Every warning sign that is asked again, and is not there."""
TODAY = NOON.date().isoformat()
LIFTED = [one for one in ASKING.triggers if one.is_lifted_by_a_look()]
LASTING = [one for one in ASKING.triggers if one.tier.refers and not one.is_lifted_by_a_look()]
STRONG, STUCK = {"worst_pain": 8}, {"bend_straighten": "gets_stuck"}


def told(first, *later):
    """A case with these first answers and check-ins; where one is a look, its answers come with it."""
    rows = [
        {"date": f"2026-0{month}-01", "answers": answers}
        | ({"looked": {"date": f"2026-0{month}-01", "by": "doctor"}} if looked else {})
        for month, (looked, answers) in enumerate(later, 1)
    ]
    return build_case({"answers": {**NOTHING, **first}, "checkin": rows}, ASKING)


def looked(**answers):
    """A look, after which all signs were answered again, with nothing but this."""
    return True, {**AGAIN, **answers}


def later(**answers):
    return False, answers


def of(case):
    return screen(case, ASKING)


def answers_of(trigger):
    """Answers at which it holds, to an adult."""
    answers = {"age": 30}
    for clause in trigger.when[0]:
        answers = _answered(answers, clause)
    return answers


@pytest.mark.parametrize("trigger", LIFTED, ids=lambda one: one.id)
def test_a_sign_that_somebody_looked_at_and_that_is_gone_lets_on_with_care(trigger):
    answers = answers_of(trigger)
    before, after = of(told(answers)), of(told(answers, looked()))
    assert trigger.id in {one.id for one in before.reasons}
    assert can_be_looked_at(before, ASKING)
    assert after.tier is Tier.CARE
    assert not set(after.unasked) & set(AGAIN)
    assert {one.id for one in after.looked_at} == {one.id for one in before.reasons if one.tier.refers}


@pytest.mark.parametrize("trigger", LASTING, ids=lambda one: one.id)
def test_an_emergency_and_what_a_look_cannot_settle_stay_whoever_looked(trigger):
    answers = answers_of(trigger)
    before, after = of(told(answers)), of(told(answers, looked(**answers)))
    assert not can_be_looked_at(before, ASKING)
    assert after.tier is before.tier is trigger.tier
    assert not after.may_move
    if trigger.tier is Tier.EMERGENCY:
        assert of(told(answers, looked())).tier is Tier.EMERGENCY


def test_nobody_moves_before_all_signs_are_answered_again():
    signs = {"emergency_leg", "emergency_body", "worst_pain", "swelling"}
    assert signs <= set(of(told(STRONG, (True, {}))).unasked) <= set(AGAIN)
    for last in signs:
        found = of(told(STRONG, (True, {name: AGAIN[name] for name in AGAIN if name != last})))
        assert (found.tier, found.unasked, found.may_move) == (Tier.CARE, (last,), False)


def test_answers_that_come_on_another_day_than_the_look_count_as_well():
    assert of(told(STRONG, (True, {}), later(**AGAIN))).may_move
    assert of(told(STRONG, (True, {}), later(**{**AGAIN, **STRONG}))).may_move


def test_what_is_as_it_was_when_somebody_looked_lets_on():
    assert of(told(STRONG, looked(**STRONG))).may_move


def test_what_went_and_came_again_has_to_be_looked_at_again():
    again = of(told(STRONG, looked(), later(**STRONG)))
    assert (again.tier, [one.checkin for one in again.reasons]) == (Tier.REFER, ["2026-02-01"])
    assert of(told(STRONG, looked(), later(**STRONG), looked(**STRONG))).may_move


def test_an_urgent_sign_that_is_still_there_is_as_urgent_as_before():
    still = of(told(STUCK, looked(**STUCK)))
    assert (still.tier, [one.checkin for one in still.reasons]) == (Tier.URGENT, ["2026-01-01"])
    assert of(told(STUCK, looked())).may_move
    assert not of(told(STUCK, looked(), later(**STUCK))).may_move


def test_what_nobody_has_looked_at_yet_stops():
    assert of(told(STRONG, looked(**STUCK))).tier is Tier.URGENT
    assert of(told(STRONG, looked(), later(emergency_leg=["deep_wound"]))).tier is Tier.EMERGENCY


def test_a_sign_that_came_again_is_told_with_what_was_answered_then():
    case = told({"worst_pain": 9}, looked(), later(**STRONG))
    (reason,) = [one for one in explained(case)["screening"]["reasons"] if one["id"] == "strong_pain"]
    assert (reason["checkin"], reason["because"][0]["answer"]) == ("2026-02-01", "8 of 10")


def test_it_stands_on_the_page_for_a_clinician_and_so_do_the_answers():
    page = render_page_text(told(STRONG, looked()), ASKING, TODAY)
    assert "A doctor looked, and said that squats are fine (2026-01-01)" in page


@pytest.mark.parametrize(
    "row",
    [
        {"date": "2026-01-02", "by": "doctor"},
        {"date": "2026-01-01", "by": "friend"},
        {"date": "then", "by": "doctor"},
        {"by": "doctor"},
        {"date": "2026-01-01", "by": "doctor", "said": "yes"},
    ],
)
def test_a_look_that_cannot_have_been_is_refused(row):
    with pytest.raises(InputError):
        build_case({"checkin": [{"date": "2026-01-01", "looked": row}]}, ASKING)


# ------------------------------------------------------------------------------------------------ on pages


def added(house, **answers):
    return house.store.add_case("Anna", NOON, {"answers": {**NOTHING, **answers}}).id


def say(client, case, day=TODAY, by="physiotherapist", revision=1):
    return client.post(f"/cases/{case}/referral/looked", data={"day": day, "by": by, "revision": revision})


def test_who_was_looked_at_says_so_is_asked_again_and_goes_on(house):
    client, case = client_of(house), added(house, **STRONG)
    assert "A clinician has looked at this and said I may squat" in client.get(f"/cases/{case}/referral").text
    assert say(client, case).headers["location"] == f"/cases/{case}/checkin"
    content = house.store.case(case).content
    assert content["answers"]["worst_pain"] == 8
    assert content["checkin"][0]["looked"] == {"date": TODAY, "by": "physiotherapist"}
    way = client.get(f"/cases/{case}").text
    assert "Answer the warning signs once more" in way
    assert client.post(f"/cases/{case}/films").status_code == 422
    asked = []
    while (question := client.get(f"/cases/{case}/checkin.json").json()["question"]) is not None:
        if question["id"] not in AGAIN:
            break
        asked.append(question["id"])
        revision = house.store.case(case).revision
        given = AGAIN[question["id"]]
        form = {"alone": "none"} if given == ["none"] else {"value": given}
        form = {"of": question["id"], "revision": revision, **form}
        assert client.post(f"/cases/{case}/checkin", data=form).status_code == 303
    assert asked[:2] == ["emergency_leg", "emergency_body"]
    screening = house.understand(house.open(case)).told["screening"]
    assert (screening["tier"], screening["unasked"]) == ("3", [])
    assert any("a clinician has looked" in line for line in screening["statements"])
    assert "A physiotherapist looked" in client.get(f"/cases/{case}/clinician").text


@pytest.mark.parametrize(
    "answers",
    [{"emergency_leg": ["deep_wound"]}, {"age": 15}, {"health": ["numb_feet"]}],
    ids=["emergency", "child", "numb feet"],
)
def test_where_no_look_lets_on_none_is_asked_for_or_kept(house, answers):
    client, case = client_of(house), added(house, **answers)
    page = client.get(f"/cases/{case}/referral.json").json()
    assert (page["refers"], page["clinicians"]) == (True, [])
    assert say(client, case).status_code == 422
    assert "checkin" not in house.store.case(case).content


@pytest.mark.parametrize(
    ("day", "by"),
    [("", "doctor"), ("2026-05-05", "doctor"), ("2026-03-01", "doctor"), (TODAY, ""), (TODAY, "friend")],
    ids=["no day", "tomorrow", "long ago", "nobody", "a friend"],
)
def test_a_look_that_settles_nothing_is_not_kept(house, day, by):
    client, case = client_of(house), added(house, **STRONG)
    sent = say(client, case, day, by)
    assert (sent.status_code, "Try: " in sent.text) == (422, True)
    assert "checkin" not in house.store.case(case).content


def test_a_look_from_before_what_stops_does_not_settle_it(house):
    client, case = client_of(house), added(house)
    checkin = {"date": TODAY, "answers": STRONG}
    house.store.save_case(case, {**house.store.case(case).content, "checkin": [checkin]}, 1, NOON)
    assert say(client, case, "2026-05-03", revision=2).status_code == 422
    assert say(client, case, TODAY, revision=2).status_code == 303


@needs_chromium
def test_a_look_is_told_in_a_browser_and_by_who_uses_no_eyes(house):
    case = added(house, **STRONG)
    address = f"/cases/{case}/referral"
    assert complaints_about(house, [address], 360, "dark") == {}
    assert hard_to_touch(house, [address]) == {}
    with browsing(house) as (page, base):
        page.goto(base + address)
        page.get_by_text("A clinician has looked at this and said I may squat").click()
        page.get_by_label("A physiotherapist").check()
        page.get_by_label("When").fill(TODAY)
        page.get_by_role("button", name="They said I may squat").click()
        page.wait_for_url("**/checkin")
        assert page.locator("h1").inner_text() == ASKING.asked["emergency_leg"].text
