"""Summary of a plan → text for a terminal."""

from collections.abc import Iterator, Mapping
from typing import Any


def tell_plan(summary: Mapping[str, Any]) -> str:
    """The plan as lines of text.

    Parameters
    ----------
    summary
        As `summarise_plan` makes it.
    """
    return "\n".join(_lines(summary)) + "\n"


def _lines(summary: Mapping[str, Any]) -> Iterator[str]:
    programme, technique = summary["programme"], summary["technique"]
    yield programme["name"].upper()
    yield from _listed(programme["education"])
    yield from ("", f"Your squat today: {technique['name']} (evidence {technique['grade']})")
    yield from _listed([technique[key] for key in ("cue", "because", "helps", "raises", "onward")])
    for add_on in summary["add_ons"]:
        yield from ("", f"Added: {add_on['name']} (evidence {add_on['grade']})")
        yield from _listed([add_on["why"], *add_on["do"], f"Until: {add_on['until']}"])
    for phase in summary["phases"]:
        yield from _phase(phase)
    yield from ("", "How each exercise is done")
    for card in summary["cards"]:
        yield f"  {card['name']} ({card['effort']}, evidence {card['grade']})"
        yield from (f"    {cue}" for cue in card["cues"])
        yield f"    Easier: {card['easier']} Harder: {card['harder']}"
        yield f"    Stop: {' '.join(card['stop'])}"
    yield from ("", "Traffic light")
    for light in programme["lights"]:
        yield f"  {light['colour']}: {light['during']}; next day {light['next_day']}. {light['then']}"
    for title, key in (("Load", "load"), ("Warm-up", "warm_up"), ("Before heavy sets", "before_heavy_sets"),
                       ("Step on", "progress"), ("Step back", "regress"), ("Stop", "stop")):  # fmt: skip
        yield from ("", title, *_listed(programme[key]))
    yield from (
        "",
        "Reviews",
        *_listed([f"Week {row['week']}: {row['ask']}" for row in programme["reviews"]]),
    )
    yield from ("", "What may be worn for a while", *_listed([_worn(row) for row in programme["supports"]]))
    yield from ("", "Lifts", *_listed([_lift(row) for row in summary["gate"]]))
    if summary["withheld"]:
        yield from (
            "",
            "Not now",
            *_listed([f"{row['what']}: {row['because']}" for row in summary["withheld"]]),
        )


def _phase(phase: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"{phase['name']}, week {phase['weeks'][0]} to {phase['weeks'][1]}: {phase['aim']}")
    wide = max((len(row["name"]) for row in phase["rows"]), default=0)
    for row in phase["rows"]:
        yield f"  {row['name']:<{wide}}  {row['dose']}  ({row['when']})"
    minutes = ", ".join(f"{day.title()[:3]} {count} min" for day, count in phase["minutes"].items())
    yield f"  With warm-up: {minutes}"
    yield from (f"  On when: {line}" for line in phase["exit"])


def _lift(row: Mapping[str, Any]) -> str:
    """One lift with what it waits for, or how it is done lighter."""
    detail = row["lighter"] if row["readiness"] == "today, lighter" else " ".join(row["after"])
    return f"{row['name']}: {row['readiness']}" + (f" ({detail})" if detail else "")


def _worn(row: Mapping[str, Any]) -> str:
    """One support with its limits."""
    return f"{row['name']}: {row['when']} {row['how']} Not with: {row['not_when']}"


def _listed(rows: list[str]) -> list[str]:
    return [f"  {row}" for row in rows]
