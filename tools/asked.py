"""Pages of `docs/reference` that follow from the tables of what is asked; `tools.docs` writes them."""

from kneewise.knowledge.asking import read_asking
from kneewise.model import Alternatives, Asking, Kind, Question, Row, SelfTest, Tier

_TIERS = {
    Tier.EMERGENCY: "0: help now",
    Tier.URGENT: "1: a clinician today or tomorrow",
    Tier.REFER: "2: a clinician within one to two weeks, before loading",
    Tier.CARE: "3: a plan, with care",
    Tier.GO: "go",
}


def asked_pages() -> dict[str, str]:
    """File name → content."""
    asking = read_asking()
    return {
        "questions.md": _questions(asking),
        "self-tests.md": _self_tests(asking),
        "warning-signs.md": _warning_signs(asking),
        "sources.md": _sources(asking),
    }


def _questions(asking: Asking) -> str:
    lines = [
        "# Questions",
        "",
        "What `kneewise questions` asks and the table `[answers]` of a [case file](case-files.md) holds;",
        "the same as JSON from `kneewise questions --json`. A question is asked only where its answer can",
        "still change the result. *Asked if*: alternatives, parted by *or*. *Again*: at every check-in.",
        "What a row rests on stands in [sources](sources.md); `design` is a decision of this project, and",
        "its grade says so.",
        "",
    ]
    for topic in dict.fromkeys(question.topic for question in asking.questions):
        lines += [f"## {topic[0].upper()}{topic[1:]}", ""]
        for question in asking.questions:
            if question.topic == topic:
                lines += _question(question)
    return "\n".join([*lines, *_made("questions.toml")])


def _question(question: Question) -> list[str]:
    lines = [f"### `{question.id}`", "", question.text, "", f"*{question.why}*", ""]
    lines += [f"- Answer: {_answer(question)}"]
    if question.asked_if:
        lines += [f"- Asked if: {_written(question.asked_if)}"]
    if question.skip_if:
        lines += [f"- Not asked if: {_written(question.skip_if)}"]
    lines += [f"- For: {', '.join(sorted(question.serves))}{'; again' if question.again else ''}"]
    lines += [f"- {_sourced(question)}", ""]
    lines += [f"  - `{name}`: {label}" for name, label in question.choices.items()]
    return [*lines, ""] if question.choices else lines


def _answer(asked: Question | SelfTest) -> str:
    kinds = {
        Kind.YES_NO: "`true` or `false`",
        Kind.ONE: "one choice",
        Kind.MANY: "a list of choices",
        Kind.WEEKS: f"eight numbers, {asked.unit}, the oldest week first",
    }
    told = kinds.get(asked.type, f"{asked.low} to {asked.high} {asked.unit}".replace(".0 ", " "))
    return f"{told}; left and right may differ" if asked.sided else told


def _self_tests(asking: Asking) -> str:
    lines = [
        "# Self-tests and trials",
        "",
        "What `[[test]]` and `[[trial]]` of a [case file](case-files.md) may hold. *sem*: standard error",
        "of one measurement by a layperson. Minutes, discomfort (0 none to 3 much) and most thresholds",
        "are estimates",
        "of this project.",
        "",
        "## Self-tests",
        "",
    ]
    for test in asking.tests:
        lines += _self_test(test)
    lines += [
        "## Trial conditions",
        "",
        "| id | what to do | what it changes | minutes | sources | checked | grade |",
    ]
    lines += ["|---|---|---|---|---|---|---|"]
    for row in asking.conditions:
        cells = (f"`{row.id}`", row.text, row.changes, f"{row.minutes:g}", *_from(row))
        lines.append("| " + " | ".join(cells) + " |")
    lines += [
        "",
        "## Values of a trial",
        "",
        "| id | what it is | unit | range | sd | sources | checked | grade |",
    ]
    lines += ["|---|---|---|---|---|---|---|---|"]
    for value in asking.values:
        limits = f"{value.low:g} … {value.high:g}"
        cells = (f"`{value.id}`", value.text, value.unit, limits, f"{value.sd:g}", *_from(value))
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, "", *_made("self_tests.toml", "conditions.toml")])


