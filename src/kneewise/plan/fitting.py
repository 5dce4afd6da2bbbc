"""Whether an exercise or an option suits somebody, and why not."""

from ..model.planned import Circumstances
from ..model.programme import Exercise, Option, Programme


def why_not(programme: Programme, row: Exercise | Option, circumstances: Circumstances) -> str:
    """The reason not to choose it, as a sentence; empty when it suits."""
    for note in row.avoid_when:
        if note in circumstances.notes:
            return f"Because {programme.notes[note]}."
    for name in row.equipment:
        if not programme.things[name].at_home and name not in circumstances.equipment:
            return f"It needs {programme.things[name].name}."
    return ""
