import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from studies import measured, refused

import kneewise
from kneewise.knowledge import read_everyday_loads
from kneewise.model import Analysis, Case, Person, Study, Value
from kneewise.pose.overlay import Overlay
from kneewise.report import PURPOSE, Pictures, illustrate, illustrate_loads, render, summarise

JPEG = b"\xff\xd8\xff\xe0 not really a picture"


def analysis(*studies: Study, mass: float | None = 70.0) -> Analysis:
    person = Person(height=1.75, mass=mass, assumed=("sex",))
    return Analysis(case=Case(person=person, trials=tuple(study.trial for study in studies)), studies=studies)


def overlay() -> Overlay:
    return Overlay(
        frames=10, repetition=0, clip=b"clip", clip_start=0.0, clip_end=3.2, stills_at=(0.1, 0.8, 1.5),
        stills=(JPEG,) * 3,
    )  # fmt: skip


def page(*studies: Study, drawn: bool = True, mass: float | None = 70.0) -> str:
    everyday = read_everyday_loads()
    whole = analysis(*studies, mass=mass)
    summary = summarise(whole, {"kneewise": "0"}, everyday=everyday)
    pictures = [
        illustrate(study, overlay() if drawn and study.repetitions else None, i)
        for i, study in enumerate(studies)
    ]
    loads = [illustrate_loads(study, whole.case.person, everyday) for study in studies]
    return render(summary, pictures, loads=loads)


