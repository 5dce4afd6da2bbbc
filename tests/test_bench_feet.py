"""`kneewise bench feet`: how errors are counted, and what the page says of them."""

import json

import pytest

from kneewise.bench.feet import Outcome, measure_fault, measure_feet, measure_one, summarise_outcomes
from kneewise.bench.feet_page import render_feet_page, render_feet_text

MADE = {
    "command": "kneewise bench feet",
    "version": "0",
    "date": "2026-01-01",
    "seconds": 1.0,
    "processor": "none",
    "cores": 1,
}


def measured(seed, length_mm, width_mm=0.0, sd_mm=1.0):
    return Outcome(
        kind="foot on A4",
        seed=seed,
        errors=(1e-3 * length_mm, 1e-3 * width_mm),
        sds=(1e-3 * sd_mm, 1e-3 * sd_mm),
        parts={"the lens": (1e-3 * sd_mm, 0.0)},
        right_side=True,
    )


OUTCOMES = [
    measured(0, 0.5, 4.0),
    measured(1, -0.5, 4.0),
    measured(2, 1.5, 4.0),
    measured(3, -1.5, 4.0),
    Outcome(kind="foot on A4", seed=4, refusal="No foot."),
]
FAULTS = {"sock": {"photos": 2, "refused": 1, "measured_right": 0, "measured_wrong": 1}}
SUMMARY = {"kinds": summarise_outcomes(OUTCOMES), "faults": FAULTS, "made": MADE}


def test_errors_of_known_photos_are_counted():
    row = SUMMARY["kinds"]["foot on A4"]
    assert (row["photos"], row["refused"], row["side_right"]) == (5, 1, 4)
    assert row["length_mm"]["bias"] == 0
    assert row["length_mm"]["rms"] == pytest.approx(1.25**0.5, abs=0.01)
    assert row["length_mm"]["within_1_sd"] == 0.5
    assert row["length_mm"]["within_2_sd"] == 1.0
    assert row["width_mm"]["within_2_sd"] == 0.0


@pytest.mark.parametrize("text", [render_feet_text(SUMMARY), render_feet_page(SUMMARY, [])])
def test_what_is_too_large_or_wrong_is_said(text):
    assert "4 of 5 sound photos were measured; 1 of 2 sizes" in text
    assert "1 of 2 photos with a fault were measured wrong" in text
    assert "+4.0" in text


def test_the_page_says_where_stated_errors_come_from():
    assert SUMMARY["kinds"]["foot on A4"]["parts_mm"] == {"the lens": [1.0, 0.0]}
    assert "| the lens | 1.0 · 0.0 |" in render_feet_page(SUMMARY, [])


def test_a_kind_that_was_always_refused_has_no_errors():
    kinds = summarise_outcomes([Outcome(kind="foot on A4", seed=0, refusal="No foot.")])
    assert kinds["foot on A4"]["length_mm"] == {}
    assert "0 of 1 sound photos" in render_feet_page({**SUMMARY, "kinds": kinds}, [])


def test_a_rendered_insole_is_measured_from_its_file():
    outcome = measure_one("a4", "insole", 902_000)
    assert outcome.kind == "insole on A4"
    assert max(abs(error) for error in outcome.errors) < 0.003


def test_a_blurred_photo_is_tallied_as_refused():
    assert measure_fault("blurred", 1, 950_001) == {
        "photos": 1, "refused": 1, "measured_right": 0, "measured_wrong": 0
    }  # fmt: skip


def test_the_summary_says_how_far_it_is(monkeypatch):
    monkeypatch.setattr("kneewise.bench.feet.measure_one", lambda *_: OUTCOMES[0])
    monkeypatch.setattr("kneewise.bench.feet.measure_fault", lambda *_: dict(FAULTS["sock"]))
    shares = []
    summary = measure_feet(4, lambda _, share: shares.append(share))
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert shares[-1] < 1
    assert json.loads(json.dumps(summary))["kinds"]["foot on A4"]["photos"] == 4 + 1 + 2
