"""Names of people as others look for them: in their order, and however they are typed. Pure."""

import unicodedata

from ..store import JOINERS, KeptCase


def fold(name: str) -> str:
    """A name without what people leave out when they type it: accents, joiners, large letters, many spaces.

    Parameters
    ----------
    name
        As it is kept, or as it was typed.
    """
    letters = unicodedata.normalize("NFKD", name.casefold())
    typed = (one for one in letters if not unicodedata.combining(one) and one not in JOINERS)
    return " ".join("".join(typed).split())


def is_called(name: str, typed: str) -> bool:
    """Whether each word that was typed is a part of the name, in whichever order.

    Parameters
    ----------
    name
        As it is kept.
    typed
        What was looked for; nothing is a part of every name.
    """
    folded = fold(name)
    return all(word in folded for word in fold(typed).split())


def by_name(kept: KeptCase) -> tuple[str, str]:
    """What cases are sorted by where somebody is chosen; of one name the id decides.

    Parameters
    ----------
    kept
        One of them.
    """
    return fold(kept.name), kept.id
