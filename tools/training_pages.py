"""Exercises, programme and claims → pages of the reference, with pictures."""

import re
from collections.abc import Iterable, Mapping

from kneewise.figures import alone, draw_move
from kneewise.knowledge.asking import read_sources
from kneewise.knowledge.claims import Claim, read_claims
from kneewise.knowledge.exits import read_exits
from kneewise.knowledge.moves import read_moves
from kneewise.knowledge.training import read_programme
from kneewise.model.programme import AddOn, Exercise, Option, Programme, RuleKind, Variant
from kneewise.report.plan import tell_dose
from kneewise.report.plan.words import GRADES, tell_effort

PARTS = {
    "quadriceps": "Front of the thigh",
    "squat": "The squat",
    "hip": "Hip",
    "ankle": "Ankle and calf",
    "foot": "Foot",
    "adductors": "Inner thigh",
    "trunk": "Trunk",
}
MADE = "by `python -m tools.docs`."
_TOLD = {
    RuleKind.PROGRESS: "with every plan",
    RuleKind.REGRESS: "with every plan",
    RuleKind.STOP: "with every plan",
    RuleKind.DIARY: "when the diary calls for it",
}


def training_pages() -> dict[str, str]:
    """File name → content of the pages on exercises and evidence, and of every picture."""
    programme, moves = read_programme(), read_moves()
    pictures = {
        f"exercises/{row.id}.svg": alone(draw_move(moves[row.id], row.name, row.what)) + "\n"
        for row in programme.exercises.values()
    }
    return {
        "exercises.md": _exercises(programme),
        "programme.md": _programme(programme),
        "evidence.md": _evidence(read_claims()),
        **pictures,
    }


def _exercises(programme: Programme) -> str:
    lines = [
        "# Exercises",
        "",
        "Each with its first dose; the [programme](programme.md) says when and how to step on. Pictures are",
        "drawn from joint angles; they hold still where less motion is asked for. Grades of evidence:",
        *(f"{letter} {words};" for letter, words in GRADES.items()),
        "doses are mostly estimates and say so.",
        "",
    ]
    for part, title in PARTS.items():
        lines += [f"## {title}", ""]
        for row in programme.exercises.values():
            if row.part == part:
                lines += _exercise(row, programme)
    lines.append(f"Made from `exercises.toml` and `moves.toml` in `knowledge` {MADE}")
    return "\n".join(lines) + "\n"


def _exercise(row: Exercise, programme: Programme) -> list[str]:
    rows = {
        "dose": f"{tell_dose(row.dose, per_side=row.per_side)}; {tell_effort(row.dose)}; "
        f"{row.dose.per_week[0]}–{row.dose.per_week[1]} a week; {row.minutes} minutes",
        "watch for": " ".join(row.faults),
        "easier": " ".join([row.easier_how, *_links(row.easier, programme)]),
        "harder": " ".join([row.harder_how, *_links(row.harder, programme)]),
        "stop": " ".join(row.stop),
        "not when": "; ".join(programme.notes[note] for note in row.avoid_when),
        "needs": "; ".join(programme.things[name].name for name in row.equipment),
        "phases": ", ".join(row.phases),
        "for": ", ".join(f"`{factor}`" for factor in row.factors),
        "expect": row.expected,
        "evidence": f"{row.grade}: {row.source} ({row.checked})",
        "dose from": row.dose_source,
        "articles": ", ".join(row.articles),
    }
    return [
        f"### {row.name}",
        "",
        row.what,
        "",
        f"![{row.name}: start, movement, end](exercises/{row.id}.svg)",
        "",
        *(f"{number}. {cue}" for number, cue in enumerate(row.cues, 1)),
        "",
        "| | |",
        "|---|---|",
        f"| id | `{row.id}` |",
        *(f"| {name} | {value} |" for name, value in rows.items() if value),
        "",
    ]


def _links(names: Iterable[str], programme: Programme) -> list[str]:
    found = [programme.exercises[name].name for name in names]
    return [
        f"[{name}](#{name.lower().replace(' ', '-').replace(',', '').replace('/', '')})" for name in found
    ]


