import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pytest

from kneewise.conventions import BodyMeasure, JointLoad, LegMeasure, Outline, Side, Task, View
from kneewise.model import (
    Analysis,
    Burden,
    Capture,
    Case,
    Finding,
    Issue,
    Loads,
    Motion,
    Peaks,
    Person,
    Pose,
    Repetition,
    Severity,
    Study,
    Trial,
    Unmeasured,
    Value,
)
from kneewise.pose.overlay import Overlay
from kneewise.report import PURPOSE, Pictures, illustrate, render, summarise

TIME = np.arange(0, 6, 1 / 30)
BEND = math.radians(110) * np.sin(np.pi * TIME / 3) ** 2
JPEG = b"\xff\xd8\xff\xe0 not really a picture"
REPETITIONS = (
    Repetition(task=Task.SQUAT, start=0.1, bottom=1.5, end=2.9, hold=0.4, complete=True),
    Repetition(task=Task.SQUAT, start=3.1, bottom=4.5, end=5.9, hold=0.4, complete=False),
)


def squatting() -> tuple[Pose, Motion]:
    """Shank and trunk lean by half, the thigh tips back: a planar squat with equal sides."""
    n = len(TIME)
    shank, trunk = 0.3 * BEND, 0.35 * BEND
    thigh = BEND - shank
    joints = np.zeros((n, 2, 6, 3))
    joints[..., 1] = np.array([s.outward for s in Side])[:, None] * 0.1
    joints[:, :, 5, 0] = 0.2
    joints[:, :, 3, 2] = 0.08
    for to, start, angle, length in ((2, 3, shank, 0.42), (1, 2, -thigh, 0.42), (0, 1, trunk, 0.5)):
        step = length * np.stack([np.sin(angle), np.cos(angle)], axis=-1)
        joints[:, :, to, ::2] = joints[:, :, start, ::2] + step[:, None]
    leg, body = np.full((n, 2, len(LegMeasure)), np.nan), np.full((n, len(BodyMeasure)), np.nan)
    leg[:, :, LegMeasure.KNEE_FLEXION] = BEND[:, None]
    leg[:, :, LegMeasure.HIP_FLEXION] = (thigh + trunk)[:, None]
    leg[:, :, LegMeasure.SHANK_INCLINATION] = shank[:, None]
    body[:, BodyMeasure.TRUNK_INCLINATION], body[:, BodyMeasure.DEPTH] = trunk, 0.4 * BEND
    outline = np.zeros((n, len(Outline)))
    outline[:, Outline.DEPTH] = 0.4 * BEND
    sd = math.radians(3)
    motion = Motion(
        time=TIME, leg=leg, leg_sd=np.where(np.isnan(leg), np.nan, sd), body=body,
        body_sd=np.where(np.isnan(body), np.nan, sd), leg_draws=np.zeros((0, *leg.shape)),
        body_draws=np.zeros((0, *body.shape)), outline=outline,
    )  # fmt: skip
    pose = Pose(
        time=TIME, joints=joints, joints_sd=np.full_like(joints, 0.01), draws=np.zeros((0, *joints.shape))
    )
    return pose, motion


def values() -> tuple[Value, ...]:
    return (
        *(
            Value(measure="knee_flexion", side=side, at="bottom", value=math.radians(110), sd=math.radians(3))
            for side in Side
        ),
        Value(
            measure="trunk_inclination", side=None, at="bottom", value=math.radians(38), sd=math.radians(4)
        ),
        Value(measure="trunk_minus_shin", side=None, at="bottom", value=math.radians(5), sd=math.radians(5)),
        Value(measure="knee_flexion", side=None, at="left_minus_right", value=0.0, sd=math.radians(4)),
        Value(measure="down", side=None, at="repetition", value=1.2, sd=0.07),
    )


def loads() -> Loads:
    leg = np.full((len(TIME), 2, len(JointLoad)), np.nan)
    leg[:, :, JointLoad.KNEE_MOMENT] = 80 * np.sin(BEND)[:, None]
    leg[:, :, JointLoad.PATELLOFEMORAL_FORCE] = 2200 * np.sin(BEND / 2)[:, None]
    leg[:, :, JointLoad.PATELLOFEMORAL_STRESS] = 6e6
    unknown = np.full(len(TIME), np.nan)
    steps = np.linspace(-1.7, 1.7, 101)[:, None, None]
    peaks = Peaks(leg=leg.max(axis=0) * (1 + 0.1 * steps), lumbar=np.full(101, np.nan))
    return Loads(
        time=TIME, leg=leg, leg_sd=0.1 * leg, leg_low=0.8 * leg, leg_high=1.2 * leg, lumbar=unknown,
        lumbar_sd=unknown, lumbar_low=unknown, lumbar_high=unknown,
        assumptions=("Only the feet touch anything.",), peaks=(peaks, peaks),
    )  # fmt: skip


