"""A film that was measured with another stature is read again without the film, as if it were measured anew."""

from dataclasses import replace

import numpy as np
import pytest

from kneewise import Person, load_estimator
from kneewise.conventions import Sex
from kneewise.pipeline import observe, reread
from kneewise.samples import sample_film

TOLD = Person(height=1.78, height_sd=0.01, mass=75.0, sex=Sex.MALE)
CORRECTED = replace(TOLD, height=1.62)
MM = 1e-3


@pytest.fixture(scope="module")
def trials():
    """The sample film measured for both statures."""
    estimator = load_estimator("lite")
    with sample_film("squat_side") as film:
        return [observe(film, person, estimator).trial for person in (TOLD, CORRECTED)]


def test_reading_again_gives_what_measuring_anew_gives(trials):
    then, anew = trials
    again = reread(then, CORRECTED)
    np.testing.assert_allclose(again.pose.joints, anew.pose.joints, atol=0.5 * MM)
    np.testing.assert_allclose(again.pose.joints_sd, anew.pose.joints_sd, atol=0.5 * MM)
    assert again.capture.camera_distance == pytest.approx(anew.capture.camera_distance, rel=1e-3)
    assert again.provenance == anew.provenance


def test_a_smaller_person_squats_less_far(trials):
    then, _ = trials
    spans = [np.nanmax(t.pose.joints[..., 2]) for t in (then, reread(then, CORRECTED))]
    assert spans[1] / spans[0] == pytest.approx(1.62 / 1.78, rel=0.02)


def test_what_was_measured_with_this_stature_stays_as_it_is(trials):
    then, _ = trials
    assert reread(then, TOLD) is then
    assert reread(then, replace(TOLD, mass=90.0)) is then


def test_what_has_no_readings_stays_as_it_is(trials):
    blind = replace(trials[0], readings=None)
    assert reread(blind, CORRECTED) is blind
