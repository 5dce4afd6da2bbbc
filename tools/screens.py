"""Pictures of every page, as people see them: `python -m tools.screens FOLDER [--readme]`.

On a phone and on a desk, light and dark, of somebody new, of somebody whom a clinician should see, and of
somebody who answered everything and filmed a squat. To be looked at after every change of a page;
`index.html` shows them side by side. With `--readme` those that the README shows are made anew, too.
"""

import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2
from playwright.sync_api import Browser, sync_playwright

from kneewise.knowledge.asking import read_asking
from kneewise.model import NOTHING, Asking, Kind, Question, SelfTest
from kneewise.samples import sample_film, sample_person
from kneewise.sitting import Sitting
from kneewise.store import FilmState, Label, Store, open_store
from kneewise.web.forms import has_sides
from kneewise.web.rendering import PAGES

SCREENS = {"phone": (360, 740), "desk": (1280, 900)}
SCHEMES = ("light", "dark")
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
ENDS = tuple(end for end, _ in PAGES)
MORE = ("/questions", "/answers", "/referral", "/tests", "/whatif", "/coach", "/keep", "/checkin")
FEET = ("/feet", "/feet/photos", "/feet/on-shoe", "/feet/standing")
OF_COACH = ("/desk", "/desk/lifts", "/desk/consents")
DESK = ("/desk", "/desk/groups", "/desk/compare", "/desk/practice")
PATIENCE = 600.0  # [s]
PERSON = sample_person()
TOLD = {
    "age": 34, "painful_side": "left", "knee_map": ["kneecap"], "pain_when": ["squat"],
    "onset": "after_change",
    "weeks": 8, "worst_pain": 4, "squat_pain": 4, "swelling": "none", "injury": "none",
    "equipment": ["chair", "band"], "training_days": ["monday", "wednesday", "friday"],
    "minutes_per_session": 30,
}  # fmt: skip
"""A usual story, in which nothing contradicts anything."""
OF_README = {"done-films-one-desk-light": "page-film.webp", "done-why-phone-dark": "page-why.webp"}
"""Pictures that the README shows → their files in docs/images."""
IMAGES = Path(__file__).parents[1] / "docs" / "images"


def draw_pages(out: Path) -> list[Path]:
    """Draw every page into a folder."""
    asking, pictures = read_asking(), []
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with open_store(home) as store, sample_film() as film:
            cases = _people(store, asking, film)
        with serving(home) as served, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(FLAGS))
            with open_store(home) as store:
                places = [*_places(store, cases)]
            for screen in SCREENS:
                for scheme in SCHEMES:
                    pictures += _draw(browser, served, places, out, (screen, scheme))
            browser.close()
    rows = (
        f'<figure><img src="{one.name}" width="320"><figcaption>{one.stem}</figcaption></figure>'
        for one in pictures
    )
    (out / "index.html").write_text("<!doctype html><title>Pages</title>" + "\n".join(rows), encoding="utf-8")
    return pictures


def keep_for_readme(pictures: list[Path]) -> None:
    """The first screen of the pages that the README shows, small."""
    for picture in pictures:
        if picture.stem in OF_README:
            image = cv2.imread(str(picture))
            height = image.shape[1] * 3 // 4 if "desk" in picture.stem else image.shape[1] * 2
            file = str(IMAGES / OF_README[picture.stem])
            cv2.imwrite(file, image[:height], [cv2.IMWRITE_WEBP_QUALITY, 80])


def finish(asking: Asking, answers: Mapping[str, Any], person: Mapping[str, Any]) -> dict[str, Any]:
    """Content of a case of which nothing is left to ask: these answers, and else nothing the matter."""
    content: dict[str, Any] = {"version": 1, "person": dict(person), "answers": dict(answers)}
    sitting = Sitting.of(content, asking, "case")
    while (asked := sitting.next()) is not None:
        content = sitting.with_answer(asked, harmless(asked))
        sitting = Sitting.of(content, asking, "case")
    return content


