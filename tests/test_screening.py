"""Who is sent on, how soon and why; and that nothing that is answered later can take it back."""

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from told import ASKING, NOTHING, case_of, ordinary, screened

from kneewise.conventions import Track
from kneewise.interview import next_question
from kneewise.knowledge.asking import check_asking
from kneewise.model import Kind, Passed, Referral, Tier, hold
from kneewise.screening import conclude, is_denied, screen

ACCEPTANCE = {
    "1 hot swollen knee, unwell, no fever": (
        {"age": 25, "swelling": "new_no_injury", "knee_skin": ["hot"], "ill": ["unwell"]},
        "0",
    ),
    "2 heavy boy of 14, vague knee pain, limp": (
        {"age": 14, "walking": ["limp"], "worst_pain": 4},
        "1",
    ),
    "3 twist, pop, swollen in an hour": (
        {"age": 30, "injury": "last_7_days", "injury_kind": ["twist", "pop"], "swelling": "within_2_hours"},
        "1",
    ),
    "4 fell on the kneecap yesterday at 60": (
        {"age": 60, "injury": "last_7_days", "injury_kind": ["fall_on_knee"]},
        "1",
    ),
    "5 calf 4 cm bigger, long flight": (
        {"age": 40, "leg_swelling": ["calf_bigger"], "clot_risk": ["long_travel"]},
        "1",
    ),
    "6, 7 front pain, stiff ankle": (
        {"age": 28, "painful_side": "left", "knee_map": ["kneecap"], "pain_when": ["squat"], "squat_pain": 4},
        "go",
    ),
    "8 front pain, guided by a cue": (
        {"age": 33, "knee_map": ["kneecap"], "pain_when": ["squat"]},
        "go",
    ),
    "9 bow legs, inner side, insert, 50": (
        {
            "age": 50,
            "knee_map": ["inner_side"],
            "pain_when": ["squat"],
            "insert": "bought",
            "leg_shape": "apart",
        },
        "3",
    ),
    "10 five squat days a week": (
        {"age": 30, "onset": "after_change", "load_change": ["new_programme", "more_sets"], "worst_pain": 4},
        "go",
    ),
    "11 one finger below the kneecap, volleyball": (
        {"age": 24, "knee_map": ["below_kneecap"], "pain_spread": "one_finger", "pain_when": ["jump"]},
        "3",
    ),
}

