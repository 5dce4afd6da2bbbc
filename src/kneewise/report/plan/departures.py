"""Two plans of one person, as they were told → what the later one does otherwise, in words."""

from collections.abc import Iterator

from .sheet import Sheet


def tell_departures(before: Sheet, now: Sheet) -> tuple[str, ...]:
    """What changed from one plan to the next; empty where nothing that is done did.

    Parameters
    ----------
    before, now
        As `summarise_plan` tells them.
    """
    return tuple(_departures(before, now))


def _departures(before: Sheet, now: Sheet) -> Iterator[str]:
    if before["programme"]["name"] != now["programme"]["name"]:
        yield f"The programme is now “{now['programme']['name']}”; it was “{before['programme']['name']}”."
    if before["technique"]["name"] != now["technique"]["name"]:
        yield (
            f"Your squat today is now “{now['technique']['name']}”; it was “{before['technique']['name']}”. "
            f"{now['technique']['because']}"
        )
    older, newer = ({row["name"]: row["why"] for row in plan["add_ons"]} for plan in (before, now))
    yield from (f"Added: {name}. {why}" for name, why in newer.items() if name not in older)
    yield from (f"No longer added: {name}." for name in older if name not in newer)
    phases = {phase["id"]: phase for phase in before["phases"]}
    for phase in now["phases"]:
        if phase["id"] in phases:
            yield from _of_phase(phases[phase["id"]], phase)
    older_gate = {row["id"]: row["readiness"] for row in before["gate"]}
    for row in now["gate"]:
        if older_gate.get(row["id"], row["readiness"]) != row["readiness"]:
            yield f"{row['name']}: {row['readiness']}; it was {older_gate[row['id']]}."


def _of_phase(before: Sheet, now: Sheet) -> Iterator[str]:
    older, newer = ({row["name"]: row for row in phase["rows"]} for phase in (before, now))
    where = f"In “{now['name']}”"
    come, gone = ([*filter(lambda name: name not in b, a)] for a, b in ((newer, older), (older, newer)))
    if come:
        yield f"{where} new: {', '.join(come)}."
    if gone:
        yield f"{where} no longer: {', '.join(gone)}."
    for name in (name for name in newer if name in older):
        if newer[name]["dose"] != older[name]["dose"]:
            yield f"{where}, {name}: {newer[name]['dose']}; it was {older[name]['dose']}."
        if newer[name]["days"] != older[name]["days"]:
            yield f"{where}, {name}: {newer[name]['when']}; it was {older[name]['when']}."
    if before["weeks"] != now["weeks"]:
        new, old = (f"{plan['weeks'][0]} to {plan['weeks'][1]}" for plan in (now, before))
        yield f"{where}: weeks {new}; it was {old}."
