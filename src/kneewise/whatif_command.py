"""`kneewise whatif`: its options, and parse → call → print."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from .conventions import Bar, Side
from .errors import InputError
from .explaining import render_whatif, summarise_whatif
from .model import Guidance, Tested, Unmeasured
from .model.supposed import Unfolded, Wish
from .pipeline import (
    Basis,
    compare_for,
    explore_for,
    read_knowledge,
    read_measuring,
    start_from_case,
    start_from_films,
    suppose_for,
    unfold_for,
)
from .pose import ESTIMATORS
from .progress_bar import show_progress
from .results_reading import read_results
from .understanding import complain, understand_file
from .whatif import PLACES, WALL_TEST, limits_of, wall_of
from .wishing import Wanted, read_wishes

Number = list[float] | None
"""A list, so that what is given twice is seen and refused."""

WedgeMm = Annotated[Number, typer.Option(metavar="MM", help="Height of a wedge under the heels. [mm]")]
ShoeLift = Annotated[bool, typer.Option("--shoe-lift", help="Lifting shoes.")]
ShinDeg = Annotated[
    Number,
    typer.Option(metavar="DEG", help="Shins against today, −8 is 8° more upright. [°]"),
]
LeanDeg = Annotated[Number, typer.Option(metavar="DEG", help="Lean of the trunk against today. [°]")]
DepthDeg = Annotated[
    Number, typer.Option(metavar="DEG", help="Thighs against today, −20 is 20° less deep. [°]")
]
StanceCm = Annotated[
    Number, typer.Option(metavar="CM", help="Distance of the ankles against today, 12 is wider. [cm]")
]
ToeOutDeg = Annotated[Number, typer.Option(metavar="DEG", help="Turn of the feet against today. [°]")]
BarPlace = Annotated[list[Bar] | None, typer.Option(help="Where the load sits.")]
LoadKg = Annotated[Number, typer.Option(metavar="KG", help="Load carried. [kg]")]
WeightOver = Annotated[
    list[str] | None, typer.Option(metavar="PART", help=f"Weight over {', '.join(PLACES)} of the foot.")
]
Box = Annotated[bool, typer.Option("--box", help="Sit back to a box at today's depth.")]
BoxCm = Annotated[Number, typer.Option(metavar="CM", help="Sit back to a box of this height. [cm]")]
TempoS = Annotated[
    tuple[float, float, float] | None,
    typer.Option(metavar="DOWN PAUSE UP", help="Seconds of lowering, pause and rising. [s]"),
]
HoldPercent = Annotated[
    Number, typer.Option(metavar="PERCENT", help="Share of body weight that the hands hold. [%]")
]
Source = Annotated[
    Path,
    typer.Argument(
        metavar="DIR|CASE", readable=False, help="Folder that analyse wrote, or a case file with a film."
    ),
]
Model = Annotated[str, typer.Option(help=f"Pose model for the films of a case: {', '.join(ESTIMATORS)}.")]
Anew = Annotated[bool, typer.Option("--anew", help="Measure films of a case anew that were measured before.")]
Best = Annotated[bool, typer.Option("--best", help="Look for the best at the same depth and load.")]
Dynamic = Annotated[
    bool, typer.Option("--dynamic", help="Follow the whole repetition, not the lowest point alone.")
]
Family = Annotated[bool, typer.Option("--family", help="Compare kinds of squats for this body.")]
WallCm = Annotated[
    tuple[float, float] | None,
    typer.Option(metavar="LEFT RIGHT", help="Knee-to-wall test of both ankles. [cm]"),
]


_FARTHEST_WALL = 25.0
"""Nobody bridges more with the heel down. [cm]"""


def suppose_squat(
    source: Source,
    wedge_mm: WedgeMm = None,
    shoe_lift: ShoeLift = False,
    shin_deg: ShinDeg = None,
    lean_deg: LeanDeg = None,
    depth_deg: DepthDeg = None,
    stance_cm: StanceCm = None,
    toe_out_deg: ToeOutDeg = None,
    bar: BarPlace = None,
    load_kg: LoadKg = None,
    weight_over: WeightOver = None,
    box: Box = False,
    box_cm: BoxCm = None,
    tempo_s: TempoS = None,
    hold_percent: HoldPercent = None,
    best: Best = False,
    family: Family = False,
    dynamic: Dynamic = False,
    wall_cm: WallCm = None,
    model: Model = "heavy",
    anew: Anew = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
) -> None:
    """Say what a change of this squat would change at kneecap, hip, ankle and back, before it is tried."""
    given = {
        "wedge_mm": wedge_mm, "shoe_lift": shoe_lift, "shin_deg": shin_deg, "lean_deg": lean_deg,
        "depth_deg": depth_deg, "stance_cm": stance_cm, "toe_out_deg": toe_out_deg, "bar": bar,
        "load_kg": load_kg, "weight_over": weight_over, "box": box, "box_cm": box_cm,
        "hold_percent": hold_percent,
    }  # fmt: skip
    wanted = Wanted(**_each_once(given), tempo_s=tempo_s)
    if dynamic and (best or family):
        raise InputError(
            "--dynamic follows one repetition; --best and --family compare many squats.",
            remedy="leave one out.",
        )
    if sum((best, family, bool(wanted))) > 1:
        raise InputError(
            "--best, --family and single changes are three different questions.", remedy="ask one at a time."
        )
    basis = _start(source, wall_of(read_walls(wall_cm)), model, anew)
    if best or family:
        told = summarise_whatif(basis, explore_for(basis) if best else compare_for(basis))
    else:
        mixtures = read_wishes(wanted, basis.today, basis.lifter.burden)
        frontier = suppose_for(basis, [one.wish for one in mixtures])
        unfolded = _unfold(basis, [one.wish for one in mixtures] if wanted else ()) if dynamic else ()
        told = summarise_whatif(basis, frontier, [one.of for one in mixtures], unfolded)
    typer.echo(json.dumps(told, indent=2, ensure_ascii=False) if as_json else render_whatif(told))


def _unfold(basis: Basis, wishes: Sequence[Wish]) -> tuple[Unfolded, ...]:
    """Today's whole repetition and that of all wishes together, with progress on stderr."""
    try:
        with show_progress() as report:
            return unfold_for(basis, wishes, report)
    except KeyboardInterrupt:
        complain("Stopped.")
        raise typer.Exit(130) from None