MORE = {
    "hot, red, swollen, feels well": (
        {"swelling": "new_no_injury", "knee_skin": ["red"]},
        "0",
    ),
    "fever three days after an injection": (
        {"swelling": "new_no_injury", "ill": ["fever"], "knee_history": ["injection_3_months"]},
        "0",
    ),
    "new swelling at a replaced joint": (
        {"swelling": "new_no_injury", "knee_history": ["new_joint"]},
        "0",
    ),
    "swelling on defence-weakening medicine": (
        {"swelling": "new_no_injury", "medicines": ["weak_defence"]},
        "0",
    ),
    "short of breath": (
        {"emergency_body": ["chest_or_breath"]},
        "0",
    ),
    "numb saddle": (
        {"emergency_body": ["saddle_numb"], "back_pain": "now"},
        "0",
    ),
    "cannot take four steps": (
        {"injury": "last_7_days", "emergency_leg": ["cannot_4_steps"]},
        "0",
    ),
    "kneecap sits at the side": (
        {"injury": "last_7_days", "emergency_leg": ["out_of_place"]},
        "0",
    ),
    "cold pale foot": (
        {"emergency_leg": ["foot_cold_numb"]},
        "0",
    ),
    "pop at the bottom of a squat, straight leg does not lift": (
        {"injury": "last_7_days", "injury_kind": ["pop"], "straight_leg": "no"},
        "0",
    ),
    "dark urine after a first class": (
        {"emergency_leg": ["dark_urine"]},
        "0",
    ),
    "shin hard as a board": (
        {"emergency_leg": ["hard_muscle"]},
        "0",
    ),
    "bite over the knee": (
        {"emergency_leg": ["deep_wound"]},
        "0",
    ),
    "locked since Tuesday": (
        {"bend_straighten": "stuck_now"},
        "1",
    ),
    "must wiggle it free": (
        {"bend_straighten": "gets_stuck"},
        "1",
    ),
    "gives out on a turn": (
        {"gives_way": "when_turning"},
        "1",
    ),
    "kneecap slipped out last week": (
        {"kneecap_out": "last_6_weeks"},
        "1",
    ),
    "blood thinner and a swollen knee": (
        {"swelling": "later_after_injury", "injury": "last_6_weeks", "medicines": ["blood_thinner"]},
        "1",
    ),
    "bone bump outside is sore after a fall": (
        {"injury": "last_7_days", "after_injury": ["outer_bump_press"]},
        "1",
    ),
    "tendon pain on ciprofloxacin": (
        {"medicines": ["quinolone"], "knee_map": ["below_kneecap"]},
        "1",
    ),
    "groin hurts in a hop": (
        {"bone_pain": ["hop_hurts"], "hip_pain": ["groin"]},
        "1",
    ),
    "foot drops": (
        {"nerve": ["foot_drops"]},
        "1",
    ),
    "growing lump": (
        {"general_health": ["lump_grows"]},
        "1",
    ),
    "night pain after cancer": (
        {"general_health": ["cancer_before"], "night_pain": "at_rest"},
        "1",
    ),
    "17 and aching bone": (
        {"age": 17, "bone_pain": ["most_days"]},
        "1",
    ),
    "12, thigh and knee, foot turned out": (
        {"age": 12, "walking": ["foot_turns_out"]},
        "1",
    ),
    "warm bursa after kneeling": (
        {"knee_skin": ["soft_bag", "red"]},
        "1",
    ),
    "chest pain in sets": (
        {"health": ["heart_exercise"]},
        "1",
    ),
    "calf pain after a plaster": (
        {"pain_elsewhere": "calf", "clot_risk": ["operation"]},
        "1",
    ),
    "13, knee and thigh": ({"age": 13, "pain_elsewhere": "thigh"}, "1"),
    "fresh knock on a blood thinner": ({"injury": "last_7_days", "medicines": ["blood_thinner"]}, "1"),
    "a sheet on the knee hurts": ({"nerve": ["touch_hurts"]}, "2"),
    "16 without anything else": (
        {"age": 16},
        "2",
    ),
    "night pain": (
        {"night_pain": "loses_sleep"},
        "2",
    ),
    "an hour stiff each morning": (
        {"morning_stiffness": "over_30"},
        "2",
    ),
    "psoriasis": (
        {"joints_elsewhere": ["scaly_skin"]},
        "2",
    ),
    "puffy for months": (
        {"swelling": "lasting"},
        "2",
    ),
    "groin pain": (
        {"hip_pain": ["groin"]},
        "2",
    ),
    "pins and needles in the foot": (
        {"nerve": ["numb_tingling"]},
        "2",
    ),
    "sore spot on the shin, periods stopped": (
        {"bone_pain": ["one_spot"], "bone_risk": ["missed_periods"]},
        "2",
    ),
    "inner side, all at once, at 58": (
        {"age": 58, "onset": "sudden", "knee_map": ["inner_side"]},
        "2",
    ),
    "operated in spring": (
        {"knee_history": ["operation_12_months"]},
        "2",
    ),
    "cortisone tablets": (
        {"medicines": ["steroid_tablets"]},
        "2",
    ),
    "feels little in the feet": (
        {"health": ["numb_feet"]},
        "2",
    ),
    "pregnant": (
        {"pregnant": "pregnant"},
        "2",
    ),
    "eight of ten": (
        {"worst_pain": 8},
        "2",
    ),
    "calf cramps after 200 m": (
        {"vessels": ["walking_cramp"]},
        "2",
    ),
    "six good weeks, no change": (
        {"tried": "six_weeks_no_change"},
        "2",
    ),
    "twisted a month ago, inner side": (
        {"injury": "last_6_weeks", "onset": "injury", "knee_map": ["inner_side"]},
        "2",
    ),
    "52 with pain on stairs": (
        {"age": 52},
        "3",
    ),
    "one finger above the kneecap, deep squats": (
        {"knee_map": ["above_kneecap"], "pain_spread": "one_finger", "pain_when": ["deep_only"]},
        "3",
    ),
    "stiff for years, not stuck": (
        {"bend_straighten": "stiff_long"},
        "go",
    ),
    "clicks and cracks": (
        {"bend_straighten": "clicks"},
        "go",
    ),
    "puffy after training, gone next day": (
        {"swelling": "slight_after_training"},
        "go",
    ),
    "wobbly when it hurts": (
        {"gives_way": "feels_weak"},
        "go",
    ),
    "hurts in bed only when bent for long": (
        {"night_pain": "when_turning"},
        "go",
    ),
    "operated ten years ago": (
        {"knee_history": ["operation_older"]},
        "go",
    ),
    "kneecap out as a child, firm since": (
        {"kneecap_out": "long_ago"},
        "go",
    ),
    "diabetes with good feet": (
        {"health": ["diabetes"]},
        "go",
    ),
    "swollen since yesterday and cannot stand on it": (
        {"swelling": "new_no_injury", "walking": ["cannot_weight"]},
        "0",
    ),
    "hot knee on medicine that weakens the defence": (
        {"knee_skin": ["hot"], "medicines": ["weak_defence"]},
        "0",
    ),
    "the whole knee went out and back yesterday": (
        {"injury": "last_7_days", "injury_kind": ["joint_out"]},
        "0",
    ),
    "9, bears no weight, no injury": ({"age": 9, "walking": ["cannot_weight"]}, "0"),
    "7, limp and fever": ({"age": 7, "walking": ["limp"], "ill": ["fever"]}, "0"),
    "thorn in the knee": ({"emergency_leg": ["deep_wound"]}, "0"),
    "cannot feel the water pass": ({"emergency_body": ["bladder_bowel"]}, "0"),
    "the whole knee went out a month ago": (
        {"injury": "last_6_weeks", "injury_kind": ["joint_out"]},
        "1",
    ),
    "calf sore out of the blue": ({"leg_swelling": ["calf_sore"]}, "1"),
    "not sure about the calf, after a flight": (
        {"leg_swelling": ["unknown"], "clot_risk": ["long_travel"]},
        "1",
    ),
    "not sure about the calf, and it hurts": (
        {"leg_swelling": ["unknown"], "pain_elsewhere": "calf"},
        "1",
    ),
    "pregnant, back of the knee": ({"pregnant": "pregnant", "knee_map": ["back"]}, "1"),
    "fell, and does not dare to press": (
        {"injury": "last_7_days", "after_injury": ["unknown"]},
        "1",
    ),
    "fell, and does not dare to lift": (
        {"injury": "last_7_days", "straight_leg": "unknown"},
        "1",
    ),
    "not sure whether swollen, but hot": ({"swelling": "unknown", "knee_skin": ["hot"]}, "1"),
    "not sure whether swollen, with fever": ({"swelling": "unknown", "ill": ["fever"], "weeks": 20}, "1"),
    "fever and a knee that hurts for a week, no swelling seen": ({"ill": ["fever"], "weeks": 1}, "1"),
    "chills and a replaced joint, no swelling seen": (
        {"ill": ["chills"], "knee_history": ["new_joint"], "weeks": 300},
        "1",
    ),
    "boil at the knee and fever": ({"knee_skin": ["wound"], "ill": ["fever"], "weeks": 30}, "1"),
    "graze over a replaced joint": ({"knee_skin": ["wound"], "knee_history": ["new_joint"]}, "1"),
    "sore rash that a touch hurts": ({"knee_skin": ["wound"], "nerve": ["touch_hurts"]}, "1"),
    "new swelling with diabetes": ({"swelling": "new_no_injury", "health": ["diabetes"]}, "1"),
    "new swelling at 82": ({"swelling": "new_no_injury", "age": 82}, "1"),
    "new swelling that hurts all night": ({"swelling": "new_no_injury", "night_pain": "loses_sleep"}, "1"),
    "new swelling, 9 of 10": ({"swelling": "new_no_injury", "worst_pain": 9}, "1"),
    "new swelling and moves less": ({"swelling": "new_no_injury", "bend_straighten": "stiff_new"}, "1"),
    "replaced joint swollen for months": ({"swelling": "lasting", "knee_history": ["new_joint"]}, "1"),
    "pain at rest after an injection": (
        {"knee_history": ["injection_3_months"], "night_pain": "at_rest"},
        "1",
    ),
    "large bruise on a blood thinner": ({"knee_skin": ["bruise"], "medicines": ["blood_thinner"]}, "1"),
    "swollen, takes something unknown": (
        {"swelling": "new_no_injury", "medicines": ["unknown"]},
        "1",
    ),
    "thigh pain on medicine for thin bones": (
        {"medicines": ["bone_medicine"], "pain_elsewhere": "thigh"},
        "1",
    ),
    "runner, groin, periods stopped": (
        {"hip_pain": ["groin"], "bone_risk": ["missed_periods"]},
        "1",
    ),
    "down both legs": ({"nerve": ["both_legs"]}, "1"),
    "foot hurts in bed until it hangs down": ({"vessels": ["foot_rest_pain"]}, "1"),
    "fever weeks after the knee began": ({"ill": ["fever"], "weeks": 30}, "2"),
    "feels ill all over": ({"ill": ["unwell"], "weeks": 30}, "3"),
    "joint inflammation that is known": ({"joints_elsewhere": ["joint_disease"]}, "2"),
    "fell on the knee a month ago": (
        {"injury": "last_6_weeks", "injury_kind": ["fall_on_knee"]},
        "2",
    ),
    "57, injury three weeks ago": ({"age": 57, "injury": "last_6_weeks"}, "2"),
    "64, all at once at the front": ({"age": 64, "onset": "sudden"}, "2"),
    "large bruise out of nothing": ({"knee_skin": ["bruise"]}, "2"),
    "tendon hurt all at once on hormones": (
        {"medicines": ["anabolic"], "onset": "sudden", "knee_map": ["above_kneecap"]},
        "2",
    ),
    "70 and unsteady": ({"age": 70, "health": ["falls"]}, "2"),
    "swollen for years, now red and no sleep": (
        {"swelling": "lasting", "knee_skin": ["red"], "night_pain": "loses_sleep"},
        "0",
    ),
    "hot, and cannot stand on it": ({"knee_skin": ["hot"], "walking": ["cannot_weight"]}, "0"),
    "red skin that hurts far too much": ({"knee_skin": ["red"], "worst_pain": 9}, "1"),
    "skied three days ago, swollen the next day, limps": (
        {"injury": "last_7_days", "swelling": "later_after_injury", "walking": ["limp"]},
        "1",
    ),
    "large bruise out of nothing, and ill": ({"knee_skin": ["bruise"], "ill": ["unwell"]}, "1"),
    "may be pregnant": ({"pregnant": "maybe"}, "3"),
    "twisted years ago, inner side, firm and free": (
        {"injury": "older", "onset": "injury", "knee_map": ["inner_side"]},
        "3",
    ),
    "fell once at 30": ({"health": ["falls"]}, "go"),
    "stiff for the first steps after sitting": ({"bend_straighten": "stiff_after_rest"}, "go"),
    "a cold that has passed": ({"ill": ["cold"]}, "go"),
    "not sure whether swollen, nothing else": ({"swelling": "unknown"}, "go"),
    "takes hormones, no tendon pain": ({"medicines": ["anabolic"]}, "go"),
    "medicine for thin bones, knee only": ({"medicines": ["bone_medicine"]}, "go"),
}

