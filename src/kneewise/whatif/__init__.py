"""Body + today's squat + wishes → Frontier: what another posture, stance, shoe, depth or load would change.

The wished postures are solved anew so that they balance; what the wish leaves open is settled by habit
(`habits`), with an error of its own. Every option is worked out on the same drawn bodies as today's squat, so
a change knows its own error. Nothing here is measured: a film of the change beats it.
"""

from .charting import chart_changes
from .figure import POINTS
from .guessing import guess_today
from .habits import LIFTING_SHOE, PLACES
from .observing import WALL_TEST, limits_of, range_from_wall, read_arms, read_today, wall_of
from .ranking import SPARED, choose_concern
from .supposing import compare_squats, explore, suppose
from .techniques import box_depth, usual_wishes, wish_for

__all__ = [
    "LIFTING_SHOE",
    "PLACES",
    "POINTS",
    "SPARED",
    "WALL_TEST",
    "box_depth",
    "chart_changes",
    "choose_concern",
    "compare_squats",
    "explore",
    "guess_today",
    "limits_of",
    "range_from_wall",
    "read_arms",
    "read_today",
    "suppose",
    "usual_wishes",
    "wall_of",
    "wish_for",
]
