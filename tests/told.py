"""Cases as people would tell them, for tests of what is made of answers."""

from kneewise.casefile import build_case
from kneewise.explaining import explain
from kneewise.knowledge.asking import read_asking
from kneewise.pipeline import read_reasoning, understand
from kneewise.screening import screen

ASKING = read_asking()

NOTHING = {
    "age": 30,
    "emergency_leg": ["none"],
    "emergency_body": ["none"],
    "swelling": "none",
    "knee_skin": ["none"],
    "ill": ["none"],
    "leg_swelling": ["none"],
    "injury": "none",
    "straight_leg": "yes",
    "bend_straighten": "free",
    "gives_way": "no",
    "kneecap_out": "no",
    "walking": ["none"],
    "night_pain": "no",
    "worst_pain": 4,
    "weeks": 8,
    "onset": "gradual",
    "morning_stiffness": "none",
    "joints_elsewhere": ["none"],
    "general_health": ["none"],
    "bone_pain": ["none"],
    "nerve": ["none"],
    "hip_pain": ["none"],
    "pain_elsewhere": "no",
    "vessels": ["none"],
    "medicines": ["none"],
    "knee_history": ["none"],
    "health": ["none"],
    "pregnant": "no",
    "tried": "no",
    "painful_side": "left",
    "knee_map": ["kneecap"],
    "pain_spread": "hand",
    "pain_when": ["squat", "stairs_down"],
    "squat_pain": 4,
}
"""Somebody of 30 whose knee hurts at the front in the squat, and who has no warning sign."""


def case_of(answers, *, checkins=(), sex="f", tests=()):
    return build_case(
        {
            "person": {"sex": sex},
            "answers": answers,
            "test": list(tests),
            "checkin": [{"date": f"2026-0{n}-01", "answers": one} for n, one in enumerate(checkins, 1)],
        },
        ASKING,
    )


def screened(answers, **more):
    return screen(case_of(answers, **more), ASKING)


def ordinary(**changes):
    """The screening of somebody without a warning sign, but for these answers."""
    return screened({**NOTHING, **changes})


def explained(case):
    """What the product says of a case."""
    return explain(understand(case), read_reasoning())
