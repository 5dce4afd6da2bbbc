"""The nouns of what-if, in order of birth: Tempo, Today … Wish … Outcome … Unfolded … Prospect."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from ..conventions import Bar, Concern, Contact, Effect, Muscle
from .arrays import Array, freeze
from .measured import Burden


@dataclass(frozen=True, slots=True)
class Tempo:
    """How long the parts of a repetition take, as films count them.

    Attributes
    ----------
    down, up : from 6 % of the hips' way on until they are in its lowest 3 %, and back. [s]
    pause : held at the lowest point; 0 turns at once. [s]
    """

    down: float
    pause: float
    up: float

    def __post_init__(self) -> None:
        if not (self.down > 0 and self.pause >= 0 and self.up > 0):
            raise ValueError(f"{self}: down and up take time, and a pause cannot be negative.")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Today:
    """The lowest point of a person's squat as it is, both legs alike, and how sure that is.

    Attributes
    ----------
    shin, thigh, trunk : inclination from vertical as seen from the side; positive where shin and trunk lean
        forward and where the knee is ahead of the hip. [rad]
    spread : (3, 3) covariance of the errors of these three. [rad²]
    shank_length, thigh_length, trunk_length, foot_length : from joint to joint, heel to tip of the toes. [m]
    length_sd : of a length, as a share of it. [unitless]
    hips_apart : half the distance between the hip centres. [m]
    ankles_apart : half the distance between the ankles. [m]
    turn_out : of the feet, and of the knees above them. [rad]
    heel : height of the heel above the ball of the foot, by a wedge, a shoe, or a heel that rises. [m]
    tempo : of its repetitions; None where nothing moved.
    """

    shin: float
    thigh: float
    trunk: float
    spread: Array
    shank_length: float
    thigh_length: float
    trunk_length: float
    foot_length: float
    length_sd: float = 0.02
    hips_apart: float
    ankles_apart: float
    turn_out: float = 0.0
    heel: float = 0.0
    tempo: Tempo | None = None

    def __post_init__(self) -> None:
        freeze(self, "spread", (3, 3))
        lengths = (self.shank_length, self.thigh_length, self.trunk_length, self.foot_length)
        if not all(length > 0 for length in lengths):
            raise ValueError(f"Today has a length that is not above zero: {lengths}.")
        if not math.radians(20) < self.thigh < math.radians(150):
            raise ValueError(f"Today.thigh is {self.thigh:.2f} rad; a squat's lies between 0.35 and 2.6.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How far a joint goes.

    Attributes
    ----------
    value, sd : largest bend. [rad]
    known : whether it was tested in this person; otherwise it is what is usual.
    test : id of the test that would tell it better; empty where none is known.
    """

    value: float
    sd: float
    known: bool
    test: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an option must respect.

    Attributes
    ----------
    ankle : bend with the heel down, shin against the foot's sole. [rad]
    hip : bend counted from the pelvis. [rad]
    margin : least way from the middle of the pressure to either end of the foot, a share of its length.
    heel : highest heel that is offered. [m]
    """

    ankle: Limit
    hip: Limit
    margin: float = 0.10
    heel: float = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is to be different; None leaves it to the lifter, or as today where no posture follows from it.

    Angles are those that the film of today would show: what is off in it is off in them alike. Nobody does
    what is wished to the degree: what an option tells is what comes of it when this person tries.

    Attributes
    ----------
    shin, trunk, thigh : wanted inclinations as in `Today`; the thigh's says how deep. [rad]
    heel : height of the heel above the ball. [m]
    ankles_apart, turn_out : half the distance between the ankles [m], and turn of feet and knees [rad].
    burden : what is carried, and where.
    pressure : where the weight lies under the foot, 0 heel to 1 tip of the toes.
    box : sit back to a box and touch it; it carries nothing.
    held : share of the body's weight that the hands hold on to.
    tempo : how quickly it goes.
    """

    shin: float | None = None
    trunk: float | None = None
    thigh: float | None = None
    heel: float | None = None
    ankles_apart: float | None = None
    turn_out: float | None = None
    burden: Burden | None = None
    pressure: float | None = None
    box: bool = False
    held: float = 0.0
    tempo: Tempo | None = None

    def __post_init__(self) -> None:
        if self.heel is not None and not 0 <= self.heel <= 0.15:
            raise ValueError(f"Wish.heel is {self.heel} m; heels are raised by 0 to 0.15.")
        if self.pressure is not None and not 0 <= self.pressure <= 1:
            raise ValueError(f"Wish.pressure is {self.pressure}; it lies between 0, heel, and 1, toes.")
        if not 0 <= self.held <= 0.5:
            raise ValueError(f"Wish.held is {self.held}; hands hold 0 to 0.5 of the weight.")
        if self.thigh is not None and not math.radians(20) < self.thigh < math.radians(150):
            raise ValueError(f"Wish.thigh is {self.thigh:.2f} rad; a squat's lies between 0.35 and 2.6.")
        if self.burden is not None and self.burden.mass > 0 and self.burden.bar is Bar.NONE:
            raise ValueError(f"A burden of {self.burden.mass} kg needs a place.")

    def __bool__(self) -> bool:
        """Whether anything is to be different."""
        return any(getattr(self, item.name) != item.default for item in fields(self))

    def joined(self, other: "Wish") -> "Wish":
        """Both wishes at once; where both say something, the other one counts."""
        said = {
            item.name: getattr(source, item.name)
            for source in (self, other)
            for item in fields(source)
            if getattr(source, item.name) != item.default
        }
        return Wish(**said)