def harmless(asked: Question | SelfTest) -> Any:
    """An answer that says that nothing is the matter, or else one in the middle."""
    if asked.choices:
        nothing = [name for name in asked.choices if name in NOTHING]
        name = (nothing or list(asked.choices))[0]
        return [name] if asked.type is Kind.MANY else name
    if asked.type is Kind.YES_NO:
        return False
    middle = round(((asked.low or 0.0) + (asked.high or 0.0)) / 2)
    if asked.type is Kind.WEEKS:
        return [middle] * 8
    return {side: middle for side in ("left", "right")} if has_sides(asked) else middle


@dataclass(frozen=True, slots=True)
class Served:
    """A running server: its address with the key, and its process."""

    address: str
    process: int

    @property
    def base(self) -> str:
        """Address of the first page, without the key."""
        return self.address.split("/enter")[0]


@contextmanager
def serving(home: Path, *options: str) -> Iterator[Served]:
    """`kneewise serve` over that folder, with these options."""
    command = [sys.executable, "-m", "kneewise", "serve", "--no-browser", "--port", "0", "--home", str(home)]
    command += options
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as served:
        try:
            assert served.stdout is not None
            said = re.search(r"http://\S+|127\.0\.0\.1:[0-9]+", served.stdout.readline())
            if said is None:
                raise RuntimeError("kneewise serve did not say where it is.")
            yield Served(said[0] if said[0].startswith("http") else f"http://{said[0]}", served.pid)
        finally:
            served.terminate()
            served.wait(30)


def _people(store: Store, asking: Asking, film: Path) -> dict[str, str]:
    now = datetime.now().astimezone()
    told = {
        "done": finish(asking, TOLD, PERSON),
        "seen": {"version": 1, "answers": {"age": 40, "knee_skin": ["hot"]}},
        "new": {"version": 1},
    }
    cases = {name: store.add_case(name.capitalize(), now, content).id for name, content in told.items()}
    store.add_film(cases["done"], film, "squat.mp4", Label(), now)
    group = store.add_group("Tuesday", now)
    for case in cases.values():
        store.join_group(group.id, case)
    return cases


def _places(store: Store, cases: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(name of the picture, address) of every page; waits until the film was measured."""
    film = wait_for_film(store, cases["done"])
    ends = {
        "done": (*ENDS, *MORE, *FEET, *OF_COACH, f"/films/{film}", f"/films/{film}/label"),
        "seen": ("", "/referral", "/plan", *OF_COACH),
        "new": ("", "/questions", "/films"),
    }
    yield "start", "/"
    group = store.groups()[0].id
    for end in (*DESK, f"/desk/groups/{group}", f"/desk/groups/{group}/overview"):
        yield end[1:].replace("/", "-").replace(group, "one"), end
    for who, case in cases.items():
        for end in ends[who]:
            yield who + end.replace("/", "-").replace(film, "one"), f"/cases/{case}{end}"


def wait_for_film(store: Store, case: str) -> str:
    """Id of the only film of a case, once it was measured."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        (film,) = store.films(case)
        if film.state not in (FilmState.WAITING, FilmState.MEASURING):
            return film.id
        time.sleep(1)
    raise RuntimeError("The film was not measured in time.")


def _draw(
    browser: Browser, served: Served, places: list[tuple[str, str]], out: Path, how: tuple[str, str]
) -> list[Path]:
    screen, scheme = how
    width, height = SCREENS[screen]
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(served.address)
    pictures = []
    for name, place in places:
        page.goto(served.base + place)
        page.wait_for_load_state("networkidle")
        pictures.append(out / f"{name}-{screen}-{scheme}.png")
        page.screenshot(path=pictures[-1], full_page=True)
    page.close()
    return pictures


if __name__ == "__main__":
    drawn = draw_pages(Path(sys.argv[1]))
    if "--readme" in sys.argv[2:]:
        keep_for_readme(drawn)
    sys.stdout.write(f"{len(drawn)} pictures: {Path(sys.argv[1]) / 'index.html'}\n")
