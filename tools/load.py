"""How long pages take while many people use them: `python -m tools.load [--shared] [--minutes 30]`.

A server of its own over a folder of its own; each person has a case with a measured film and a plan, reads
one page after another with pauses in between, and now and then writes into the diary. Meanwhile so many films
are sent at the same moment, every half minute, and are measured. Prints a table for each kind of page, and
the memory of the server.

With `--shared` the server is one that people share: everybody signs in first, each sees their own case, and
their coach, who has all of them, looks at the desk. `KNEEWISE_DATABASE_URL` chooses the database as always.
"""

import argparse
import asyncio
import hashlib
import io
import os
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import cycle, islice
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx2

from kneewise.knowledge.asking import read_asking
from kneewise.measuring import Workshop
from kneewise.model import Trial
from kneewise.pipeline import read_knowledge, read_reasoning
from kneewise.samples import sample_film
from kneewise.store import DiaryDay, Label, Measured, Newcomer, Role, Store, hash_password, open_store
from kneewise.web.house import House
from tools.screens import PERSON, TOLD, Served, finish, serving, wait_for_film

ENDS = ("", "/films", "/why", "/whatif.json", "/plan", "/diary", "/progress", "/films/FILM", "/tests")
"""Pages that people read, one as often as the other; the widget asks for the JSON while it is dragged."""
PAUSE = 5.0
"""Between two pages of a person, on average. [s]"""
ARRIVAL = 60.0
"""Everybody comes within so long of the server's start, when nothing is in its mind yet. [s]"""
SETTLED = 2 * ARRIVAL
"""From then on the tables count. [s]"""
WRITES = 0.1
"""Share of visits that write the diary of today."""
EVERY = 30.0
"""Films are sent so often. [s]"""
ORIGIN = "https://knee.example"
COACH = "coach"
PASSWORD = "four plain words together"
HERE = "load"
"""A worker that only says that a film is like one that was measured."""
LOOK = 10.0
"""Memory is read so often. [s]"""
_STEP = 300.0
"""It is told so often. [s]"""
AIM = 0.3
"""95 of 100 pages come sooner. [s]"""


