"""interim"""

from collections.abc import Mapping

from ..model import Answer
from ..model.planned import Circumstances


def circumstances_of(facts: Mapping[str, Answer]) -> Circumstances:
    return Circumstances()