ORDINARY = {
    "clicks on stairs": {"bend_straighten": "clicks", "pain_when": ["stairs_down"]},
    "stiff after the cinema": {"bend_straighten": "stiff_after_rest", "sitting_eases": "yes"},
    "ten minutes stiff in the morning for years, 55": {
        "age": 55,
        "morning_stiffness": "up_to_30",
        "onset": "always",
        "weeks": 400,
    },
    "a little puffy after leg day": {"swelling": "slight_after_training", "load_change": ["more_sets"]},
    "both knees ache in deep squats": {"painful_side": "both", "pain_when": ["deep_only"]},
    "new programme, both knees": {"painful_side": "both", "onset": "after_change", "worst_pain": 5},
    "volleyball tendon": {"knee_map": ["below_kneecap"], "pain_spread": "one_finger", "pain_when": ["jump"]},
    "runner, outer side": {"knee_map": ["outer_side"], "pain_when": ["run"], "pain_course": "builds"},
    "cannot kneel, old bump on the shin": {"knee_map": ["shin_bump"], "pain_when": ["kneel"]},
    "wobbly on the last reps": {"gives_way": "feels_weak"},
    "bends less since an operation ten years ago": {
        "bend_straighten": "stiff_long",
        "knee_history": ["operation_older"],
    },
    "torn ligament ten years ago, firm": {
        "knee_history": ["torn_older"],
        "injury": "older",
        "onset": "always",
    },
    "kneecap out as a teenager": {"kneecap_out": "long_ago"},
    "wakes when turning over": {"night_pain": "when_turning"},
    "tight calves from running": {"ankle_history": ["calf_tight"], "pain_when": ["run"]},
    "sore calf from training": {"pain_elsewhere": "calf", "clot_risk": ["none"]},
    "thigh sore from training": {"pain_elsewhere": "thigh"},
    "back ache now and then": {"back_pain": "sometimes"},
    "back and knee together": {"back_pain": "now"},
    "diabetes, good feet": {"health": ["diabetes"], "age": 48},
    "on a new statin, no weakness": {"medicines": ["statin_new"], "age": 58},
    "on the pill": {"medicines": ["none"], "age": 24},
    "gout once, quiet now": {"joints_elsewhere": ["gout"], "age": 47},
    "tick bite last summer": {"joints_elsewhere": ["tick"]},
    "had a cold last week": {"ill": ["cold"]},
    "graze from the bar": {"knee_skin": ["wound"]},
    "screws in the shin, years ago": {"knee_history": ["metal"]},
    "bow legs, inner side, 52": {"age": 52, "knee_map": ["inner_side"], "leg_shape": "apart"},
    "68, stairs": {"age": 68, "pain_when": ["stairs_up", "stairs_down"]},
    "blood thinner, no swelling": {"medicines": ["blood_thinner"], "age": 61},
    "eased by a good plan": {"tried": "six_weeks_better"},
    "seven of ten after a race": {"worst_pain": 7, "pain_when": ["run"]},
    "knock a year ago": {"injury": "older", "onset": "injury", "knee_map": ["kneecap"]},
    "no pain today": {"squat_pain": 0, "pain_when": ["stairs_down"], "worst_pain": 2},
}
"""Knees as a gym is full of them. None of them needs a clinician before a careful plan."""

