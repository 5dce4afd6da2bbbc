"""What is said at each tier. It names no disease, promises nothing and clears nobody."""

from collections.abc import Iterator

from ..conventions import Track
from ..model import Screening, Tier

HEADLINES = {
    Tier.EMERGENCY: "Get help now: call your emergency number or go to an emergency department.",
    Tier.URGENT: "See a clinician today or tomorrow. Do not train this leg until then.",
    Tier.REFER: "See a clinician within one to two weeks, before you load the knee.",
    Tier.CARE: "You can go on, with small steps.",
    Tier.GO: "You can go on.",
}
"""The one sentence of each tier."""

UNFINISHED = "Nothing that you answered so far stops you, but the questions are not finished."
"""In place of going on, while warning signs are open or answers do not fit together."""

NO_PROOF = "This cannot rule out a serious problem."
NOT_CLEARED = f"Your answers today did not show the warning signs that we ask about. {NO_PROOF}"
CANNOT_RULE_OUT = "These are answers to questions, not an examination. They say how soon, not what it is."

SIGNS = {
    "emergency_leg": "cannot take four steps, out of place, cold or numb foot, pop with loss of lift, gap "
    "at the kneecap, deep wound, hard muscle, dark urine",
    "emergency_body": "chest pain or breathlessness, saddle numbness, bladder or bowel, both legs weak, "
    "face, arm or speech",
    "swelling": "swelling",
    "knee_skin": "heat, redness, wound, soft bag on the kneecap, bruise",
    "ill": "fever, chills, feeling ill",
    "leg_swelling": "swollen or sore calf or leg",
    "clot_risk": "operation, bed rest, long travel, earlier clot, cancer care or oestrogen in three months",
    "injury": "injury",
    "after_injury": "sore kneecap or fibular head, cannot bend to 90 degrees",
    "gives_way": "giving way",
    "kneecap_out": "kneecap out of place",
    "walking": "limp, foot turned out, cannot bear weight",
    "night_pain": "night or rest pain",
    "morning_stiffness": "morning stiffness",
    "joints_elsewhere": "other swollen joints, stiff back in the morning, psoriasis, red eye, bowel "
    "inflammation, recent infection, tick bite, gout, known joint inflammation",
    "general_health": "weight loss, night sweats, cancer, lump",
    "bone_pain": "sore spot on the bone, worse with each run, hop hurts, bone ache on most days",
    "bone_risk": "missed periods, little food, earlier stress fracture, thin bones, training jump",
    "nerve": "pain from the back, down both legs, numb or tingling, weak, touch hurts, foot drop",
    "hip_pain": "groin or buttock pain, sore or stiff hip turning",
    "pain_elsewhere": "thigh, calf or shin pain",
    "vessels": "cramp after a distance, foot pain or sore at rest, beating lump, tight after minutes of a "
    "run",
    "medicines": "blood thinner, cortisone, anabolic hormones, fluoroquinolone, medicine against the body's "
    "defence, new statin, bone medicine",
    "knee_history": "operation, replaced joint, metal, injection, known tear",
    "health": "numb feet, diabetes, weak defence, bleeding disorder, injected drugs, chest signs in "
    "exercise, told not to exercise, falls",
    "pregnant": "pregnancy or birth in three months",
    "tried": "earlier exercise plan",
    "age": "age",
    "straight_leg": "lifts the straight leg",
    "bend_straighten": "bends and straightens",
    "worst_pain": "worst pain",
    "onset": "how it began",
    "knee_map": "where it hurts",
    "injury_kind": "kind of injury",
    "since_plan": "course since the plan began",
}
"""What each warning question asks for, as short as a clinician writes it; read on the page only."""

_TRACKS = {
    Track.TENDON_LIKE: (
        "What suits your answers: slow, heavy sets in small steps. It takes months rather than weeks."
    ),
    Track.OLDER_KNEE: (
        "What suits your answers: strength two or three times a week, with patience. Knees adapt."
    ),
    Track.FRONT: "The pattern is pain at the front of the knee that comes with bending.",
    Track.GENERAL: "The pattern is not typical. A careful general plan with an early review suits it.",
}
_UNTIL_THEN = {
    Tier.URGENT: (
        "If nobody can see you by tomorrow evening, go to an emergency department.",
        "If it gets worse quickly, you get a fever or short of breath, or the foot turns cold or numb, call "
        "your emergency number.",
    ),
    Tier.REFER: (
        "Until then: keep moving as far as it stays comfortable, and leave out what makes it clearly worse.",
        "If the knee gets hot or stuck or gives way, or you get a fever, get help on the same day.",
    ),
}
_KEEP_WATCH = (
    "Stop and answer the questions again if the knee stays swollen, gets hot or stuck or gives way, or if "
    "you get a fever or feel ill."
)


def statements_of(screening: Screening) -> Iterator[str]:
    """What is said besides the reasons, in order.

    Parameters
    ----------
    screening
        What the answers mean for going on.
    """
    if screening.tier is Tier.EMERGENCY:
        yield "Do not train, do not drive yourself, and do not wait to see whether it passes."
        yield "112 in Europe, 911 in North America, 999 in the United Kingdom, 000 in Australia."
        return
    if screening.tier.refers:
        yield CANNOT_RULE_OUT
        yield from _UNTIL_THEN[screening.tier]
        yield "You can take a page with your answers along: kneewise explain CASE --page FILE."
    elif screening.unasked or screening.ask_again:
        yield NO_PROOF
    else:
        yield NOT_CLEARED
        if screening.track is not None:
            yield _TRACKS[screening.track]
        yield _KEEP_WATCH
    for one in screening.ask_again:
        yield f"{one.says} Please answer again: {', '.join(one.questions)}."
    if screening.unasked:
        count = len(screening.unasked)
        some, them = ("1 question", "it") if count == 1 else (f"{count} questions", "them")
        yield (
            f"{some} about warning signs {'is' if count == 1 else 'are'} still open: "
            f"{', '.join(screening.unasked)}. Answer {them} first: kneewise questions CASE."
        )
