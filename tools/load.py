"""How long pages take while many people use them: `python -m tools.load [--minutes 30]`.

A server of its own over a folder of its own; each person has a case with a measured film and a plan, reads
one page after another with pauses in between, and now and then writes into the diary. Meanwhile so many films
are sent at the same moment, every half minute, and are measured. Prints a table for each kind of page, and
the memory of the server.
"""

import argparse
import asyncio
import os
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx2

from kneewise.knowledge.asking import read_asking
from kneewise.samples import sample_film
from kneewise.store import DiaryDay, Label, open_store
from tools.screens import PERSON, TOLD, Served, finish, serving, wait_for_film

ENDS = ("", "/films", "/why", "/whatif.json", "/plan", "/diary", "/progress", "/films/FILM", "/tests")
"""Pages that people read, one as often as the other; the widget asks for the JSON while it is dragged."""
PAUSE = 5.0
"""Between two pages of a person, on average. [s]"""
WRITES = 0.1
"""Share of visits that write the diary of today."""
EVERY = 30.0
"""Films are sent so often. [s]"""
LOOK = 10.0
"""Memory is read so often. [s]"""
AIM = 0.3
"""95 of 100 pages come sooner. [s]"""


@dataclass(slots=True)
class Seen:
    """What came of it.

    Attributes
    ----------
    took : kind of request → how long each took. [s]
    wrong : what was answered other than it should.
    memory : (since the start [s], resident memory of the server [bytes]).
    """

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses the pages: a case, its measured film, and the film that they send."""

    case: str
    film: str
    chance: random.Random


async def press(served: Served, people: list[Person], uploads: int, seconds: float, film: bytes) -> Seen:
    """Let them use the server."""
    seen = Seen()
    until = time.monotonic() + seconds
    async with httpx2.AsyncClient(
        base_url=served.base, timeout=60, limits=httpx2.Limits(max_connections=200)
    ) as client:
        await client.get(served.address)
        token = re.search(r'name="csrf" value="([^"]+)"', (await client.get("/")).text)
        assert token is not None
        client.headers["X-CSRF-Token"] = token[1]
        async with asyncio.TaskGroup() as group:
            for person in people:
                group.create_task(_use(client, person, until, seen))
            group.create_task(_send(client, people[:uploads], until, seen, film))
            group.create_task(_weigh(served.process, until, seen))
    return seen


async def _use(client: httpx2.AsyncClient, person: Person, until: float, seen: Seen) -> None:
    await asyncio.sleep(person.chance.uniform(0, PAUSE))
    while time.monotonic() < until:
        if person.chance.random() < WRITES:
            told = {"day": date.today().isoformat(), "worst_pain": str(person.chance.randint(0, 4))}
            await _ask(client, seen, "diary, written", "POST", f"/cases/{person.case}/diary", data=told)
        else:
            end = person.chance.choice(ENDS)
            await _ask(
                client,
                seen,
                end or "the way",
                "GET",
                f"/cases/{person.case}{end.replace('FILM', person.film)}",
            )
        await asyncio.sleep(person.chance.expovariate(1 / PAUSE))


async def _send(
    client: httpx2.AsyncClient, people: list[Person], until: float, seen: Seen, film: bytes
) -> None:
    chance = random.Random(0)
    while people and time.monotonic() < until:
        async with asyncio.TaskGroup() as group:
            for person in people:
                address = f"/cases/{person.case}/films.json?name=squat.mp4&condition=baseline"
                sent = film + _free_box(chance)
                group.create_task(_ask(client, seen, "film, sent", "PUT", address, content=sent))
        await asyncio.sleep(EVERY)


def _free_box(chance: random.Random) -> bytes:
    """What players pass over at the end of a film, so that each is another film, to be measured anew."""
    return (24).to_bytes(4, "big") + b"free" + chance.randbytes(16)


async def _ask(
    client: httpx2.AsyncClient, seen: Seen, kind: str, method: str, address: str, **more: Any
) -> None:
    begun = time.perf_counter()
    try:
        answer = await client.request(method, address, **more)
    except httpx2.HTTPError as error:
        seen.wrong.append(f"{kind}: {type(error).__name__}")
        return
    seen.took[kind].append(time.perf_counter() - begun)
    if answer.status_code >= 400:
        seen.wrong.append(f"{kind}: {answer.status_code} {answer.text[:120]}")


async def _weigh(server: int, until: float, seen: Seen) -> None:
    begun = time.monotonic()
    while time.monotonic() < until:
        seen.memory.append((time.monotonic() - begun, _resident(server)))
        await asyncio.sleep(LOOK)


def _resident(process: int) -> int:
    """Memory of a process without its children. [bytes]"""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def people_of(home: Path, many: int) -> list[Person]:
    """So many people who answered everything, train, and filmed one squat, which is measured once for all."""
    asking, now = read_asking(), datetime.now().astimezone()
    begun = {"plan": {"start": (now.date() - timedelta(days=14)).isoformat()}}
    told = finish(asking, TOLD, PERSON) | begun
    people = []
    with sample_film() as film, open_store(home) as store:
        for number in range(many):
            body = {**told["person"], "mass_kg": 50 + number}  # so that nobody's loads are another's
            case = store.add_case(f"Person {number}", now, {**told, "person": body}).id
            for day in _days_before(now.date()):
                store.add_entry(case, DiaryDay(day=day, worst_pain=3.0, pain_after=2.0))
            kept = store.add_film(case, film, "squat.mp4", Label(), now)
            people.append(Person(case=case, film=kept.id, chance=random.Random(number)))
    return people


def _days_before(today: date) -> Iterator[date]:
    yield from (today - timedelta(days=ago) for ago in range(14, 0, -1))


def tell(seen: Seen) -> Iterator[str]:
    """What came of it, as lines of Markdown."""
    yield "| asked | times | median | 95 of 100 within | longest |"
    yield "|---|---|---|---|---|"
    pages = [took for kind, some in seen.took.items() if not kind.startswith("film,") for took in some]
    for kind, some in [*sorted(seen.took.items()), ("**every page**", pages)]:
        if len(some) > 1:
            late = quantiles(some, n=20)[-1]
            told = " | ".join(f"{1e3 * one:.0f} ms" for one in (median(some), late, max(some)))
            yield f"| {kind} | {len(some)} | {told} |"
    yield ""
    weights = [amount / 1e6 for _, amount in seen.memory]
    told = f"{weights[0]:.0f} MB at first, {max(weights):.0f} MB at most, {weights[-1]:.0f} MB at last"
    yield f"Memory of the server: {told}."
    yield f"Answers other than they should be: {len(seen.wrong)}."
    yield from seen.wrong[:20]
    reached = quantiles(pages, n=20)[-1] < AIM and not seen.wrong
    word = "reached" if reached else "not reached"
    yield f"The aim, 95 of 100 pages within {1e3 * AIM:.0f} ms and no error: {word}."


def main() -> None:
    """Set up, press, tell."""
    parser = argparse.ArgumentParser(description="Many people use the pages at once.")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--uploads", type=int, default=10)
    parser.add_argument("--minutes", type=float, default=2.0)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sample_film() as film:
        home, sent = Path(folder) / "home", film.read_bytes()
        people = people_of(home, asked.people)
        with serving(home) as served:
            with open_store(home) as store:
                for person in people:
                    wait_for_film(store, person.case)
            seen = asyncio.run(press(served, people, asked.uploads, 60 * asked.minutes, sent))
    sys.stdout.write("\n".join(tell(seen)) + "\n")


if __name__ == "__main__":
    main()