class Links(HTMLParser):
    """Every address a page names, and its words without style and script."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [
            v or "" for k, v in attrs if k in ("src", "href", "poster", "srcset", "action", "data")
        ]

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1] not in ("style", "script"):
            self.words += data


def test_the_summary_is_plain_json_without_nan() -> None:
    text = json.dumps(summarise(analysis(measured(), refused()), {"kneewise": "0"}), allow_nan=False)
    assert json.loads(text)["schema"] == "kneewise.summary/1"


def test_the_summary_keeps_its_contract() -> None:
    summary = summarise(analysis(measured(), refused()), {"kneewise": "0"})
    assert {"schema", "versions", "person", "films", "repetitions", "findings", "unmeasured", "loads"} <= set(
        summary
    )
    assert [film["name"] for film in summary["films"]] == ["squat.mp4", "dark.mp4"]
    assert summary["films"][0]["view"] == "side"
    assert summary["films"][1]["refusals"][0]["id"] == "feet_out_of_frame"
    assert {"start_s", "bottom_s", "end_s", "complete", "down_s", "hold_s", "up_s", "values"} <= set(
        summary["repetitions"][0]
    )
    assert {row["what"] for row in summary["unmeasured"]} == {"pelvis_shift", "heel_rise", "repetitions"}


def test_numbers_are_in_display_units_with_their_error() -> None:
    bottom = summarise(analysis(measured()), {})["repetitions"][0]["values"]["bottom"]
    assert bottom["knee_flexion"]["left"] == {"value": 110.0, "sd": 3.0, "unit": "°"}
    assert bottom["trunk_inclination"] == {"value": 38.0, "sd": 4.0, "unit": "°"}


def test_loads_are_peaks_with_the_unit_in_the_name() -> None:
    told = summarise(analysis(measured()), {})["loads"]
    left = told["peaks"][0]["left"]
    assert left["knee_moment_nm"]["value"] == pytest.approx(80, abs=0.1)
    assert left["patellofemoral_stress_mpa"]["value"] == 6.0
    assert left["hip_moment_nm"] is None
    assert told["because"] is None


def test_missing_loads_say_why() -> None:
    told = summarise(analysis(measured(loads=None), mass=None), {})["loads"]
    assert told["peaks"] is None
    assert "mass" in told["because"]
    assert "Not estimated: the body mass was not given" in Links(page(measured(loads=None), mass=None)).words


def test_a_wrong_measure_is_a_programmers_mistake() -> None:
    wrong = (Value(measure="nonsense", side=None, at="bottom", value=1.0, sd=0.1),)
    with pytest.raises(KeyError):
        summarise(analysis(measured(values=(wrong, wrong))), {})


def test_the_page_needs_nothing_from_outside() -> None:
    html = page(measured(), refused())
    assert all(address.startswith("data:") for address in Links(html).addresses)
    assert (
        re.search(
            r"url\(|@import|//[a-z]", re.sub(r'(?s)xmlns="[^"]*"|data:[^"]*|<script>.*?</script>', "", html)
        )
        is None
    )
    assert "default-src &#39;none&#39;" in html or "default-src 'none'" in html


def test_no_style_is_forbidden_by_the_pages_own_policy() -> None:
    assert re.search(r"<[^>]+ style=", page(measured(), refused())) is None


def test_the_page_says_its_purpose() -> None:
    assert PURPOSE in Links(page(measured())).words


def test_when_to_stop_comes_first_then_what_was_seen_then_how_it_looked() -> None:
    words = Links(page(measured())).words
    places = [
        words.index(part) for part in ("Stop and see a clinician", "What we saw", "The whole repetition")
    ]
    assert places == sorted(places)
    assert words.count("Stop and see a clinician") == 1


def test_the_note_under_the_table_names_what_the_table_holds() -> None:
    html = page(measured())
    (head,) = re.findall(r'(?s)aria-label="Table of repetitions".*?</thead>', html)
    assert ("depth" in head) == ("depth at the lowest point" in html)
    assert re.search(r"(Angles|Angles and depth|Depth) at the lowest point\.", html)


def test_everything_unmeasured_is_on_the_page() -> None:
    words = Links(page(measured())).words
    for label, because, remedy in (
        ("pelvis shift", "it is a side view", "film from the front"),
        ("heel rise", "the feet are blurred", "put on the light"),
    ):
        assert label in words
        assert because in words
        assert remedy in words


def test_a_refused_film_says_so_first() -> None:
    words = Links(page(refused())).words
    assert words.index("could not be measured") < words.index("the feet are cut off")
    assert "step back" in words
    assert "How to film it" in words
    assert "What we saw:" in words
    assert "The clearest repetition" not in words


def test_a_film_without_a_squat_says_so() -> None:
    study = refused()
    issue = replace(study.trial.capture.issues[0], id="no_squat")
    study = replace(study, trial=replace(study.trial, capture=replace(study.trial.capture, issues=(issue,))))
    assert "No squat was found" in Links(page(study)).words


def test_of_several_films_each_has_its_section() -> None:
    html = page(measured("one.mp4"), measured("two.mp4"), refused())
    assert [f"film{i}" in html for i in range(3)] == [True] * 3
    assert "1 of 3 films could not be measured" in Links(html).words


def test_a_hostile_film_name_stays_text() -> None:
    name = '<script>alert("x")</script>.mp4'
    html = page(measured(name), refused(name))
    assert "<script>alert" not in html
    assert name in Links(html).words


def test_the_clip_and_its_curve_share_their_time() -> None:
    html = page(measured())
    assert 'data-film="film0"' in html
    assert re.search(r'data-curve="film0" data-t0="0" data-t1="3.200" data-x0="\d+" data-x1="\d+"', html)


def test_without_a_film_postures_are_drawn() -> None:
    html = page(measured(), drawn=False)
    assert "video" not in Links(html).tags
    assert "img" not in Links(html).tags
    assert html.count("<title>top</title>") == 1


def test_the_story_counts_only_whole_repetitions() -> None:
    story = " ".join(summarise(analysis(measured()), {})["films"][0]["story"])
    assert "1 squat measured, and 1 more that the film cuts off" in story
    assert "110°" in story
    assert "from the right side" in story


def test_numbers_have_only_digits_that_are_known() -> None:
    words = Links(page(measured())).words.replace("\N{NO-BREAK SPACE}", " ")
    assert "5 ± 4 cm" in words
    assert "12° ± 2°" in words
    assert "−12" not in words


def test_the_kneecap_is_compared_with_body_weight() -> None:
    words = Links(page(measured())).words
    assert "about 2.6 times body weight (2.2 to 3.1)" in words
    assert "Only the feet touch anything." in words


def test_stress_is_in_the_table_only_with_its_band_and_its_warning() -> None:
    words = Links(page(measured())).words
    table = words[words.index("All loads in numbers") :]
    assert "MPa" not in words.replace(table, "")
    assert re.search(r"pressure behind the kneecap \* MPa\s*6\.0\s*5\.0 to 7\.0", table)
    assert "Does not compare across studies" in table


def test_measured_forces_are_not_denied() -> None:
    study = measured()
    plates = replace(study, trial=replace(study.trial, provenance={"forces": "squat_grf.mot"}))
    assert "no force was measured" in Links(page(study)).words
    assert "no force was measured" not in Links(page(plates)).words


def test_load_is_called_no_danger() -> None:
    words = Links(page(measured())).words
    assert "a high number is not a danger by itself" in words
    assert "adapt" in words


@pytest.mark.parametrize(
    "word", ["diagnos", "cure", "treat", "rehab", "therap", "patient", "fault in your", "injury"]
)
def test_words_that_are_not_ours_do_not_appear(word: str) -> None:
    assert word not in Links(page(measured(), refused())).words.lower()


def test_a_page_without_any_picture_still_stands() -> None:
    assert Pictures() == illustrate(refused(), None, 0)
    assert "<h1>No measurement yet</h1>" in page(refused())


def luminance(colour: str) -> float:
    """Relative luminance of a colour, as WCAG 2 defines it."""
    digits = colour.removeprefix("#")
    digits = "".join(2 * d for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("letters", "ground"),
    [("on-hip", "hip"), ("on-knee", "knee"), ("on-ankle", "ankle"), ("soft", "paper"), ("ink", "paper")],
)
def test_letters_stand_out_from_their_ground(scheme: int, letters: str, ground: str) -> None:
    style = re.findall(
        r":root \{(.*?)\}", re.search(r"<style>(.*?)</style>", page(refused()), re.S)[1], re.S
    )[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#\w+);", style))
    darker, lighter = sorted(luminance(colours[name]) for name in (letters, ground))
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_a_colour_is_said_once_for_pages_and_reports():
    package = Path(kneewise.__file__).parent
    styles = [*(package / "templates").rglob("*.css"), *(package.parents[1] / "web/src").rglob("*.css")]
    colours = re.findall(r"^ *(--[a-z-]+): *#", (package / "templates/colours.css").read_text(), re.MULTILINE)
    # Paper has colours of its own.
    texts = {one.name: one.read_text().partition("@media print")[0] for one in styles}
    said = {name: [file for file, text in texts.items() if f"{name}:" in text] for name in colours}
    assert len(colours) > 20
    assert {name: places for name, places in said.items() if places != ["colours.css"]} == {}