def measured(name: str = "squat.mp4", **changes: object) -> Study:
    pose, motion = squatting()
    capture = Capture(
        view=View.SIDE, azimuth=-1.5, azimuth_sd=0.03, pitch=0.0, pitch_sd=0.01, camera_height=0.9,
        camera_distance=3.0, residual=0.012,
        issues=(Issue(id="dark", severity=Severity.WARNING, because="it is dark", remedy="more light"),),
    )  # fmt: skip
    trial = Trial(
        name=name, digest="ab" * 32, condition="baseline", burden=Burden(), capture=capture, pose=pose,
        provenance={"estimator": "fixed"},
    )  # fmt: skip
    told = Study(
        trial=trial,
        motion=motion,
        repetitions=REPETITIONS,
        values=(values(), values()),
        loads=loads(),
        findings=(
            Finding(
                id="knees_past_toes", statement="The knees travel ahead of the toes.", value=0.05, sd=0.02,
                unit="cm", side=Side.LEFT, sure=False, because="more than 2 cm",
            ),
            Finding(
                id="right_bends_more", statement="The right knee bends more.", value=-0.21, sd=0.02, unit="°",
                side=None, sure=True, because="more than 8°",
            ),
        ),
        unmeasured=(
            Unmeasured(what="pelvis_shift", because="it is a side view", remedy="film from the front"),
            Unmeasured(what="heel_rise", because="the feet are blurred", remedy="put on the light"),
        ),
    )  # fmt: skip
    return replace(told, **changes)


def refused(name: str = "dark.mp4") -> Study:
    issue = Issue(
        id="feet_out_of_frame", severity=Severity.REFUSED, because="the feet are cut off in 80 % of the film",
        remedy="step back until the feet are in the picture",
    )  # fmt: skip
    trial = Trial(
        name=name, digest="cd" * 32, condition="baseline", burden=Burden(), pose=None,
        capture=Capture(view=View.UNKNOWN, issues=(issue,)),
    )  # fmt: skip
    return Study(
        trial=trial, motion=None, repetitions=(), values=(), loads=None, findings=(),
        unmeasured=(Unmeasured(what="repetitions", because=issue.because, remedy=issue.remedy),),
    )  # fmt: skip


def analysis(*studies: Study, mass: float | None = 70.0) -> Analysis:
    person = Person(height=1.75, mass=mass, assumed=("sex",))
    return Analysis(case=Case(person=person, trials=tuple(study.trial for study in studies)), studies=studies)


def overlay() -> Overlay:
    return Overlay(
        frames=10, repetition=0, clip=b"clip", clip_start=0.0, clip_end=3.2, stills_at=(0.1, 0.8, 1.5),
        stills=(JPEG,) * 3,
    )  # fmt: skip


def page(*studies: Study, drawn: bool = True, mass: float | None = 70.0) -> str:
    summary = summarise(analysis(*studies, mass=mass), {"kneewise": "0"})
    pictures = [
        illustrate(study, overlay() if drawn and study.repetitions else None, i)
        for i, study in enumerate(studies)
    ]
    return render(summary, pictures)


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
    assert left["knee_moment_nm"]["low"] == pytest.approx(80 * (1 - 0.1 * 1.53), abs=0.1)
    assert left["knee_moment_nm"]["high"] == pytest.approx(80 * (1 + 0.1 * 1.53), abs=0.1)
    assert left["hip_moment_nm"] is None
    assert told["because"] is None
    assert told["relative_peaks"] is None


def test_without_a_mass_peaks_are_told_in_body_weights() -> None:
    relative = replace(loads(), relative=True)
    told = summarise(analysis(measured(loads=relative), mass=None), {})["loads"]
    left = told["relative_peaks"][0]["left"]
    assert told["peaks"] is None
    assert "mass" in told["because"]
    assert left["knee_moment_nm_per_kg"]["value"] == pytest.approx(80, abs=0.1)
    assert left["patellofemoral_force_bw"]["value"] == pytest.approx(
        2200 * np.sin(BEND.max() / 2) / 9.81, rel=1e-3
    )
    assert left["patellofemoral_stress_mpa_per_kg"]["value"] == 6.0


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
    assert "about 2.6 times body weight (2.1 to 3.1)" in words
    assert "Only the feet touch anything." in words


@pytest.mark.parametrize(
    "word", ["diagnos", "cure", "treat", "rehab", "therap", "patient", "fault in your", "injury"]
)
def test_words_that_are_not_ours_do_not_appear(word: str) -> None:
    assert word not in Links(page(measured(), refused())).words.lower()


def test_a_page_without_any_picture_still_stands() -> None:
    assert Pictures() == illustrate(refused(), None, 0)
    assert "<h1>No measurement yet</h1>" in page(refused())
