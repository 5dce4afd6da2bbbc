"""Plan + first day → text for a terminal."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from ...model.planned import Plan
from .sheet import Sheet, lay_out

_WIDEST = 96
_SHAPES = {"green": "●", "amber": "▲", "red": "■"}
_COLOURS = {"green": "green", "amber": "yellow", "red": "red"}


def tell_plan(plan: Plan, start: date, *, width: int = 80, styled: bool = False) -> str:
    """What to do from `start` on, in short.

    Parameters
    ----------
    plan, start
        The plan and its first day.
    width
        Of the terminal, in letters; lines stay readable in a wide one.
    styled
        With bold and colours; without, plain text.
    """
    console = Console(
        file=io.StringIO(),
        width=min(width, _WIDEST),
        color_system="standard" if styled else None,
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )
    with console.capture() as told:
        console.print(Group(*_parts(lay_out(plan, start))))
    return "\n".join(line.rstrip() for line in told.get().splitlines()) + "\n"


def _parts(sheet: Sheet) -> Iterator[RenderableType]:
    programme, technique, today = sheet["programme"], sheet["technique"], sheet["today"]
    yield Text("Your plan", style="bold")
    yield Text(f"{programme['name']}, from {sheet['begins']} to about {sheet['ends']}")
    if sheet["heed"]:
        yield from _section("Heed this first", _lines(sheet["heed"]))
    yield from _section(f"Your first session: {today['on']}, {today['minutes']} minutes", _session(sheet))
    yield from _section(
        f"Your squat today: {technique['name']}",
        _pairs([("do", technique["cue"]), ("why", technique["because"]), ("helps", technique["helps"]),
                ("costs", technique["raises"]), ("then", technique["onward"])]),
    )  # fmt: skip
    for row in sheet["add_ons"]:
        told = [("why", row["why"]), *(("do", line) for line in row["do"]), ("until", row["until"])]
        yield from _section(f"Added: {row['name']}", _pairs(told))
    yield from _section("Traffic light: pain during, and the next day", _lights(sheet))
    yield from _section("Stop", _lines(programme["stop"]))
    for number, phase in enumerate(sheet["phases"], 1):
        tell = _now if number == 1 else _later
        yield from _section(f"{number}. {phase['name']}: {phase['dates']}", tell(phase))
    yield from _section("Look again", _pairs([(row["on"], row["ask"]) for row in sheet["reviews"]]))
    yield from _section("Lifts", Group(*_lifts(sheet)))
    yield from _section("Before heavy sets", _lines(sheet["before_heavy_sets"]))
    yield from _section("Good to know", _lines(programme["education"]))
    if sheet["withheld"]:
        yield from _section("Not now", _pairs(_by_reason(sheet["withheld"])))
    yield Text("")
    yield Text(
        "--html FILE shows every exercise with pictures and where all this is from; --pdf FILE is for paper."
    )


def _section(title: str, body: RenderableType) -> Iterator[RenderableType]:
    yield Text("")
    yield Text(title, style="bold cyan")
    yield Padding(body, (0, 0, 0, 2))


def _session(sheet: Sheet) -> RenderableType:
    grid = _grid(2)
    for line in sheet["today"]["warm_up"]:
        grid.add_row("–", Text(line))
    for number, card in enumerate(sheet["today"]["cards"], 1):
        head = Text.assemble((card["name"], "bold"), f"  {card['dose']}  ({card['effort']})")
        grid.add_row(f"{number}", Group(head, *(Text(cue) for cue in card["cues"])))
    return grid


def _lights(sheet: Sheet) -> RenderableType:
    grid = _grid(2)
    for light in sheet["programme"]["lights"]:
        colour = light["colour"]
        name = Text(f"{_SHAPES[colour]} {colour}", style=_COLOURS[colour])
        grid.add_row(name, Text(f"{light['during']}; next day {light['next_day']}.\n{light['then']}"))
    return grid


def _now(phase: Sheet) -> RenderableType:
    """The phase that begins, with doses and days."""
    exercises = _grid(3)
    for row in phase["rows"]:
        exercises.add_row(row["name"], row["dose"], row["when"])
    return Group(exercises, *_exit(phase))


def _later(phase: Sheet) -> RenderableType:
    """A phase to come, by its names."""
    return Group(Text(", ".join(row["name"] for row in phase["rows"])), *_exit(phase))


def _exit(phase: Sheet) -> Iterator[Text]:
    yield Text(f"Move on when: {' '.join(phase['exit'])}")


def _lifts(sheet: Sheet) -> Iterator[RenderableType]:
    for group in sheet["lifts"]:
        yield Text(group["when"], style="bold")
        for row in group["rows"]:
            detail = f"after: {row['after']}" if row["after"] else row["how"]
            line = ", ".join(row["names"]) + (f" – {detail}" if detail else "")
            yield Padding(Text(line), (0, 0, 0, 2))


def _pairs(rows: Iterable[tuple[str, str]]) -> Table:
    grid = _grid(2)
    for name, words in rows:
        grid.add_row(Text(name), Text(words))
    return grid


def _lines(rows: Iterable[str]) -> Table:
    grid = _grid(2)
    for row in rows:
        grid.add_row("–", Text(row))
    return grid


def _grid(columns: int) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for number in range(columns):
        grid.add_column(max_width=26 if number == 0 else None)
    return grid


def _by_reason(rows: Sequence[Mapping[str, str]]) -> list[tuple[str, str]]:
    """What was left out, and why; what has the same reason in one line."""
    reasons = dict.fromkeys(row["because"] for row in rows)
    return [("; ".join(r["what"] for r in rows if r["because"] == reason), reason) for reason in reasons]