@dataclass(slots=True)
class Seen:
    """What came of it.

    Attributes
    ----------
    took : kind of request → how long each took, once everybody has come. [s]
    cold : how long pages took before. [s]
    wrong : what was answered other than it should.
    memory : (since the start [s], resident memory of the server and of who hands its films out [bytes]).
    measured : films that were measured meanwhile.
    """

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    cold: list[float] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)
    wrong: list[str] = field(default_factory=list)
    memory: list[tuple[float, int]] = field(default_factory=list)
    measured: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who uses the pages: a case, its measured film, and how they call themselves."""

    case: str
    film: str
    login: str
    chance: random.Random


@dataclass(frozen=True, slots=True)
class Browser:
    """What somebody asks with: with the key of a local server, or signed in to one that is shared."""

    client: httpx2.AsyncClient
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Pressure:
    """How hard: so many send the film, for so long [s]; whether to a server that is shared."""

    uploads: int
    seconds: float
    film: bytes
    shared: bool


async def press(served: Served, people: list[Person], pressure: Pressure) -> Seen:
    """Let them use the server."""
    seen = Seen()
    limits = httpx2.Limits(max_connections=200)
    async with httpx2.AsyncClient(base_url=served.base, timeout=60, limits=limits) as client:
        if pressure.shared:
            browsers = [await _sign_in(client, one.login, number) for number, one in enumerate(people)]
            coach = await _sign_in(client, COACH, len(people))
        else:
            browsers = [await _enter(client, served)] * len(people)
        seen.begun = time.monotonic()
        until = seen.begun + SETTLED + pressure.seconds
        async with asyncio.TaskGroup() as group:
            for person, browser in zip(people, browsers, strict=True):
                group.create_task(_use(browser, person, until, seen))
            if pressure.shared:
                group.create_task(_watch(coach, until, seen))
            senders = [*zip(people, browsers, strict=True)]
            group.create_task(_send(senders, until, seen, pressure))
            group.create_task(_weigh(served.process, until, seen))
    return seen


async def _enter(client: httpx2.AsyncClient, served: Served) -> Browser:
    """With the key that was printed."""
    await client.get(served.address)
    return Browser(client, {"X-CSRF-Token": _token_in((await client.get("/")).text)})


async def _sign_in(client: httpx2.AsyncClient, login: str, number: int) -> Browser:
    """With name and password, as the proxy hands it on."""
    headers = {
        "Host": ORIGIN.removeprefix("https://"),
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": f"198.51.100.{number}",
        "Origin": ORIGIN,
        "Sec-Fetch-Site": "same-origin",
    }
    told = {"login": login, "password": PASSWORD, "to": "/"}
    came = await client.post("/signin", data=told, headers=headers)
    if came.status_code != httpx2.codes.SEE_OTHER:
        raise RuntimeError(f"{login} could not sign in: {came.text[:200]}")
    # By hand: between proxy and server there is no TLS, and so no client hands on a cookie that wants it.
    headers["Cookie"] = "; ".join(one.partition(";")[0] for one in came.headers.get_list("Set-Cookie"))
    headers["X-CSRF-Token"] = _token_in((await client.get("/account", headers=headers)).text)
    return Browser(client, headers)


def _token_in(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    if found is None:
        raise RuntimeError("The page has no form.")
    return found[1]


async def _use(browser: Browser, person: Person, until: float, seen: Seen) -> None:
    await asyncio.sleep(person.chance.uniform(0, ARRIVAL))
    await _ask(browser, seen, "the way", "GET", f"/cases/{person.case}")
    while time.monotonic() < until:
        await asyncio.sleep(person.chance.expovariate(1 / PAUSE))
        if person.chance.random() < WRITES:
            told = {"day": date.today().isoformat(), "worst_pain": str(person.chance.randint(0, 4))}
            await _ask(browser, seen, "diary, written", "POST", f"/cases/{person.case}/diary", data=told)
        else:
            end = person.chance.choice(ENDS)
            address = f"/cases/{person.case}{end.replace('FILM', person.film)}"
            await _ask(browser, seen, end or "the way", "GET", address)


async def _watch(coach: Browser, until: float, seen: Seen) -> None:
    while time.monotonic() < until:
        await _ask(coach, seen, "the desk", "GET", "/desk")
        await asyncio.sleep(PAUSE)


async def _send(senders: list[tuple[Person, Browser]], until: float, seen: Seen, pressure: Pressure) -> None:
    """So many at the same moment, each time others: of one case only so many films may wait."""
    chance, turn = random.Random(0), cycle(senders)
    while pressure.uploads and time.monotonic() < until:
        async with asyncio.TaskGroup() as group:
            for person, browser in islice(turn, pressure.uploads):
                address = f"/cases/{person.case}/films.json?name=squat.mp4&condition=baseline"
                sent = pressure.film + _free_box(chance)
                group.create_task(_ask(browser, seen, "film, sent", "PUT", address, content=sent))
        await asyncio.sleep(EVERY)


def _free_box(chance: random.Random) -> bytes:
    """What players pass over at the end of a film, so that each is another film, to be measured anew."""
    return (24).to_bytes(4, "big") + b"free" + chance.randbytes(16)


async def _ask(browser: Browser, seen: Seen, kind: str, method: str, address: str, **more: Any) -> None:
    begun = time.perf_counter()
    try:
        answer = await browser.client.request(method, address, headers=browser.headers, **more)
    except httpx2.HTTPError as error:
        seen.wrong.append(f"{kind}: {type(error).__name__}")
        return
    took = time.perf_counter() - begun
    if time.monotonic() - seen.begun > SETTLED:
        seen.took[kind].append(took)
    elif not kind.startswith("film,"):
        seen.cold.append(took)
    if answer.status_code >= 400 or "/signin" in answer.headers.get("Location", ""):
        seen.wrong.append(f"{kind}: {answer.status_code} {answer.text[:120]}")


async def _weigh(server: int, until: float, seen: Seen) -> None:
    begun = time.monotonic()
    while time.monotonic() < until:
        children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii").split()
        now = sum(_resident(one) for one in (server, *map(int, children)))
        seen.memory.append((time.monotonic() - begun, now))
        await asyncio.sleep(LOOK)


def _resident(process: int) -> int:
    """Memory of a process without its children; nothing of one that is gone. [bytes]"""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except FileNotFoundError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _count_measured(home: Path) -> int:
    """Films that are measured, of all cases."""
    with open_store(home) as store:
        return sum(
            isinstance(film.ending, Measured) for case in store.cases() for film in store.films(case.id)
        )


def people_of(home: Path, many: int, films: int = 1, *, shared: bool = False) -> list[Person]:
    """So many people who answered everything, train, and filmed so many squats; one is measured for all.

    On a shared server they are clients of one coach, and have accounts.
    """
    asking, now = read_asking(), datetime.now().astimezone()
    begun = {"plan": {"start": (now.date() - timedelta(days=14)).isoformat()}}
    told = finish(asking, TOLD, PERSON) | begun
    people = []
    with sample_film() as film, open_store(home) as store:
        password = hash_password(PASSWORD) if shared else ""
        coach = None
        if shared:
            newcomer = Newcomer(login=COACH, name="Coach", role=Role.COACH, password=password)
            coach = store.add_account(newcomer, now).id
        for number in range(many):
            body = {**told["person"], "mass_kg": 50 + number}  # so that nobody's loads are another's
            name, login = f"Person {number}", f"person{number}"
            case = store.add_case(name, now, {**told, "person": body}, coach).id
            if shared:
                code = store.invite(Role.CLIENT, name, now, case=case, by=coach)
                store.accept(code, login, password, now)
            for day in _days_before(now.date()):
                store.add_entry(case, DiaryDay(day=day, worst_pain=3.0, pain_after=2.0))
            filmed = [_film(store, case, film, f"{number} {count}") for count in range(films)]
            people.append(Person(case=case, film=filmed[-1], login=login, chance=random.Random(number)))
        _look_once(store, people)
    return people


def _look_once(store: Store, people: list[Person]) -> None:
    """Each film was looked at before, as on any day but the first: what was worked out of it is kept."""
    house = House(store=store, knowledge=read_knowledge(), reasoning=read_reasoning())
    for one in people:
        house.understand(house.open(one.case))


def _film(store: Store, case: str, film: Path, name: str) -> str:
    """Id of a film of a case, as if it had been measured; each is a film of its own."""
    now = datetime.now().astimezone()
    sent = io.BytesIO(film.read_bytes() + _free_box(random.Random(name)))
    kept = store.add_film(case, sent, "squat.mp4", Label(), now)
    store.take_film(HERE, now)
    trial = replace(_measured(store.home, film), name="squat.mp4", digest=kept.digest)
    key = hashlib.sha256(name.encode()).hexdigest()
    store.keep_trial(key, trial)
    store.finish(kept.id, HERE, Measured(key=key))
    return kept.id


@cache
def _measured(home: Path, film: Path) -> Trial:
    """What the film shows, measured once in a place beside."""
    beside = home.with_name("beside")
    with open_store(beside) as store:
        case = store.add_case("one", datetime.now().astimezone()).id
        kept = store.add_film(case, film, "squat.mp4", Label(), datetime.now().astimezone())
        with Workshop(beside):
            wait_for_film(store, case)
        ending = store.film(kept.id).ending
        assert isinstance(ending, Measured)
        trial = store.trial(ending.key)
    assert trial is not None
    return trial


def _days_before(today: date) -> Iterator[date]:
    yield from (today - timedelta(days=ago) for ago in range(14, 0, -1))


def tell(seen: Seen) -> Iterator[str]:
    """What came of it, as lines of Markdown."""
    yield "| asked | times | median | 95 of 100 within | longest |"
    yield "|---|---|---|---|---|"
    pages = [took for kind, some in seen.took.items() if not kind.startswith("film,") for took in some]
    for kind, some in [*sorted(seen.took.items()), ("**every page**", pages)]:
        if len(some) > 1:
            late = quantiles(some, n=20, method="inclusive")[-1]
            told = " | ".join(f"{1e3 * one:.0f} ms" for one in (median(some), late, max(some)))
            yield f"| {kind} | {len(some)} | {told} |"
    yield ""
    late, longest = quantiles(seen.cold, n=20, method="inclusive")[-1], max(seen.cold)
    yield (
        f"Before that, while everybody came to a server that had just started: {len(seen.cold)} pages, "
        f"median {1e3 * median(seen.cold):.0f} ms, 95 of 100 within {late:.1f} s, longest {longest:.1f} s."
    )
    weights = [amount / 1e6 for _, amount in seen.memory]
    told = f"{weights[0]:.0f} MB at first, {max(weights):.0f} MB at most, {weights[-1]:.0f} MB at last"
    yield f"Memory of the server: {told}."
    each = [weight for at, weight in seen.memory if at % _STEP < LOOK]
    yield f"Every {_STEP / 60:.0f} minutes: {', '.join(f'{one / 1e6:.0f}' for one in each)} MB."
    yield f"Films measured meanwhile: {seen.measured}."
    yield f"Answers other than they should be: {len(seen.wrong)}."
    yield from seen.wrong[:20]
    reached = quantiles(pages, n=20, method="inclusive")[-1] < AIM and not seen.wrong
    word = "reached" if reached else "not reached"
    yield f"The aim, 95 of 100 pages within {1e3 * AIM:.0f} ms and no error: {word}."


def main() -> None:
    """Set up, press, tell."""
    parser = argparse.ArgumentParser(description="Many people use the pages at once.")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--films", type=int, default=1, help="of each person, before they come")
    parser.add_argument("--uploads", type=int, default=10)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--shared", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sample_film() as film:
        home, sent = Path(folder) / "home", film.read_bytes()
        people = people_of(home, asked.people, asked.films, shared=asked.shared)
        with serving(home, *(("--shared", "--behind", ORIGIN) if asked.shared else ())) as served:
            pressure = Pressure(asked.uploads, 60 * asked.minutes, sent, asked.shared)
            before = _count_measured(home)
            seen = asyncio.run(press(served, people, pressure))
        seen.measured = _count_measured(home) - before
    sys.stdout.write("\n".join(tell(seen)) + "\n")


if __name__ == "__main__":
    main()