@dataclass(frozen=True, slots=True, kw_only=True)
class Squat:
    """A row of the table of squats: one kind, and the posture it is done in.

    Attributes
    ----------
    id, name : stable word, plain words.
    contact : what carries the body; only a `FREE` one is found from the person's own squat.
    bar : where the load sits; None is today's place.
    load : largest share of today's load that it is done with. [unitless]
    most : largest load anybody would hold there. [kg]
    mass : what is held whatever today's load is; None where that decides. [kg]
    wish : what is different from today's squat.
    shin, trunk, thigh, pressure : posture of one that is not free. [rad, unitless]
    posture_sd : of each of these angles. [rad]
    share, share_sd : of body and load that the leg told of carries. [unitless]
    brake, brake_sd : how far the floor pushes that foot back, of what it carries. [unitless]
    source, checked, grade : where the row comes from, how sure that is, how good the evidence is.
    """

    id: str
    name: str
    contact: Contact
    bar: Bar | None
    load: float
    most: float
    mass: float | None
    wish: Wish
    shin: float
    trunk: float
    thigh: float
    pressure: float
    posture_sd: float
    share: float
    share_sd: float
    brake: float
    brake_sd: float
    source: str
    checked: str
    grade: str


@dataclass(frozen=True, slots=True)
class Amount:
    """A load or a measure of an option, and how it differs from today's with its own error.

    Attributes
    ----------
    value, sd : [as the effect]
    low, high : it lies between them nine times in ten.
    change, change_sd, change_low, change_high : option less today; errors of body and film that both share
        are not in them. [as the effect]
    ratio, ratio_low, ratio_high : the same as a share of today's, NaN where today's is next to nothing.
        [unitless]
    """

    value: float
    sd: float
    low: float
    high: float
    change: float
    change_sd: float
    change_low: float
    change_high: float
    ratio: float
    ratio_low: float
    ratio_high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What stands against an option, and what would do.

    Attributes
    ----------
    what : ``ankle``, ``hip``, ``front`` or ``back`` of the feet, ``length`` of the legs, ``heel``.
    needed, allowed : [rad], of the feet a share of their length, of the heel [m]
    remedies : changes with which the same would be reached.
    statement : in plain words.
    """

    what: str
    needed: float
    allowed: float
    remedies: tuple[Wish, ...]
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """What one change would do.

    Attributes
    ----------
    name : the change in plain words.
    wish : the change.
    reachable : whether this body can take the posture, as far as is known.
    sure : whether nearly all bodies that agree with what is known of this one give the same verdict.
    stops : what stands against it; empty where it is reachable.
    effects : each with its band and its change; where it is not reachable, of the nearest posture that is
        in balance or nearly so, and all NaN where the legs are too short for any.
    muscles : force of each group, likewise. [N]
    statement : the trade in one sentence.
    points : what is drawn of the likeliest body → (ahead of the tip of the toes, above the floor), as seen
        from the side. [m]
    tests : ids of tests that would narrow the answer.
    assumptions : what is taken for granted in this option only.
    """

    name: str
    wish: Wish
    reachable: bool
    sure: bool
    stops: tuple[Stop, ...]
    effects: Mapping[Effect, Amount]
    muscles: Mapping[Muscle, Amount]
    statement: str
    points: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    tests: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frontier:
    """Options beside today's squat: what each gains, and what it costs.

    Attributes
    ----------
    today : the squat as it is.
    outcomes : in the order of the wishes.
    best : numbers of outcomes that no other reachable one beats in kneecap, back and ankle at once.
    ranked : what is to be spared → numbers of reachable outcomes, the best first.
    assumptions : what holds for all of them, in plain words.
    relative : the body mass is not known, and every load is that of each kilogram of body mass.
    """

    today: Outcome
    outcomes: tuple[Outcome, ...]
    best: tuple[int, ...]
    ranked: Mapping[Concern, tuple[int, ...]] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    relative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unfolded:
    """One whole repetition of a squat as it would go, from standing to standing.

    Attributes
    ----------
    name : what is different from today's squat, in plain words.
    tempo : of it.
    time : (k,) from the beginning of the way down. [s]
    lowest : numbers of the moments between which it is held, the same twice where it turns at once.
    value, sd : (k, effect) of the likeliest body, and how sure. [as the effect]
    weight, weight_sd : (k,) what the floor carries, of what it carries in standing. [unitless]
    points : (k, point, 2) what is drawn of the likeliest body, as in `Outcome`. [m]
    peaks : the largest of each load on the way, of the margin the least; its change is against the same
    posture
        held at the lowest point.
    moments : when the likeliest body has these. [s]
    assumptions : in plain words.
    """

    name: str
    tempo: Tempo
    time: Array
    lowest: tuple[int, int]
    value: Array
    sd: Array
    weight: Array
    weight_sd: Array
    points: Array
    peaks: Mapping[Effect, Amount]
    moments: Mapping[Effect, float]
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.time)
        for name in ("time", "weight", "weight_sd"):
            freeze(self, name, (count,))
        for name in ("value", "sd"):
            freeze(self, name, (count, len(Effect)))
        freeze(self, "points", (count, None, 2))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Expected:
    """What a way to do the squat is expected to change in this body.

    Attributes
    ----------
    option, name : of the programme.
    chosen : whether the plan begins with it.
    outcome : what it would do.
    """

    option: str
    name: str
    chosen: bool
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chart:
    """Answers to every mixture of changes at the nodes of a grid; between them they are interpolated.

    Attributes
    ----------
    bar : where the load sits, where there is one.
    mass : (m,) of the load. [kg]
    heel : (h,) as in `Wish`. [m]
    thigh : (d,) depth. [rad]
    apart : (w,) half the distance between the ankles. [m]
    shin, trunk : (k,), (t,) turned away from what the lifter would do by habit. [rad]
    value : (m, h, d, w, k, t, effect) of the likeliest body. [as the effect]
    sd : the same shape, of the value. [as the effect]
    change_sd : the same shape, of the difference from today's squat. [as the effect]
    points : (m, h, d, w, k, t, point, 2) what is drawn, as in `Outcome`. [m]
    node : of today's squat, a number for each axis.
    within : between which the weight under the foot must lie, 0 heel to 1 tip of the toes.
    """

    bar: Bar
    mass: Array
    heel: Array
    thigh: Array
    apart: Array
    shin: Array
    trunk: Array
    value: Array
    sd: Array
    change_sd: Array
    points: Array
    node: tuple[int, ...]
    within: tuple[float, float]

    def __post_init__(self) -> None:
        shape = tuple(len(axis) for axis in self.axes)
        freeze(self, "value", (*shape, len(Effect)))
        freeze(self, "sd", (*shape, len(Effect)))
        freeze(self, "change_sd", (*shape, len(Effect)))
        freeze(self, "points", (*shape, None, 2))

    @property
    def axes(self) -> tuple[Array, ...]:
        """In the order of the arrays."""
        return self.mass, self.heel, self.thigh, self.apart, self.shin, self.trunk


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prospect:
    """What changes would do to the squat of one film.

    Attributes
    ----------
    film : number of the film, from 0.
    today : its squat.
    burden : what is carried in it.
    limits : how far ankle and hip are taken to go.
    best : what this body can make of its squat, as `whatif.explore` finds it.
    named : changes that people know by name.
    kinds : kinds of squats beside today's.
    chart : of every mixture, for sliders.
    """

    film: int
    today: Today
    burden: Burden
    limits: Limits
    best: Frontier
    named: Frontier
    kinds: Frontier
    chart: Chart
