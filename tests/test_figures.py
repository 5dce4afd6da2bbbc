import re
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kneewise.conventions import Side
from kneewise.figures import (
    Course,
    Range,
    Split,
    Way,
    Words,
    draw_bend,
    draw_course,
    draw_posture,
    draw_ranges,
    draw_repetitions,
    draw_splits,
)
from kneewise.figures.frame import Frame, grid
from kneewise.figures.loads import spread

SVG = "{http://www.w3.org/2000/svg}"
TIME = np.linspace(0, 4, 121)
WORDS = Words(title="knee <bend> & more", description='said "so"', unit="°")


def course(side: Side | None, *, gap: bool = False, height: float = 100.0) -> Course:
    value = height / 2 * (1 - np.cos(np.pi * TIME))
    value[(TIME > 1) & (TIME < 1.3)] = np.nan if gap else value[(TIME > 1) & (TIME < 1.3)]
    return Course(side=side, time=TIME, value=value, sd=np.full(len(TIME), 4.0))


def both() -> list[Course]:
    return [course(Side.LEFT), course(Side.RIGHT, height=90.0)]


JOINTS = np.array(
    [[0.1, 0.15, 1.4], [0, 0.1, 0.95], [0.1, 0.1, 0.5], [0, 0.1, 0.08], [-0.05, 0.1, 0], [0.2, 0.1, 0]]
)
BEND = np.linspace(10.0, 95.0, 31)
MARKS = [("walking", 0.9), ("stairs", 3.0), ("chair", 3.1), ("stairs up", 3.2)]
RANGES = [
    Range(name="left", value=3.1, low=2.4, high=3.8, side=Side.LEFT),
    Range(name="right", value=2.9, low=0.0, high=6.2, side=Side.RIGHT),
    Range(name="walking", value=0.9, low=float("nan"), high=float("nan")),
    Range(name="rising from a chair", value=3.0, low=1.5, high=4.5, guess=True),
]
SPLIT = Split(
    name="left",
    share=np.array([0.55, 0.4, 0.05]),
    low=np.array([0.0, 0.3, 0.03]),
    high=np.array([1.0, 0.5, 0.07]),
)


def way(down: bool) -> Way:
    bend = BEND if down else BEND[::-1]
    value = 3 * (bend / 95) ** 2
    each = np.stack([bend, value], axis=-1)
    return Way(
        down=down, bend=bend, value=value, low=0.8 * value, high=1.1 * value, each=np.stack([each, each])
    )


FIGURES = {
    "course": lambda: draw_course(WORDS, both(), 0.5, 3.5, "film0"),
    "course with a gap": lambda: draw_course(WORDS, [course(None, gap=True)], 0.5, 3.5, "film0"),
    "repetitions": lambda: draw_repetitions(WORDS, both(), [(0.0, 2.0), (2.0, 4.0)]),
    "one repetition": lambda: draw_repetitions(WORDS, [course(None)], [(0.0, 2.0)]),
    "nothing measured": lambda: draw_repetitions(
        WORDS,
        [Course(side=None, time=TIME, value=np.full(121, np.nan), sd=np.full(121, np.nan))],
        [(0.0, 2.0)],
    ),
    "posture": lambda: draw_posture(WORDS, np.stack([JOINTS, JOINTS * (1, -1, 1)])),
    "ranges": lambda: draw_ranges(WORDS, RANGES, "body weight"),
    "ranges of many people": lambda: draw_ranges(WORDS, RANGES[2:]),
    "bend": lambda: draw_bend(WORDS, Side.RIGHT, [way(True), way(False)], MARKS, (95.0, 3.4)),
    "one way": lambda: draw_bend(WORDS, Side.LEFT, [way(False)], (), (95.0, 3.4)),
    "splits": lambda: draw_splits(WORDS, [("Going down", [SPLIT, SPLIT]), ("Coming up", [SPLIT])]),
}


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_is_xml_and_says_what_it_shows(name: str) -> None:
    root = ElementTree.fromstring(FIGURES[name]())
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == WORDS.title
    assert root.findtext(f"{SVG}desc") == WORDS.description
    assert "nan" not in ElementTree.tostring(root, encoding="unicode").lower()


@pytest.mark.parametrize("name", FIGURES)
def test_letters_are_large_enough_to_read(name: str) -> None:
    texts = ElementTree.fromstring(FIGURES[name]()).iter(f"{SVG}text")
    assert all(float(text.get("font-size", "0")) >= 11 for text in texts)


@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_drawn_outside_of_the_frame(name: str) -> None:
    root = ElementTree.fromstring(FIGURES[name]())
    width, height = (float(x) for x in root.get("viewBox", "").split()[2:])
    numbers = [
        tuple(map(float, pair))
        for path in root.iter(f"{SVG}path")
        for pair in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path.get("d", ""))
    ]
    assert all(-1 <= x <= width + 1 and -20 <= y <= height + 20 for x, y in numbers)


