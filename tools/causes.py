"""Simulated people → `docs/explanation/causes-results.md` and its drawing.

Run: `python -m tools.causes` (minutes).
"""

from pathlib import Path

from kneewise.bench.cause_page import draw_reliability, render_causes
from kneewise.bench.causes import calibrate, follow, minutes_of_questions, other_world, own_world
from kneewise.causes import build_network
from kneewise.knowledge.asking import read_asking
from kneewise.knowledge.causes import read_causes

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "causes-results.md"
OTHERS = range(4)
JUDGED, FOLLOWED = 1000, 150
STOPS = (0.5, 0.7, 0.8, 0.9, 0.95)


def main() -> None:
    """Write the page and its drawing."""
    tables = read_causes()
    network = build_network(tables)
    people = {"the network's own": own_world(network)}
    people |= {f"another, number {seed + 1}": other_world(tables, seed) for seed in OTHERS}
    worlds = {name: calibrate(network, draw, JUDGED, seed=1) for name, draw in people.items()}
    courses = {
        (name, enough): follow(network, people[name], FOLLOWED, seed=2, enough=enough)
        for name in list(people)[:2]
        for enough in STOPS
    }
    questions = minutes_of_questions(read_asking())
    folder = PAGE.with_suffix("")
    folder.mkdir(exist_ok=True)
    (folder / "reliability.svg").write_text(draw_reliability(worlds), encoding="utf-8")
    PAGE.write_text(render_causes(network, worlds, courses, questions), encoding="utf-8")


if __name__ == "__main__":
    main()