SEEN_FIRST = {
    "nine of ten": {"worst_pain": 9},
    "buckles on stairs": {"gives_way": "when_walking"},
    "puffy for two months": {"swelling": "lasting"},
    "groin, too": {"hip_pain": ["groin"]},
    "twisted it four weeks ago, inner side": {
        "injury": "last_6_weeks",
        "injury_kind": ["twist"],
        "onset": "injury",
        "knee_map": ["inner_side"],
    },
    "scaly skin": {"joints_elsewhere": ["scaly_skin"]},
}
"""What comes to the same gym and is rightly looked at first."""


@pytest.mark.parametrize(("answers", "tier"), ACCEPTANCE.values(), ids=ACCEPTANCE.keys())
def test_acceptance_cases_get_their_tier(answers, tier):
    assert screened(answers).tier == tier


@pytest.mark.parametrize(("answers", "tier"), MORE.values(), ids=MORE.keys())
def test_somebody_without_other_signs_gets_the_tier_of_this_one(answers, tier):
    assert ordinary(**answers).tier == tier


@pytest.mark.parametrize("answers", ORDINARY.values(), ids=ORDINARY.keys())
def test_ordinary_knees_are_not_stopped(answers):
    screening = ordinary(**answers)
    assert [reason.id for reason in screening.reasons if reason.tier.refers] == []


