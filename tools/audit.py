"""Known holes in the packages that kneewise is run and tested with: `python -m tools.audit`.

Asks pip-audit about the locked Python packages (PyPI first, then OSV), and npm about those whose code the
pages bring. Ends with 1 where something has a known hole that `requirements/accepted.toml` does not accept,
and where an entry there is over. A service that cannot be reached is no reason to end so: it is said how many
packages were not audited, and what the service answered instead.
"""

import importlib.util
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements/run.txt", "requirements/test.txt")
NPM_LOCK = "web/package-lock.json"
ACCEPTED = "requirements/accepted.toml"
LONGEST = timedelta(days=90)
"""A known hole may stay for so long at most; then somebody has to look again."""
PYTHON_SERVICES = {"pypi": "pypi.org", "osv": "api.osv.dev"}
NPM_SERVICE = "registry.npmjs.org"

_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==", re.MULTILINE)
_UNREACHABLE = re.compile(r"^.*(?:ConnectionError|ServiceError|HTTPError|Timeout).*$", re.MULTILINE)
_PIP_AUDIT = ("--disable-pip", "--require-hashes", "--format", "json", "--progress-spinner", "off")
_NPM_AUDIT = ("npm", "audit", "--json", "--omit=dev", "--package-lock-only")
_FIELDS = {"id": str, "package": str, "why": str, "until": date}

Run = Callable[[Sequence[str], Path], tuple[str, str]]
"""(command, folder) → what it wrote to stdout and to stderr."""


class Broken(Exception):
    """An audit that could not be made, and not because a service was out of reach."""


