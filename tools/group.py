"""How long a group takes to be filmed: `python -m tools.group [--people 10]`.

A real browser goes through the group as a coach does: consent, both sheets of warning signs, a film, the next
person. What is counted: everything that has to be touched, what has to be read out, how long the pages let
the coach wait, and how long the measuring goes on after the last film. What people take to answer and to
squat is no part of it; the last line puts it in as an estimate, so that the sum can be held against the
twenty minutes for ten people.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from playwright.sync_api import Locator, Page, sync_playwright

from kneewise.samples import sample_film
from kneewise.store import FilmState, Store, open_store
from tools.screens import FLAGS, PATIENCE, serving

_SHEETS = 2
"""Of warning signs: those of today, and the others."""
TOUCH, QUESTION, FILM = 1.5, 5.0, 45.0
"""Estimates: to touch something, to ask a question and be answered, to come, squat and step aside. [s]"""


@dataclass(slots=True)
class Counted:
    """What one person of the group cost.

    Attributes
    ----------
    touched : so many things had to be touched.
    asked : so many questions had to be read out.
    waited : for pages to come. [s]
    """

    touched: int = 0
    asked: int = 0
    waited: float = 0.0


@dataclass(slots=True)
class Coach:
    """Somebody at the browser, whose touches are counted."""

    page: Page
    people: list[Counted] = field(default_factory=list)

    def touch(self, what: Locator) -> None:
        """Touch what leads to another page, and wait for it."""
        self._wait(what.first.click)

    def answer(self) -> None:
        """Nothing of one sheet: the choice that says so of each question, or a number in the middle."""
        for question in self.page.locator("form.signs fieldset").all():
            none = question.locator("label.none input")
            choice = none if none.count() else question.locator("input[value=no], input[type=radio]")
            if choice.count():
                choice.first.check()
            else:
                number = question.locator("input")
                least, most = (float(number.get_attribute(name) or 0) for name in ("min", "max"))
                number.fill(f"{(least + most) / 2:g}")
            self.people[-1].touched += 1
            self.people[-1].asked += 1
        self.touch(self.page.get_by_role("button", name="Keep the answers"))

    def film(self, film: Path) -> None:
        """Choose the film of whoever is up; two touches in what the system shows for that."""
        before = self.page.locator("h1").inner_text()
        self.people[-1].touched += 1
        self._wait(
            lambda: (
                self.page.set_input_files("#film", film),
                self.page.wait_for_function(
                    "(before) => document.querySelector('h1')?.innerText !== before", arg=before
                ),
            )
        )

    def _wait(self, do: Callable[[], object]) -> None:
        begun = time.monotonic()
        do()
        self.page.wait_for_load_state("load")
        self.people[-1].touched += 1
        self.people[-1].waited += time.monotonic() - begun


def go_through(page: Page, base: str, many: int, film: Path) -> list[Counted]:
    """A group of so many new people, each filmed once."""
    page.goto(f"{base}/desk/groups")
    page.get_by_label("Name of the group").fill("Tuesday")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("New people").fill("\n".join(f"Person {number}" for number in range(1, many + 1)))
    page.get_by_role("button", name="Add", exact=True).click()
    coach = Coach(page)
    for number in range(1, many + 1):
        page.get_by_role("heading", name=f"Person {number}", exact=True).wait_for()
        coach.people.append(Counted())
        coach.touch(page.get_by_role("button", name="They agreed"))
        coach.touch(page.get_by_role("link", name="Ask them"))
        for _ in range(_SHEETS):
            if page.locator("form.signs").count():
                coach.answer()
        coach.film(film)
    return coach.people


def wait_until_measured(store: Store, many: int) -> float:
    """How long it takes from now until all are measured. [s]"""
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE:
        states = [film.state for case in store.cases() for film in store.films(case.id)]
        if states.count(FilmState.MEASURED) == many:
            return time.monotonic() - begun
        time.sleep(0.5)
    raise RuntimeError(f"The films were not measured: {states}")


def tell(people: list[Counted], filming: float, left: float) -> Iterator[str]:
    """What came of it."""
    count = len(people)
    touched, asked = (sum(getattr(one, name) for one in people) for name in ("touched", "asked"))
    waits = [one.waited for one in people]
    yield f"{count} people, {touched / count:.0f} touches and {asked / count:.0f} questions each."
    yield f"Waited for pages, each person: median {median(waits):.1f} s, longest {max(waits):.1f} s."
    yield f"The browser alone was through in {filming:.0f} s; {left:.0f} s after that all were measured."
    sure = sum(waits) + touched * TOUCH + asked * QUESTION + count * FILM
    yield (
        f"With {TOUCH:g} s a touch, {QUESTION:g} s a question and {FILM:g} s a film, which are estimates: "
        f"{sure / 60:.0f} minutes one after another; {(sure - asked * (QUESTION + TOUCH)) / 60:.0f} minutes "
        "where people answer while others are filmed."
    )


def main() -> None:
    """Set up, go through, tell."""
    parser = argparse.ArgumentParser(description="A group is filmed, one after another.")
    parser.add_argument("--people", type=int, default=10)
    many = parser.parse_args().people
    with (
        tempfile.TemporaryDirectory() as folder,
        sample_film() as film,
        serving(Path(folder) / "home") as served,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.goto(served.address)
        begun = time.monotonic()
        people = go_through(page, served.base, many, film)
        filming = time.monotonic() - begun
        browser.close()
        with open_store(Path(folder) / "home") as store:
            left = wait_until_measured(store, many)
    sys.stdout.write("\n".join(tell(people, filming, left)) + "\n")


if __name__ == "__main__":
    main()