def test_of_a_gym_full_of_knees_few_are_stopped_and_some_are():
    """`clinical.md` §1.7: stopping fewer than 2 % or more than 35 % of adult gym users is mis-tuned."""
    people = [*ORDINARY.values(), *SEEN_FIRST.values()]
    stopped = sum(ordinary(**answers).tier.refers for answers in people)
    assert 0.02 <= stopped / len(people) <= 0.35


def test_somebody_without_a_sign_goes_on_and_nothing_is_left_to_ask():
    screening = ordinary()
    assert (screening.tier, screening.track) == (Tier.GO, Track.FRONT)
    assert screening.ask_again == ()
    assert screening.unasked == ()


def test_a_limping_boy_is_told_to_have_the_hip_examined():
    says = " ".join(reason.says for reason in screened({"age": 14, "walking": ["limp"]}).reasons)
    assert "hip to be examined" in says


def test_a_knee_that_locks_at_a_check_in_ends_the_plan():
    screening = screened(NOTHING, checkins=[{"bend_straighten": "gets_stuck"}])
    assert screening.tier is Tier.URGENT
    assert screening.reasons[0].checkin == "2026-01-01"


@pytest.mark.parametrize(
    "question", [q for q in ASKING.questions if "screening" in q.serves], ids=lambda q: q.id
)
def test_every_warning_sign_that_can_newly_arise_is_asked_at_each_check_in(question):
    cannot_arise = {"age", "onset", "tried", "knee_map", "bone_risk"}
    assert question.again or question.checkin_only or question.id in cannot_arise


def test_a_sign_at_the_start_and_one_at_a_check_in_count_together():
    later = [{"swelling": "new_no_injury"}]
    assert screened({**NOTHING, "health": ["weak_defence"]}, checkins=later).tier is Tier.EMERGENCY


