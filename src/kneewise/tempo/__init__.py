"""Body + today's squat + wish with a tempo → Unfolded: one whole repetition, by a small optimal control.

`whatif` tells the lowest point of a squat, held. Here the same body goes down to that very posture and up
again, at a tempo, so that it keeps its balance and takes the least effort; what inertia adds to the loads,
and when, follows. An extra: it takes a second, and nothing else needs it.
"""

from .unfolding import PEAKS, unfold

__all__ = ["PEAKS", "unfold"]
