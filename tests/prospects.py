"""What changes would do to the squat of a man made by hand, worked out once for all tests."""

from functools import cache

from lifters import lift
from test_whatif import DEG, HEAVY, LIGHT, LIMITS, MAN, today

from kneewise.knowledge.squats import read_squats
from kneewise.model.supposed import Prospect, Wish
from kneewise.whatif import chart_changes, compare_squats, explore, suppose


@cache
def prospect(*, loaded: bool = True) -> Prospect:
    """Of an ordinary squat, with a bar of 75 kg or with nothing."""
    burden = HEAVY if loaded else LIGHT
    lifter, squat = lift(MAN, burden), today()
    named = [Wish(heel=0.025), Wish(shin=squat.shin - 10 * DEG), Wish(trunk=squat.trunk + 10 * DEG)]
    return Prospect(
        film=0,
        today=squat,
        burden=burden,
        limits=LIMITS,
        best=explore(lifter, squat, LIMITS),
        named=suppose(lifter, squat, named, LIMITS),
        kinds=compare_squats(lifter, squat, read_squats(), LIMITS),
        chart=chart_changes(lifter, squat, LIMITS),
    )