@pytest.mark.parametrize(
    "later",
    [
        {"knee_history": ["injection_3_months"]},
        {"health": ["heart_exercise"]},
        {"vessels": ["walking_cramp"]},
        {"injury": "last_7_days"},
        {"since_plan": "sudden_worse"},
        {"pregnant": "pregnant"},
    ],
    ids=lambda later: next(iter(later)),
)
def test_what_newly_arose_at_a_check_in_ends_the_plan(later):
    assert screened(NOTHING, checkins=[later]).tier.refers


@pytest.mark.parametrize(
    "question", [q for q in ASKING.questions if "screening" in q.serves], ids=lambda q: q.id
)
def test_a_missing_answer_is_never_a_no(question):
    """It stays open, and is said to be, for as long as its answer could still stop somebody."""
    answers = {**NOTHING, "injury": "last_6_months", "onset": "gradual"}
    answers.pop(question.id, None)
    if not question.makes_sense(case_of(answers).moments[-1]) or question.checkin_only:
        return
    screening = screened(answers)
    stops = any(
        screened({**answers, question.id: answer}).tier.refers for answer in possible_answers(question)
    )
    assert question.id in screening.unasked or not stops


def possible_answers(question):
    if question.choices:
        return [[one] if question.type is Kind.MANY else one for one in question.choices]
    return [question.low, question.high]


@pytest.mark.parametrize(
    "answers",
    [
        {"swelling": "unknown", "knee_skin": ["red"]},
        {"injury": "last_7_days", "after_injury": ["unknown"]},
        {"injury": "last_6_weeks", "straight_leg": "unknown"},
        {"leg_swelling": ["unknown"], "clot_risk": ["operation"]},
        {"swelling": "later_after_injury", "injury": "last_6_weeks", "medicines": ["unknown"]},
    ],
)
def test_i_do_not_know_beside_another_sign_counts_as_the_sign(answers):
    assert ordinary(**answers).tier is Tier.URGENT


def test_an_unsure_leg_opens_the_question_that_decides():
    facts = case_of({**NOTHING, "leg_swelling": ["unknown"]}).moments[-1]
    assert ASKING.asked["clot_risk"].makes_sense(facts)


@pytest.mark.parametrize("age", range(1, 18))
def test_nobody_under_18_gets_a_plan(age):
    assert ordinary(age=age).tier.refers


def test_without_an_age_the_questions_are_not_finished():
    answers = {name: answer for name, answer in NOTHING.items() if name != "age"}
    assert screened(answers).unasked == ("age",)


@pytest.mark.parametrize(
    ("age", "kind", "tier"),
    [
        (54, ["none"], "2"),
        (55, ["none"], "1"),
        (50, ["fall_on_knee"], "2"),
        (51, ["fall_on_knee"], "1"),
        (11, ["fall_on_knee"], "1"),
    ],
)
def test_age_rules_of_a_fresh_injury_hold_at_their_limits(age, kind, tier):
    """Ottawa: 55 and over. Pittsburgh, a fall: under 12 or over 50."""
    assert ordinary(age=age, injury="last_7_days", injury_kind=kind, after_injury=["none"]).tier == tier


def test_the_most_urgent_questions_come_first():
    """Once the age is known: emergencies, then what is looked at on the same day."""
    first = [question.id for question in ASKING.questions[:7]]
    assert first == ["age", "emergency_leg", "emergency_body", "swelling", "knee_skin", "ill", "leg_swelling"]


@pytest.mark.parametrize("name", ["straight_leg", "kneecap_out", "after_injury", "bone_risk", "clot_risk"])
def test_somebody_without_an_injury_is_spared_what_cannot_matter(name):
    assert not ASKING.asked[name].makes_sense(case_of(NOTHING).moments[-1])


def test_a_sign_of_an_earlier_check_in_is_not_taken_back_by_a_later_one():
    later = [{"bend_straighten": "gets_stuck"}, {"bend_straighten": "free"}]
    assert screened(NOTHING, checkins=later).tier is Tier.URGENT


@pytest.mark.parametrize(
    ("answers", "track"),
    [
        (
            {"knee_map": ["below_kneecap"], "pain_spread": "one_finger", "pain_when": ["jump"], "age": 50},
            Track.TENDON_LIKE,
        ),
        ({"age": 50}, Track.OLDER_KNEE),
        ({}, Track.FRONT),
        ({"knee_map": ["outer_side"]}, Track.GENERAL),
    ],
)
def test_the_most_particular_track_is_taken(answers, track):
    assert ordinary(**answers).track == track