def test_left_and_right_differ_without_colour() -> None:
    root = ElementTree.fromstring(draw_course(WORDS, both(), 0.0, 4.0, "film0"))
    lines = {
        p.get("class"): p.get("stroke-dasharray")
        for p in root.iter(f"{SVG}path")
        if "line" in p.get("class", "")
    }
    assert lines == {"line left": None, "line right": "7 4"}


def test_the_axis_of_a_course_begins_with_the_clip() -> None:
    root = ElementTree.fromstring(draw_course(WORDS, both(), 0.5, 3.5, 'fi"lm'))
    assert (root.get("data-curve"), root.get("data-t0"), root.get("data-t1")) == ('fi"lm', "0", "3.000")
    line = next(p for p in root.iter(f"{SVG}path") if p.get("class") == "line left" and "L" in p.get("d", ""))
    first = float(re.findall(r"M([\d.]+)", line.get("d", ""))[0])
    assert first == pytest.approx(float(root.get("data-x0", "nan")), abs=2)


def test_a_gap_stays_a_gap() -> None:
    root = ElementTree.fromstring(draw_course(WORDS, [course(None, gap=True)], 0.0, 4.0, "film0"))
    line = next(p for p in root.iter(f"{SVG}path") if p.get("class") == "line body")
    assert line.get("d", "").count("M") == 2


def test_numbers_below_zero_carry_a_minus_sign_and_no_hyphen() -> None:
    sinking = Course(side=None, time=TIME, value=-30 * TIME, sd=np.full(len(TIME), 1.0))
    root = ElementTree.fromstring(draw_repetitions(WORDS, [sinking], [(0.0, 4.0)]))
    texts = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert any(text.startswith("−") for text in texts)
    assert not any(text.startswith("-") for text in texts)


def test_repetitions_show_each_and_their_mean() -> None:
    root = ElementTree.fromstring(draw_repetitions(WORDS, [course(None)], [(0.0, 2.0), (2.0, 4.0)]))
    widths = sorted(
        float(p.get("stroke-width", "0")) for p in root.iter(f"{SVG}path") if p.get("class") == "line body"
    )
    assert widths == [0.9, 0.9, 2.6]


def test_names_of_near_lines_step_aside_as_little_as_needed() -> None:
    places = spread([200.0, 100.0, 98.0, 96.0, 50.0], 15.0)
    assert places == pytest.approx([200.0, 113.0, 98.0, 83.0, 50.0])
    assert spread([30.0, 20.0], 15.0) == pytest.approx([32.5, 17.5])
    assert spread([], 15.0) == []


def test_lines_off_the_scale_are_left_out() -> None:
    drawn = draw_bend(WORDS, Side.LEFT, [way(True)], [*MARKS, ("running", 5.2)], (95.0, 3.4))
    assert "stairs up" in drawn
    assert "running" not in drawn


def test_a_band_that_leaves_its_bar_is_cut_at_the_ends() -> None:
    root = ElementTree.fromstring(draw_splits(WORDS, [("Going down", [SPLIT])]))
    whisker = next(p for p in root.iter(f"{SVG}path") if p.get("class") == "whisker")
    low, high = (float(x) for x in re.findall(r"M([\d.]+) .*H([\d.]+)", whisker.get("d", ""))[0])
    assert (low, high) == (52.0, 350.0)


def test_a_share_too_narrow_for_its_number_goes_without() -> None:
    root = ElementTree.fromstring(draw_splits(WORDS, [("Going down", [SPLIT])]))
    words = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert [word for word in words if "%" in word] == ["55 %", "40 %"]


@given(low=st.floats(-500, 500), span=st.floats(1e-3, 1e3))
def test_grid_lines_hold_what_is_drawn_in_few_even_steps(low: float, span: float) -> None:
    levels = grid(low, low + span)
    slack = 1e-6 * span
    assert levels[0] <= low + slack
    assert levels[-1] >= low + span - slack
    assert 2 <= len(levels) <= 7
    assert np.ptp(np.diff(levels)) < 1e-9 * max(1.0, abs(low))


@given(low=st.floats(-20, 20), span=st.floats(0.5, 40))
def test_no_grid_line_lies_beside_the_curves_or_in_the_legend(low: float, span: float) -> None:
    value = low + span * (1 - np.cos(np.pi * TIME)) / 2
    sides = [Course(side=side, time=TIME, value=value, sd=np.zeros(len(TIME))) for side in Side]
    root = ElementTree.fromstring(draw_repetitions(WORDS, sides, [(0.0, 2.0)]))
    frame = Frame(0.0, 1.0, (0.0, 1.0))
    levels = [float(line.get("y1", "nan")) for line in root.iter(f"{SVG}line")]
    assert min(levels) == pytest.approx(frame.top)
    assert max(levels) == pytest.approx(frame.bottom)
