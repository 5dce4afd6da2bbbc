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
_LOOKED_AT = (
    "As you said, a clinician has looked and said that you may squat. Stay within what they said; if it "
    "changes, answer again before you squat."
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
        yield "You can take a page with your answers along."
    elif screening.unasked or screening.ask_again:
        yield NO_PROOF
    else:
        yield NOT_CLEARED
        if screening.track is not None:
            yield _TRACKS[screening.track]
        yield _KEEP_WATCH
    if screening.looked_at and not screening.tier.refers:
        yield _LOOKED_AT
    for one in screening.ask_again:
        yield f"{one.says} Please answer that again."
    if screening.unasked:
        count = len(screening.unasked)
        some, them = ("1 question", "it") if count == 1 else (f"{count} questions", "them")
        yield f"{some} about warning signs {'is' if count == 1 else 'are'} still open. Answer {them} first."