@pytest.mark.parametrize(("answers", "tier"), MORE.values(), ids=MORE.keys())
def test_the_type_of_a_referral_has_no_place_for_a_plan(answers, tier):
    case = case_of({**NOTHING, **answers})
    end = conclude(case, screen(case, ASKING), ASKING)
    assert isinstance(end, Referral if Tier(tier).refers else Passed)
    assert not {"plan", "exercises", "programme"} & {field.name for field in dataclasses.fields(end)}


def test_an_emergency_says_nothing_else():
    screening = ordinary(emergency_leg=["foot_cold_numb"], morning_stiffness="over_30", squat_pain=9)
    assert {reason.tier for reason in screening.reasons} == {Tier.EMERGENCY}
    assert (screening.ask_again, screening.unasked, screening.track) == ((), (), None)


@pytest.mark.parametrize("trigger", ASKING.triggers, ids=lambda trigger: trigger.id)
def test_every_alternative_of_every_trigger_can_be_answered_and_holds(trigger):
    for alternative in trigger.when:
        answers = {}
        for clause in alternative:
            answers = _answered(answers, clause)
        screening = screened(answers)
        assert screening.tier.rank >= trigger.tier.rank
        if screening.tier is trigger.tier:
            assert trigger.id in {reason.id for reason in screening.reasons}


def _answered(answers, clause):
    asked = ASKING.asked[clause.of]
    if asked.type is Kind.MANY:
        choice = next(c for c in asked.choices if c != "none") if clause.value == "any" else clause.value
        return {**answers, clause.of: [*answers.get(clause.of, []), choice]}
    if asked.type is Kind.ONE:
        others = [choice for choice in asked.choices if choice != clause.value]
        return {**answers, clause.of: clause.value if clause.how == "=" else others[0]}
    step = {">": 1, "<": -1}.get(clause.how, 0)
    return {**answers, clause.of: float(clause.value) + step}


def answer_to(question):
    choices = st.sampled_from(sorted(question.choices)) if question.choices else st.nothing()
    if question.type is Kind.MANY:
        several = st.lists(choices, min_size=1, max_size=3, unique=True)
        return several.map(lambda chosen: [one for one in chosen if one != "none"] or ["none"])
    if question.type is Kind.ONE:
        return choices
    if question.type is Kind.WEEKS:
        return st.lists(st.floats(0, 50), min_size=8, max_size=8)
    return st.integers(int(question.low), int(question.high))


ANSWERS = st.fixed_dictionaries({}, optional={q.id: answer_to(q) for q in ASKING.questions})
ONE_MORE = st.sampled_from(ASKING.questions).flatmap(
    lambda question: st.tuples(st.just(question.id), answer_to(question))
)


@settings(max_examples=150, deadline=None)
@given(answers=ANSWERS, more=ONE_MORE)
def test_one_more_answer_never_lowers_the_tier(answers, more):
    name, answer = more
    before = {key: value for key, value in answers.items() if key != name}
    assert screened({**before, name: answer}).tier.rank >= screened(before).tier.rank


@settings(max_examples=100, deadline=None)
@given(answers=ANSWERS, more=ONE_MORE)
def test_no_check_in_ever_lowers_the_tier(answers, more):
    name, answer = more
    assert screened(answers, checkins=[{name: answer}]).tier.rank >= screened(answers).tier.rank


@settings(max_examples=100, deadline=None)
@given(answers=ANSWERS, more=ONE_MORE)
def test_what_is_not_worth_asking_cannot_raise_the_tier(answers, more):
    """Asking stops where no answer can change the result: then no answer does."""
    name, answer = more
    if name in answers or ASKING.asked[name].checkin_only:
        return
    screening = screened(answers)
    if name not in screening.unasked and ASKING.asked[name].makes_sense(case_of(answers).moments[-1]):
        raised = screened({**answers, name: answer}).tier
        assert not raised.refers or raised.rank <= screening.tier.rank


@pytest.mark.parametrize("question", [q for q in ASKING.questions if q.choices], ids=lambda q: q.id)
def test_changing_one_answer_changes_only_reasons_that_rest_on_it(question):
    before = {reason.id for reason in ordinary().reasons}
    for choice in question.choices:
        answer = [choice] if question.type is Kind.MANY else choice
        after = {reason.id: reason for reason in ordinary(**{question.id: answer}).reasons}
        new = [after[name] for name in after.keys() - before]
        assert [reason.id for reason in new if question.id not in reason.because] == []