def _start(source: Path, wall: float | None, model: str, anew: bool) -> Basis:
    """Today's squat of a folder of results or of a case."""
    found = (
        _start_from_folder(source, wall) if source.is_dir() else _start_from_case(source, wall, model, anew)
    )
    if isinstance(found, Unmeasured):
        raise InputError(f"What-if has no squat to start from: {found.because}.", remedy=found.remedy)
    return found


def _start_from_folder(folder: Path, wall: float | None) -> Basis | Unmeasured:
    films = read_results(folder)
    limits = limits_of(wall=wall_of(films[0].tests) if wall is None else wall)
    return start_from_films([film.as_filmed() for film in films], films[0].person, read_measuring(), limits)


def _start_from_case(file: Path, wall: float | None, model: str, anew: bool) -> Basis | Unmeasured:
    analysis, _ = understand_file(file, model, anew=anew)
    if not isinstance(analysis.conclusion, Guidance):
        raise InputError(
            "Nothing is tried out here: somebody should look at this knee first.",
            remedy="kneewise explain CASE to read how soon.",
        )
    return start_from_case(analysis, read_knowledge(), wall)


def read_walls(sides: tuple[float, float] | None) -> tuple[Tested, ...]:
    """The knee-to-wall test of both ankles as typed, left and right; nothing where it was not.

    Raises
    ------
    InputError
        When no knee bridges such a distance.
    """
    if sides is None:
        return ()
    if not all(0 <= side <= _FARTHEST_WALL for side in sides):
        raise InputError(
            f"--wall-cm {sides[0]:g} {sides[1]:g} is no distance that a knee bridges.",
            remedy=f"give both in centimetres, 0 to {_FARTHEST_WALL:g}, for example --wall-cm 9 8.",
        )
    return tuple(
        Tested(id=WALL_TEST, value=value, side=side) for side, value in zip(Side, sides, strict=True)
    )


def _each_once(given: Mapping[str, Sequence[Any] | bool | None]) -> dict[str, Any]:
    """Options that were given, each with its one value.

    Raises
    ------
    InputError
        When one was given twice.
    """
    told = {}
    for name, values in given.items():
        if isinstance(values, bool) or values is None:
            told[name] = values
            continue
        if len(values) > 1:
            option = f"--{name.replace('_', '-')}"
            raise InputError(
                f"{option} was given {len(values)} times: {', '.join(map(str, values))}.",
                remedy=f"give {option} once, and ask again for another value.",
            )
        told[name] = values[0] if values else None
    return told