def _programme(programme: Programme) -> str:
    lines = [
        "# The programme",
        "",
        "What everyone who passed screening gets.",
        "",
        *_list(programme.education),
    ]
    lines += ["## Load", "", *_list(programme.load), "## Phases", ""]
    for phase in programme.phases:
        lines += [f"### {phase.name}, week {phase.weeks[0]} to {phase.weeks[1]}", "", phase.aim, ""]
        lines += _list(
            f"{slot.name}: {', then '.join(programme.exercises[name].name for name in slot.choose)}"
            for slot in phase.slots
        )
        lines += [
            f"Move on when: {' '.join(phase.exit)} Evidence {phase.grade}: {phase.source}.",
            "",
        ]
    lines += [
        "## Exits, as the coach's desk reads them",
        "",
        "| line | held against | at least, at most | evidence |",
        "|---|---|---|---|",
    ]
    for row in read_exits():
        needed = "" if row.needed is None else f"{row.needed:g}"
        rests_on = f"{row.grade}: {row.source} ({row.checked})"
        lines.append(f"| {row.says} | {row.reads.value.replace('_', ' ')} | {needed} | {rests_on} |")
    lines += [
        "",
        "## Traffic light",
        "",
        "| light | pain during | after 24 hours | then |",
        "|---|---|---|---|",
    ]
    lines += [f"| {r.colour} | {r.during} | {r.next_day} | {r.then} |" for r in programme.lights]
    lines += ["", "| id | told | rule | evidence |", "|---|---|---|---|"]
    lines += [
        f"| `{r.id}` | {_TOLD[r.kind]} | {r.says} | {r.grade}: {r.source} ({r.checked}) |"
        for r in programme.rules.values()
    ]
    lines += ["", "## Reviews", ""]
    lines += _list(f"Week {week}: {ask}" for week, ask in programme.reviews.items())
    lines += ["## Warm-up", "", *_list((*programme.warm_up, *programme.heavy))]
    lines += [
        "## Ways to squat",
        "",
        "One at a time; in order of preference.",
        "",
        *_options(programme.options),
    ]
    lines += ["## Add-ons", "", "Two at the most, for factors that are at least likely.", ""]
    lines += _add_ons(programme.add_ons, programme)
    lines += ["## Tracks", "", "| id | name | for | says | grade | source |", "|---|---|---|---|---|---|"]
    lines += [
        f"| `{r.track.value}` | {r.name} | {r.why} | {_told(r)} | {r.grade} | {r.source} |"
        for r in programme.variants.values()
    ]
    lines += ["", "## Supports", "", "| id | name | when | how | not when | grade | source |"]
    lines += [
        "|---|---|---|---|---|---|---|",
        *(
            f"| `{r.id}` | {r.name} | {r.when} | {r.how} | {r.not_when} | {r.grade} | {r.source} |"
            for r in programme.supports
        ),
    ]
    lines += ["", "## Lifts", "", "| id | lift | level | lighter |", "|---|---|---|---|"]
    lines += [f"| `{r.id}` | {r.name} | {r.level} | {r.lighter} |" for r in programme.lifts]
    lines += ["", "## Equipment and circumstances", "", "| id | thing | everyone has it |", "|---|---|---|"]
    lines += [f"| `{r.id}` | {r.name} | {'yes' if r.at_home else ''} |" for r in programme.things.values()]
    lines += [
        "",
        "| id | circumstance |",
        "|---|---|",
        *(f"| `{i}` | {n} |" for i, n in programme.notes.items()),
    ]
    lines += ["", f"Made from `programme.toml` in `knowledge` {MADE}"]
    return "\n".join(lines) + "\n"


def _told(row: Variant) -> str:
    """What a track says besides, and what is looked at besides."""
    return " ".join([*row.say, *(f"Week {week}: {ask}" for week, ask in row.reviews.items())])


def _list(rows: Iterable[str]) -> list[str]:
    return [*(f"- {row}" for row in rows), ""]


def _options(options: Iterable[Option]) -> list[str]:
    return [
        "| id | name | cue | probe | helps | costs | onward | grade | source |",
        "|---|---|---|---|---|---|---|---|---|",
        *(
            f"| `{r.id}` | {r.name} | {r.cue} | `{r.condition}` | {r.helps} | {r.raises} | {r.onward} "
            f"| {r.grade} | {r.source} |"
            for r in options
        ),
        "",
    ]


def _add_ons(rows: Iterable[AddOn], programme: Programme) -> list[str]:
    return [
        "| factor | name | why | what | until | grade | source |",
        "|---|---|---|---|---|---|---|",
        *(
            f"| `{r.factor}` | {r.name} | {r.why} | {_what(r, programme)} "
            f"| {r.until} | {r.grade} | {r.source} |"
            for r in rows
        ),
        "",
    ]


def _what(row: AddOn, programme: Programme) -> str:
    return " ".join([*row.do, ", ".join(programme.exercises[name].name for name in row.exercises)]).strip()


def _evidence(claims: Iterable[Claim]) -> str:
    addresses = {source.key: source.address for source in read_sources()}
    lines = [
        "# What the articles claim, and what kneewise does with it",
        "",
        "Five articles by trainers and a physiotherapist are where kneewise comes from (S000 to S004). Each",
        "of their claims in our words, how it stands, and what was made of it. A source leads to where the",
        "statement was read; `verified` means in the abstract or an excerpt, not in the whole paper; some",
        "are mirrors of it ([sources](sources.md)). Grades:",
        *(f"{letter} {words};" for letter, words in GRADES.items()),
        "they grade the evidence about the claim, whichever way it points.",
        "",
        "| articles | claim | verdict | evidence | what kneewise does | with | grade | source | checked |",
        "|---|---|---|---|---|---|---|---|---|",
        *(
            f"| {', '.join(c.articles)} | {c.claim} | **{c.verdict.value}** | {c.evidence} | {c.does} "
            f"| {', '.join(f'`{name}`' for name in c.uses)} | {c.grade} | {_cited(c, addresses)} "
            f"| {c.checked} |"
            for c in claims
        ),
        "",
        f"Made from `claims.toml` in `knowledge` {MADE}",
    ]
    return "\n".join(lines) + "\n"


def _cited(claim: Claim, addresses: Mapping[str, str]) -> str:
    """What a claim rests on, keys leading to where they were read."""
    told = claim.source
    for key in claim.cites:
        told = re.sub(rf"\b{key}\b", f"[{key}]({addresses[key]})", told)
    return told
