"""What a person holds in the hand: text, page and paper tell the same plan, whole, and need nothing else."""

import io
import json
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from xml.etree import ElementTree

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_plan import PROGRAMME, circumstances, clearances, plan, responses
from test_plan import bands as any_bands

from kneewise.conventions import Band, Track
from kneewise.figures import draw_positions
from kneewise.knowledge.moves import Move, read_moves
from kneewise.model.planned import Clearance, Day, Irritability, Response
from kneewise.model.programme import RuleKind
from kneewise.plan import date_plan, make_plan
from kneewise.report.plan import lay_out, print_plan, render_plan, summarise_plan, tell_plan
from kneewise.report.plan.pictures import moves_of, moves_today

START = date(2026, 11, 25)
EVERYTHING = frozenset(PROGRAMME.things)
MADE = {
    "ankle": plan(
        {"ankle_range": Band.LIKELY, "hip_capacity": Band.LIKELY, "foot": Band.POSSIBLE},
        {"heels_raised": Response(pain_before=4, pain=3, movement=1)},
        goals=("back_squat",),
    ),
    "tendon": plan(
        {"quadriceps_capacity": Band.LIKELY, "training_load": Band.STRONG},
        clearance=Clearance(heed=("Begin with half of it.",), track=Track.TENDON_LIKE),
        equipment=EVERYTHING,
        notes=frozenset({"tendon_flare"}),
        days=tuple(Day),
        minutes=60,
        irritability=Irritability.HIGH,
    ),
    "fullest": plan(
        {"technique": Band.STRONG, "lumbopelvic_control": Band.STRONG},
        clearance=Clearance(track=Track.HIGH_FEAR),
        equipment=EVERYTHING,
        days=tuple(Day),
        minutes=90,
    ),
    "smallest": plan(days=(Day.SATURDAY,), minutes=10),
}
anybody = pytest.mark.parametrize("made", MADE.values(), ids=MADE)


def exercises(made):
    return {row.exercise.id: row.exercise for phase in made.phases for row in phase.exercises}


# The sheet


@anybody
def test_every_exercise_is_explained_once(made):
    sheet = lay_out(made, START)
    told = [card["id"] for card in (*sheet["today"]["cards"], *sheet["later"])]
    assert sorted(told) == sorted(exercises(made))


@anybody
def test_the_calendar_holds_every_session_on_its_weekday(made):
    sheet = lay_out(made, START)
    days = [day for week in sheet["calendar"] for day in week["days"]]
    trained = {day["iso"]: day["minutes"] for day in days if day["minutes"]}
    assert trained == {row.on.isoformat(): row.minutes for row in date_plan(made, START).sessions}
    for week in sheet["calendar"]:
        assert [date.fromisoformat(day["iso"]).weekday() for day in week["days"]] == list(range(7))


@anybody
def test_the_calendar_announces_every_phase_and_review(made):
    sheet, dates = lay_out(made, START), date_plan(made, START)
    told = " ".join(event for week in sheet["calendar"] for event in week["events"])
    assert all(f"“{phase.planned.phase.name}” begins" in told for phase in dates.phases)
    assert all(f"look again (week {review.week})" in told for review in dates.reviews)
    marked = {day["iso"] for week in sheet["calendar"] for day in week["days"] if day["event"]}
    due = {phase.first.isoformat() for phase in dates.phases} | {row.on.isoformat() for row in dates.reviews}
    assert marked == due


@anybody
def test_every_lift_has_its_time_and_a_later_one_its_reason(made):
    groups = lay_out(made, START)["lifts"]
    named = [name for group in groups for row in group["rows"] for name in row["names"]]
    assert sorted(named) == sorted(lift.name for lift in PROGRAMME.lifts)
    for group in groups:
        if group["when"] in ("In the next phase", "Later"):
            assert all(bool(row["how"]) != bool(row["after"]) for row in group["rows"])