@dataclass(frozen=True, slots=True, order=True)
class Hole:
    """A known vulnerability.

    Attributes
    ----------
    package : that has it.
    id : of the advisory.
    aliases : the same under other names.
    """

    package: str
    id: str
    aliases: frozenset[str] = field(default=frozenset(), compare=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one service said.

    Attributes
    ----------
    service : its name.
    audited : packages that it knows about.
    holes : theirs.
    trouble : why it knows nothing about the others; empty where there are none.
    """

    service: str
    audited: frozenset[str]
    holes: frozenset[Hole] = frozenset()
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """A hole that is known and stays for a while: its id, in which package, why, and until when."""

    id: str
    package: str
    why: str
    until: date

    def covers(self, hole: Hole) -> bool:
        """Whether it is this one."""
        return self.package == hole.package and self.id in {hole.id, *hole.aliases}


def main(run: Run | None = None, today: date | None = None) -> int:
    """Audit, say what was found and what could not be looked at; the status to end with."""
    try:
        accepted = read_accepted((ROOT / ACCEPTED).read_text(encoding="utf-8"))
        asked = [ask_python(run or _run), ask_npm(run or _run)]
    except Broken as error:
        sys.stderr.write(f"audit: {error}\n")
        return 1
    complaints = list(complaints_about(accepted, today or date.today()))
    for kind, packages, answers in asked:
        sys.stdout.writelines(f"{line}\n" for line in tell(kind, packages, answers))
        complaints += judge((hole for answer in answers for hole in answer.holes), accepted)
    sys.stdout.writelines(f"FAILED: {line}\n" for line in complaints)
    return 1 if complaints else 0


def ask_python(run: Run) -> tuple[str, frozenset[str], list[Answer]]:
    """What is said of the Python packages; the next service is asked where one left something open."""
    if run is _run and importlib.util.find_spec("pip_audit") is None:
        raise Broken("pip-audit is not installed.  Try: make audit")
    packages = frozenset(
        plain(name) for lock in LOCKS for name in _PINNED.findall((ROOT / lock).read_text(encoding="utf-8"))
    )
    answers: list[Answer] = []
    for service, name in PYTHON_SERVICES.items():
        command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", service, *_PIP_AUDIT]
        command += [part for lock in LOCKS for part in ("--requirement", lock)]
        answers.append(read_pip_audit(name, *run(command, ROOT)))
        if packages <= answers[-1].audited:
            break
    return "Python", packages, answers


def ask_npm(run: Run) -> tuple[str, frozenset[str], list[Answer]]:
    """What is said of the packages whose code the pages bring."""
    packages = read_npm_lock((ROOT / NPM_LOCK).read_text(encoding="utf-8"))
    return "npm", packages, [read_npm_audit(packages, *run(_NPM_AUDIT, (ROOT / NPM_LOCK).parent))]


def read_pip_audit(service: str, told: str, complained: str) -> Answer:
    """What pip-audit wrote.

    Raises
    ------
    Broken
        When it broke off, and not for want of a connection.
    """
    try:
        rows: list[dict[str, Any]] = json.loads(told)["dependencies"]
    except (ValueError, LookupError, TypeError) as error:
        lines = _UNREACHABLE.findall(complained)
        if not lines:
            raise Broken(f"pip-audit broke off: {_last_line(complained)}") from error
        return Answer(service, frozenset(), trouble=_short(lines[-1]))
    skipped = [row["skip_reason"] for row in rows if "skip_reason" in row]
    known = [row for row in rows if "skip_reason" not in row]
    holes = frozenset(
        Hole(plain(row["name"]), hole["id"], frozenset(hole.get("aliases", ())))
        for row in known
        for hole in row["vulns"]
    )
    audited = frozenset(plain(row["name"]) for row in known)
    return Answer(service, audited, holes, _short(skipped[0]) if skipped else "")


def read_npm_audit(packages: frozenset[str], told: str, complained: str) -> Answer:
    """What `npm audit` wrote about these packages.

    Raises
    ------
    Broken
        When it broke off, and not because the registry did not answer.
    """
    try:
        said: dict[str, Any] = json.loads(told)
    except ValueError as error:
        raise Broken(f"npm broke off: {_last_line(complained)}") from error
    if "auditReportVersion" not in said:
        if "http" not in (trouble := str(said.get("message", ""))):
            raise Broken(f"npm broke off: {_short(str(said.get('error', said)))}")
        return Answer(NPM_SERVICE, frozenset(), trouble=_short(trouble))
    holes = frozenset(
        Hole(name, str(via["url"]).rpartition("/")[2])
        for name, row in said["vulnerabilities"].items()
        for via in row["via"]
        if isinstance(via, dict)  # a text names the package that brings it, which has a row of its own
    )
    return Answer(NPM_SERVICE, packages, holes)


def read_npm_lock(text: str) -> frozenset[str]:
    """Packages that a lock of npm names, without those that only build and test."""
    rows: dict[str, dict[str, Any]] = json.loads(text)["packages"]
    return frozenset(
        place.rpartition("node_modules/")[2] for place, row in rows.items() if place and not row.get("dev")
    )


def read_accepted(text: str) -> tuple[Accepted, ...]:
    """Holes that stay for a while.

    Raises
    ------
    Broken
        When a line lacks its reason, or is otherwise not what it should be.
    """
    try:
        rows = tomllib.loads(text).get("accepted", [])
    except tomllib.TOMLDecodeError as error:
        raise Broken(f"{ACCEPTED} is no TOML: {error}") from error
    for row in rows:
        sound = set(row) == set(_FIELDS) and all(isinstance(row[key], kind) for key, kind in _FIELDS.items())
        if not sound or not row["why"].strip():
            raise Broken(f"{ACCEPTED}: each entry has {', '.join(_FIELDS)} (a day), and no more: {row}")
    return tuple(Accepted(**row) for row in rows)


def complaints_about(accepted: Iterable[Accepted], today: date) -> Iterator[str]:
    """What is wrong with them today: over, or for too long."""
    for one in accepted:
        if one.until < today:
            yield f"{one.id} in {one.package} was accepted until {one.until}: mend it, or look at it anew."
        elif one.until - today > LONGEST:
            yield f"{one.id} in {one.package} is accepted for more than {LONGEST.days} days."


def judge(holes: Iterable[Hole], accepted: Sequence[Accepted]) -> Iterator[str]:
    """Of each hole that is not accepted, a line; what two services know under two names is one."""
    seen: set[tuple[str, str]] = set()
    for hole in sorted(holes):
        names = {(hole.package, id) for id in (hole.id, *hole.aliases)}
        if not names & seen and not any(one.covers(hole) for one in accepted):
            others = f" ({', '.join(sorted(hole.aliases))})" if hole.aliases else ""
            yield f"{hole.package} has a known hole: {hole.id}{others}."
        seen |= names


def tell(kind: str, packages: frozenset[str], answers: Iterable[Answer]) -> Iterator[str]:
    """How many were audited, by whom, how many were not, and why not."""
    answers, left = list(answers), packages
    by = []
    for answer in answers:
        by.append(f"{len(left & answer.audited)} audited by {answer.service}")
        left -= answer.audited
    yield f"{len(packages)} {kind} packages: {', '.join(by)}; {len(left)} not audited."
    if left:
        for answer in answers:
            if answer.trouble:
                yield f"  {answer.service} could not say: {answer.trouble}"


def plain(name: str) -> str:
    """The one way to write the name of a Python package."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _run(command: Sequence[str], folder: Path) -> tuple[str, str]:
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise Broken(f"{command[0]} is not there.  Try: make audit") from error
    return done.stdout, done.stderr


def _last_line(text: str) -> str:
    return _short((text.strip().splitlines() or ["it said nothing"])[-1])


def _short(text: str, most: int = 160) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


if __name__ == "__main__":
    sys.exit(main())