def _self_test(test: SelfTest) -> list[str]:
    flags = [
        f"below {test.flag_below:g}" if test.flag_below is not None else "",
        f"above {test.flag_above:g}" if test.flag_above is not None else "",
        _difference(test),
    ]
    lines = [f"### `{test.id}`: {test.name}", "", test.text, "", f"*{test.why}*", ""]
    lines += [f"{n}. {step}" for n, step in enumerate(test.steps, 1)]
    lines += ["", f"- Value: {_answer(test)}"]
    lines += [f"- Choices: {', '.join(f'`{name}`' for name in test.choices)}"] if test.choices else []
    if any(flags):
        lines += [f"- Worth a thought: {', '.join(flag for flag in flags if flag)} {test.unit}".rstrip()]
    if test.sem is not None:
        lines += [f"- sem: {test.sem:g} {test.unit} ({test.sem_checked})"]
    lines += [f"- {test.minutes:g} min, discomfort {test.discomfort}"]
    lines += [f"- Not if: {_written(test.skip_if)}"] if test.skip_if else []
    return [*lines, f"- Speaks about: {', '.join(test.informs)}", f"- {_sourced(test)}", ""]


def _difference(test: SelfTest) -> str:
    if test.flag_difference is None:
        return ""
    if test.difference_share:
        return f"a difference of {100 * test.flag_difference:g} % between the sides"
    return f"a difference of {test.flag_difference:g} between the sides"


def _warning_signs(asking: Asking) -> str:
    lines = [
        "# Warning signs",
        "",
        "Answers that send somebody to a clinician, or onto a track. The most urgent one counts, at the",
        "start and at every check-in; a later answer can raise the tier and none can lower it. Only what",
        "was answered counts, never what is missing. Such lists are not validated for use by oneself:",
        "they can stop somebody, and clear nobody.",
        "",
        "Where the person says that a clinician has looked since and that squats are fine, all signs are",
        "asked again. One of tier 1 stops who has it still; one of tier 2 stops who has it anew, after it",
        "was gone. An emergency stays, and so does, whoever looked: "
        + ", ".join(f"`{row.id}`" for row in asking.triggers if row.stays)
        + ".",
        "",
    ]
    for tier, name in _TIERS.items():
        lines += [f"## Tier {name}" if tier is not Tier.GO else "## No tier: the common pattern", ""]
        lines += ["| id | what is said | if | sources | checked | grade |", "|---|---|---|---|---|---|"]
        for row in asking.triggers:
            if row.tier is tier:
                cells = (f"`{row.id}`", row.says, _written(row.when), *_from(row))
                lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
    lines += ["## Answers that do not fit together", "", "They are asked again; nothing is averaged.", ""]
    lines += ["| id | what is said | if | asked again |", "|---|---|---|---|"]
    for row in asking.contradictions:
        again = ", ".join(f"`{name}`" for name in row.ask_again)
        lines.append(f"| `{row.id}` | {row.says} | {_written(row.when)} | {again} |")
    return "\n".join([*lines, "", *_made("triggers.toml", "contradictions.toml")])


def _sources(asking: Asking) -> str:
    lines = [
        "# Sources",
        "",
        "*verified*: an excerpt of the page was read, mostly its abstract; some are summaries or mirrors",
        "of the paper.",
        "",
        "| key | address | note | checked |",
        "|---|---|---|---|",
    ]
    for row in asking.sources:
        address = f"<{row.address}>" if row.address else ""
        lines.append(f"| `{row.key}` | {address} | {row.note} | {row.checked} |")
    return "\n".join([*lines, "", *_made("sources.csv")])


def _written(alternatives: Alternatives) -> str:
    return " *or* ".join(
        " and ".join(f"`{clause.of} {clause.how} {clause.value}`" for clause in alternative)
        for alternative in alternatives
    )


def _sourced(row: Row) -> str:
    return "Source: {}; {}; grade {}".format(*_from(row))


def _from(row: Row) -> tuple[str, str, str]:
    return (", ".join(row.source), row.checked, row.grade)


def _made(*files: str) -> list[str]:
    names = " and ".join(f"`{file}`" for file in files)
    return [f"Made from {names} in `knowledge` by `python -m tools.docs`.", ""]