def test_a_lift_that_waits_for_a_sore_place_says_so_and_not_after_what():
    made = plan(notes=frozenset({"back_pain"}))
    later = next(group for group in lay_out(made, START)["lifts"] if group["when"] == "Later")
    row = next(row for row in later["rows"] if "Box squat" in row["names"])
    assert (row["how"], row["after"]) == ("Later, because the low back hurts.", "")
    assert "after: Later" not in tell_plan(made, START)


def test_today_is_the_first_session_even_when_the_plan_begins_on_a_day_of_rest():
    sheet = lay_out(MADE["smallest"], START)
    assert sheet["begins"] == "Wednesday 25 November 2026"
    assert sheet["today"]["on"] == "Saturday 28 November 2026"
    assert [day["on"] for day in sheet["week"] if day["minutes"]] == ["Sat 28 Nov"]


def test_a_short_session_warms_up_within_its_first_set():
    assert lay_out(MADE["smallest"], START)["today"]["warm_up"] == ["Do the first set with half the effort."]
    assert lay_out(MADE["ankle"], START)["today"]["warm_up"] == list(PROGRAMME.warm_up)


@anybody
def test_the_warm_up_is_told_even_when_the_first_session_is_an_easy_one(made):
    """Whoever has one session with time for it finds it on every output."""
    sheet = lay_out(made, START)
    needed = any(
        session.minutes > sum(row.exercise.minutes for row in session.exercises)
        for session in date_plan(made, START).sessions
    )
    told = [*sheet["today"]["warm_up"], *sheet["before_heavy_sets"]]
    assert needed == (set(PROGRAMME.warm_up) <= set(told)) == (sheet["warm_up"] == list(PROGRAMME.warm_up))


def test_the_summary_tells_the_dates_of_the_plan():
    told = summarise_plan(MADE["ankle"], START)["dates"]
    assert (told["start"], told["last"]) == ("2026-11-25", "2027-03-16")
    assert told["phases"][0]["sessions"][:3] == ["2026-11-25", "2026-11-27", "2026-11-30"]
    assert told["reviews"][0] == {"week": 2, "on": "2026-12-09"}


# The terminal


@anybody
@pytest.mark.parametrize("width", [50, 80, 200])
def test_lines_fit_the_terminal(made, width):
    told = tell_plan(made, START, width=width)
    assert max(len(line) for line in told.splitlines()) <= width
    assert all(line == line.rstrip() for line in told.splitlines())
    assert told.splitlines()[0] == "Your plan"


@anybody
def test_a_pipe_gets_no_colours_and_a_terminal_does(made):
    plain, styled = tell_plan(made, START), tell_plan(made, START, styled=True)
    assert "\x1b" not in plain
    assert "\x1b[" in styled
    bare = "\n".join(line.rstrip() for line in re.sub(r"\x1b\[[\d;]*m", "", styled).splitlines())
    assert bare == plain.rstrip("\n")


@anybody
def test_the_text_names_what_to_do_when_to_stop_and_when_to_look_again(made):
    told = re.sub(r"\s+", " ", tell_plan(made, START))
    for exercise in exercises(made).values():
        assert exercise.name in told
    for words in (
        *PROGRAMME.told(RuleKind.STOP),
        *(light.during for light in PROGRAMME.lights),
        made.choice.option.cue,
    ):
        assert words in told
    for review in lay_out(made, START)["reviews"]:
        assert review["on"] in told


# The page