@pytest.mark.parametrize(
    ("answers", "asked"),
    [
        ({"injury": "none", "swelling": "within_2_hours"}, {"injury", "swelling"}),
        ({"worst_pain": 0, "squat_pain": 5}, {"worst_pain", "squat_pain"}),
        ({"health": ["diabetes", "numb_feet"]}, {"health"}),
        ({"ill": ["none", "fever"]}, {"ill"}),
        (
            {"straight_leg": "yes", "bend_straighten": "free", "after_injury": ["cannot_bend_90"]},
            {"bend_straighten", "after_injury"},
        ),
    ],
)
def test_answers_that_do_not_fit_together_are_asked_again_and_none_is_dropped(answers, asked):
    screening = ordinary(**answers)
    assert {name for one in screening.ask_again for name in one.questions} >= asked


def test_of_two_that_do_not_fit_the_more_urgent_counts_meanwhile():
    assert ordinary(injury="none", swelling="within_2_hours").tier is Tier.URGENT


def test_an_answer_on_one_side_counts():
    assert (
        ordinary(onset="sudden", age=55, knee_map={"left": ["kneecap"], "right": ["inner_side"]}).tier == "2"
    )


def test_after_an_emergency_nothing_is_asked():
    facts = case_of({"emergency_leg": ["out_of_place"]}).moments[-1]
    assert next_question(facts, Tier.EMERGENCY, ASKING) is None


def test_questions_about_training_are_not_asked_of_who_should_see_a_clinician():
    asked, facts = [], {"age": 15}
    while (question := next_question(facts, Tier.REFER, ASKING)) is not None:
        asked.append(question.id)
        facts = {**facts, question.id: ("none",) if question.type is Kind.MANY else "none"}
    assert not {"knee_sets_8_weeks", "equipment", "goal", "shoes"} & set(asked)


def test_a_fresh_injury_opens_the_bone_check_and_none_closes_it():
    question = ASKING.asked["after_injury"]
    assert question.makes_sense({"injury": "last_7_days"})
    assert not question.makes_sense({"injury": "none"})


def test_men_are_not_asked_whether_they_are_pregnant():
    question = ASKING.asked["pregnant"]
    assert not question.makes_sense({"sex": "m"})
    assert question.makes_sense({})


def test_a_table_that_speaks_of_an_unknown_question_is_refused():
    wrong = dataclasses.replace(ASKING.contradictions[0], ask_again=("shoe_size",))
    with pytest.raises(ValueError, match="shoe_size"):
        check_asking(dataclasses.replace(ASKING, contradictions=(wrong,)))


@pytest.mark.parametrize(
    ("known", "first"),
    [
        ({"swelling": "new_no_injury"}, {"walking", "medicines", "knee_history", "health"}),
        ({"swelling": "none"}, {"leg_swelling"}),
    ],
)
def test_what_can_still_show_an_emergency_is_asked_before_all_else(known, first):
    """Germs get into a swollen knee by ways that are asked for late; without swelling they can wait."""
    calm = {"age": 40, "injury": "none", "knee_skin": ["none"], "ill": ["none"], "emergency_leg": ["none"]}
    facts = case_of({**calm, "emergency_body": ["none"], **known}).moments[-1]
    asked = []
    for _ in first:
        question = next_question(facts, screened({}).tier, ASKING)
        asked.append(question.id)
        facts = {**facts, question.id: ("none",)}
    assert set(asked) == first


def test_pain_in_calf_and_thigh_counts_for_both():
    assert ordinary(pain_elsewhere=["thigh", "calf"], clot_risk=["operation"]).tier is Tier.URGENT
    assert ordinary(pain_elsewhere=["calf", "thigh"], medicines=["bone_medicine"]).tier is Tier.URGENT


def test_no_and_something_of_the_same_list_is_asked_again():
    asked = {name for one in ordinary(pain_elsewhere=["no", "calf"]).ask_again for name in one.questions}
    assert asked == {"pain_elsewhere"}


@pytest.mark.parametrize(
    ("answer", "denied"),
    [
        ("none", True),
        (("no",), True),
        (("none",), True),
        ("unknown", False),
        (("calf",), False),
        (0.0, False),
    ],
)
def test_only_a_no_is_a_denial(answer, denied):
    assert is_denied(answer) is denied
    assert is_denied({"left": answer, "right": "none"}) is denied


@pytest.mark.parametrize("name", ["sit_to_stand_reps", "step_down", "single_leg_squat"])
def test_whoever_falls_is_kept_from_tests_on_one_leg(name):
    rows = [row for row in (*ASKING.tests, *ASKING.conditions) if row.id == name]
    assert rows
    assert all(hold(row.skip_if, {"health": ("falls",)}) for row in rows)