class Page(HTMLParser):
    """Elements of a page with their words, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.words: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in {"meta", "path", "animate", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            assert self.open.pop() == tag, f"{tag} is closed before what it holds"

    def handle_data(self, data):
        if self.open and self.open[-1] != "style" and data.strip():
            self.words.append((self.open[-1], data.strip()))

    def all(self, tag, **wanted):
        return [a for t, a in self.elements if t == tag and wanted.items() <= a.items()]

    def text(self):
        return re.sub(r"\s+", " ", " ".join(words for _, words in self.words))


@pytest.fixture(scope="module")
def html():
    return {name: render_plan(made, START) for name, made in MADE.items()}


@pytest.fixture(scope="module")
def pages(html):
    return {name: Page(text) for name, text in html.items()}


everyone = pytest.mark.parametrize("name", MADE)


@everyone
def test_the_page_needs_nothing_else(html, pages, name):
    assert (
        "default-src 'none'"
        in pages[name].all("meta", **{"http-equiv": "Content-Security-Policy"})[0]["content"]
    )
    assert {address.split("//")[1] for address in re.findall(r"https?://[^\"'\s)]+", html[name])} == {
        "www.w3.org/2000/svg"
    }
    assert "url(" not in html[name]
    assert "@import" not in html[name]
    assert not [
        a for _, a in pages[name].elements if "src" in a or "style" in a or any(k.startswith("on") for k in a)
    ]
    assert not pages[name].all("script") + pages[name].all("link") + pages[name].all("iframe")


@everyone
def test_the_page_can_be_read_aloud(pages, name):
    page = pages[name]
    assert page.open == [], "every element is closed"
    assert page.all("html")[0]["lang"] == "en"
    assert page.all("meta", name="viewport")
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(b - a <= 1 for a, b in pairwise(levels)), "no level is left out"
    assert [len(page.all(tag)) for tag in ("main", "header", "footer", "nav")] == [1, 1, 1, 1]
    names = [a["id"] for _, a in page.elements if "id" in a]
    assert len(set(names)) == len(names)
    targets = [a["href"] for a in page.all("a")] + [f"#{a['aria-labelledby']}" for a in page.all("section")]
    assert {target.removeprefix("#") for target in targets} <= set(names)
    assert all("scope" in a for a in page.all("th"))


@everyone
def test_every_link_of_the_way_through_leads_somewhere(pages, name):
    """Where nothing is left for later weeks, nothing leads there."""
    linked = {a["href"] for a in pages[name].all("a")}
    assert ("#later" in linked) == bool(lay_out(MADE[name], START)["later"])


@everyone
def test_today_comes_first(pages, name):
    sections = [a["id"] for a in pages[name].all("section")]
    assert sections[:3] == ["today", "light", "week"]
    assert {"phases", "calendar", "reviews", "lifts", "why", "know"} <= set(sections)


@everyone
def test_every_exercise_is_on_the_page_once_with_a_picture_that_says_what_it_shows(html, pages, name):
    known = exercises(MADE[name])
    cards = [a["id"] for a in pages[name].all("article")]
    assert sorted(cards) == sorted(known)
    drawn = re.findall(r'<svg[^>]*role="img"[^>]*><title>([^<]+)</title><desc>([^<]+)</desc>', html[name])
    assert sorted(title for title, _ in drawn) == sorted(row.name for row in known.values())
    assert len(re.findall("<svg", html[name])) == len(known)


@everyone
def test_a_card_tells_how_how_much_what_goes_wrong_and_when_to_stop(html, name):
    for card in re.findall(r'<article class="card" id="(\w+)">(.*?)</article>', html[name], re.DOTALL):
        row, told = PROGRAMME.exercises[card[0]], Page(card[1]).text()
        for words in (*row.cues, *row.faults, *row.stop, row.easier_how, row.harder_how, row.expected):
            assert words in told
        for thing in row.equipment:
            assert PROGRAMME.things[thing].name in told
        assert row.source in told


@everyone
def test_the_page_says_why_and_why_not_with_grade_and_source(pages, name):
    made, told = MADE[name], pages[name].text()
    for row in made.withheld:
        assert row.what in told
        assert row.because in told
    for row in (made.choice.option, made.variant, *made.add_ons):
        assert f"evidence {row.grade} {row.source}" in told
        assert row.name in told
    assert made.choice.because in told
    for words in (*PROGRAMME.education, *PROGRAMME.heavy, *made.variant.say):
        assert words in told
    assert all(words in told for row in made.add_ons for words in (row.why, row.until, *row.do))


@everyone
def test_the_light_is_told_by_word_and_shape_as_well_as_by_colour(html, pages, name):
    for light in PROGRAMME.lights:
        assert ("h3", light.colour) in pages[name].words
        assert all(words in pages[name].text() for words in (light.during, light.next_day, light.then))
    shapes = re.findall(r"\.plan \.(green|amber|red) h3::before \{ ([^}]+) \}", html[name])
    assert len({rule for _, rule in shapes}) == 3


@everyone
def test_training_days_are_told_to_those_who_hear_the_calendar(html, name):
    sessions = date_plan(MADE[name], START).sessions
    told = re.findall(
        r'<time datetime="([\d-]+)" class="day train[^>]*>\d+</time><span class="sr"> training, (\d+)',
        html[name],
    )
    assert [(row.on.isoformat(), str(row.minutes)) for row in sessions] == told


def test_the_page_holds_still_for_who_wants_less_motion_and_on_paper(html):
    moving = re.findall(r"@media ([^{]+)\{\s*\.move \.moving\{display:inline\}", html["ankle"])
    assert moving == ["screen and (prefers-reduced-motion:no-preference)"]
    assert ".move .moving{display:none}" in html["ankle"]


@everyone
def test_pictures_can_be_held_still(html, pages, name):
    """WCAG 2.2, 2.2.2: what moves longer than five seconds can be stopped."""
    assert [a["id"] for a in pages[name].all("input", type="checkbox")] == ["still"]
    assert ("label", "Hold the pictures still") in pages[name].words
    assert ".plan:has(#still:checked) .move .moving { display: none; }" in html[name]


def test_a_hostile_word_stays_a_word():
    made = MADE["ankle"]
    spoilt = replace(made, choice=replace(made.choice, because="<script>alert(1)</script>"))
    assert "<script>" not in render_plan(spoilt, START)
    assert "<script>alert(1)</script>" in words_of(print_plan(spoilt, START)) + tell_plan(spoilt, START)


def colours_of(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", css))


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    digits = colour.removeprefix("#")
    digits = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def schemes():
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for name in ("colours.css", "plan.css"):
        css = files("kneewise").joinpath(f"templates/{name}").read_text(encoding="utf-8")
        day, night = re.split(r"@media[^{]*prefers-color-scheme: dark\) \{", css, maxsplit=1)
        light |= colours_of(day)
        dark |= colours_of(night.split("\n}", 1)[0])
    return {"light": light, "dark": light | dark}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "soft", "alarm"])
@pytest.mark.parametrize("ground", ["paper", "sheet", "tint"])
def test_words_stand_out_from_their_ground(scheme, ink, ground):
    """WCAG 2.2, 1.4.3: 4.5 to 1."""
    colours = schemes()[scheme]
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("light", ["green", "amber", "alarm"])
def test_the_lights_stand_out_from_the_paper(scheme, light):
    """WCAG 2.2, 1.4.11: 3 to 1 for what is no word."""
    colours = schemes()[scheme]
    assert contrast(colours[light], colours["paper"]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_numbers_of_training_days_stand_out(scheme):
    colours = schemes()[scheme]
    assert contrast(colours["knee"], colours["on-knee"]) >= 4.5


# The paper


@pytest.fixture(scope="module")
def papers():
    return {name: print_plan(made, START) for name, made in MADE.items()}


def words_of(pdf: bytes) -> str:
    return re.sub(
        r"\s+", " ", " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    )


@everyone
def test_the_paper_is_two_pages_of_a4(papers, name):
    pages = pypdf.PdfReader(io.BytesIO(papers[name])).pages
    assert len(pages) == 2
    for page in pages:
        size = [float(length) / 72 * 25.4 for length in page.mediabox[2:]]
        assert size == pytest.approx([210, 297], abs=0.1)


@everyone
def test_the_paper_holds_sessions_doses_light_stops_and_reviews(papers, name):
    made, told, sheet = MADE[name], words_of(papers[name]), lay_out(MADE[name], START)
    squeezed = told.replace(" ", "")
    for phase in sheet["phases"]:
        for row in phase["rows"]:
            assert f"{row['name']}{row['dose']}".replace(" ", "") in squeezed
    for light in PROGRAMME.lights:
        assert light.during.replace(" ", "") in squeezed
    wanted = (
        *(rule.says for rule in PROGRAMME.rules.values() if rule.kind is not RuleKind.DIARY),
        *PROGRAMME.heavy,
        made.choice.option.cue,
    )
    wanted += tuple(words for row in made.add_ons for words in row.do)
    wanted += tuple(line for phase in made.phases for line in phase.phase.exit)
    wanted += tuple(words for row in sheet["reviews"] for words in (row["on"], row["ask"]))
    assert [words for words in wanted if words.replace(" ", "") not in squeezed] == []


@everyone
def test_the_paper_carries_its_fonts_and_leads_nowhere(papers, name):
    reader = pypdf.PdfReader(io.BytesIO(papers[name]))
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        descriptor = font["/DescendantFonts"][0]["/FontDescriptor"]
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor)
    assert not any("/Annots" in page for page in reader.pages)


@everyone
def test_the_paper_can_be_read_aloud(papers, name):
    """Tagged as PDF/UA asks for, in English, each picture with its words."""
    reader = pypdf.PdfReader(io.BytesIO(papers[name]))
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata.title == "Your plan"
    spoken = {str(alt) for alt in alternatives(reader.trailer["/Root"]["/StructTreeRoot"])}
    positions = ("start", "middle", "end")
    assert spoken >= {f"{row.name}: {p}" for row in exercises(MADE[name]).values() for p in positions}


def alternatives(node):
    """Every alternative text below a node of the structure tree."""
    node = node.get_object()
    if isinstance(node, pypdf.generic.ArrayObject):
        for child in node:
            yield from alternatives(child)
    elif isinstance(node, pypdf.generic.DictionaryObject):
        if "/Alt" in node:
            yield node["/Alt"]
        if "/K" in node:
            yield from alternatives(node["/K"])


def test_the_same_plan_and_day_make_the_same_paper(papers):
    assert print_plan(MADE["smallest"], START) == papers["smallest"]
    assert print_plan(MADE["smallest"], date(2026, 11, 28)) != papers["smallest"]


def deepest(move: Move) -> float:
    """Height of the hips in the last position. [m]"""
    return move.end.pelvis[2]


def test_a_squat_with_less_depth_is_drawn_with_less_depth_today_and_with_all_of_it_later():
    sheet = lay_out(MADE["tendon"], START)
    whole = read_moves()["squat"]
    assert sheet["technique"]["id"] == "less_depth"
    assert deepest(moves_today(sheet)["squat"]) == pytest.approx(whole.middle.pelvis[2])
    assert moves_today(sheet)["squat"].start == whole.start
    assert moves_of(sheet)["squat"] == whole
    assert moves_today(lay_out(MADE["ankle"], START))["squat"] == whole, "with another way to squat"


@pytest.mark.parametrize("move", read_moves().values(), ids=lambda move: move.id)
def test_positions_on_paper_are_of_one_size_and_need_no_style(move):
    drawn = [ElementTree.fromstring(svg) for svg in draw_positions(move)]
    assert len(drawn) == 3
    assert len({svg.get("viewBox") for svg in drawn}) == 1
    assert not any("var(" in svg for svg in draw_positions(move))
    assert len(set(draw_positions(move))) == 3, "start, middle and end differ"


# Anybody


@settings(max_examples=25, deadline=None)
@given(
    circumstances=circumstances,
    responses=responses,
    bands=any_bands,
    clearance=clearances,
    start=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_every_plan_becomes_a_page(circumstances, responses, bands, clearance, start):
    made = make_plan(PROGRAMME, clearance, bands, responses, circumstances)
    page = Page(render_plan(made, start))
    assert page.open == []
    assert sorted(a["id"] for a in page.all("article")) == sorted(exercises(made))
    assert json.loads(json.dumps(lay_out(made, start), allow_nan=False))


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(circumstances=circumstances, responses=responses, bands=any_bands, clearance=clearances)
def test_every_plan_fits_on_two_pages(circumstances, responses, bands, clearance):
    made = make_plan(PROGRAMME, clearance, bands, responses, circumstances)
    assert len(pypdf.PdfReader(io.BytesIO(print_plan(made, START))).pages) == 2
