"""Predictions against films: closed forms of a score, the tally, and honest bands."""

import json
import math

import numpy as np
import pytest
from test_words import BANNED

from kneewise.conventions import Effect
from kneewise.foretelling import (
    HONEST,
    bias,
    count_scores,
    read_tally,
    say_score,
    say_tally,
    score,
    see,
    share_inside,
    spread,
    tell_tally,
    too_narrow,
)
from kneewise.model.foretold import Seen, Tally
from kneewise.model.supposed import Amount

WIDE = 1.6449


def foretold(change=-20.0, sd=5.0, low=None, high=None, today=100.0):
    """An amount as the what-if tells it, normal unless the ends of its band are given."""
    ends = (change - WIDE * sd if low is None else low, change + WIDE * sd if high is None else high)
    ratio = change / today
    return Amount(
        value=today + change, sd=sd, low=today + ends[0], high=today + ends[1],
        change=change, change_sd=sd, change_low=ends[0], change_high=ends[1],
        ratio=ratio, ratio_low=ends[0] / today, ratio_high=ends[1] / today,
    )  # fmt: skip


def scored(change, sd=5.0, told=None):
    return score(Effect.KNEE_MOMENT, told or foretold(), Seen(change=change, sd=sd))


def test_films_that_show_what_was_foretold_have_no_distance_from_it():
    one = scored(-20.0)
    assert one.z == 0
    assert one.inside
    assert one.right is True


def test_distance_is_counted_in_both_errors_together():
    assert scored(-7.0, sd=12.0).z == pytest.approx((-7 + 20) / 13)


def test_band_grows_by_the_error_of_the_films_as_errors_do():
    one = scored(-20.0, sd=12.0)
    assert one.high - one.low == pytest.approx(2 * WIDE * 13, rel=1e-4)


def test_band_that_leans_to_one_side_stays_so():
    one = scored(-20.0, sd=1e-9, told=foretold(low=-22.0, high=-5.0))
    assert (one.low, one.high) == (pytest.approx(-22.0), pytest.approx(-5.0))
    assert not scored(-23.0, sd=1e-9, told=foretold(low=-22.0, high=-5.0)).inside
    assert scored(-6.0, sd=1e-9, told=foretold(low=-22.0, high=-5.0)).inside


def test_likeliest_change_outside_its_band_still_has_a_band_around_it():
    one = scored(-20.0, sd=2.0, told=foretold(change=-20.0, low=-18.0, high=-5.0))
    assert one.low == pytest.approx(-20 - WIDE * 2)
    assert one.inside


@pytest.mark.parametrize(("change", "right"), [(-9.0, True), (9.0, False), (-8.0, None), (8.0, None)])
def test_sign_is_told_only_where_films_can_tell_it(change, right):
    assert scored(change).right is right


def test_prediction_of_no_change_has_no_sign_to_be_right_about():
    assert scored(30.0, told=foretold(change=0.0)).right is None


def test_tally_adds_up_its_scores():
    scores = [scored(-20.0), scored(60.0), scored(-7.0, sd=12.0)]
    tally = count_scores(scores)
    z = np.array([one.z for one in scores])
    assert (tally.count, tally.inside, tally.right, tally.wrong) == (3, 2, 1, 1)
    assert bias(tally) == pytest.approx(z.mean())
    assert spread(tally) == pytest.approx(math.sqrt((z**2).mean()))
    assert share_inside(tally) == pytest.approx(2 / 3)


def test_tally_goes_on_where_it_stopped():
    scores = [scored(change) for change in (-30.0, -20.0, 40.0)]
    assert count_scores(scores[1:], count_scores(scores[:1])) == count_scores(scores)


def test_a_tally_that_was_stored_is_the_same_again():
    tally = count_scores([scored(change) for change in (-31.3, -20.1, 4.7)])
    assert read_tally(json.loads(json.dumps(tell_tally(tally)))) == tally
    for wrong in ({}, {**tell_tally(tally), "more": 1}, {**tell_tally(tally), "inside": 9}):
        with pytest.raises(ValueError, match="ally"):
            read_tally(wrong)


def test_empty_tally_says_nothing_about_itself():
    empty = Tally()
    assert all(math.isnan(number) for number in (share_inside(empty), bias(empty), spread(empty)))
    assert not too_narrow(empty)
    assert "No change was filmed yet" in say_tally(empty)


def test_honest_bands_hold_nine_of_ten():
    rng = np.random.default_rng(3)
    count, true_sd, film_sd = 4000, 5.0, 3.0
    truths = -20 + true_sd * rng.standard_normal(count)
    films = truths + film_sd * rng.standard_normal(count)
    tally = count_scores(scored(float(change), sd=film_sd) for change in films)
    error = math.sqrt(HONEST * (1 - HONEST) / count)
    assert abs(share_inside(tally) - HONEST) < 4 * error
    assert spread(tally) == pytest.approx(1.0, abs=0.05)
    assert abs(bias(tally)) < 4 / math.sqrt(count)
    assert not too_narrow(tally)


@pytest.mark.parametrize(
    ("inside", "count", "narrow"), [(9, 10, False), (7, 10, False), (6, 10, True), (1, 2, False)]
)
def test_bands_are_called_too_narrow_only_when_chance_would_hardly_do_it(inside, count, narrow):
    assert too_narrow(Tally(count=count, inside=inside)) is narrow


def test_what_films_share_is_no_error_of_their_difference():
    rng = np.random.default_rng(5)
    body, errors = rng.normal(100, 20, 4000), rng.normal(0, 3, (2, 4000))
    seen = see((body + errors[0])[:, None], (body - 15 + errors[1])[:, None])
    assert seen.change == pytest.approx(-15, abs=0.3)
    assert seen.sd == pytest.approx(3 * math.sqrt(2), rel=0.05)


def test_films_without_error_are_refused():
    with pytest.raises(ValueError, match="without error"):
        Seen(change=1.0, sd=0.0)


@pytest.mark.parametrize("wrong", [{"count": 1, "inside": 2}, {"count": 1, "right": 1, "wrong": 1}])
def test_impossible_tally_is_refused(wrong):
    with pytest.raises(ValueError, match="cannot be"):
        Tally(**wrong)


def test_score_is_told_as_shares_of_today():
    assert say_score(scored(-15.0, sd=6.0)) == (
        "Turning load at the knee: foretold 20% less, your films show 15% less, give or take 6%: as foretold."
    )
    assert say_score(scored(-15.0, sd=12.0)).endswith(
        "that fits, but the films alone could not tell it from no change."
    )
    assert "show 30% more" in say_score(scored(30.0))
    assert say_score(scored(30.0)).endswith("not as foretold.")
    assert "show no change" in say_score(scored(0.0))


@pytest.mark.parametrize("effect", list(Effect))
def test_words_of_a_score_are_plain(effect):
    said = say_score(score(effect, foretold(), Seen(change=-15.0, sd=6.0)))
    assert not BANNED.search(said)


def test_tally_says_when_films_count_for_more():
    assert say_tally(Tally(count=10, inside=9)) == (
        "9 of 10 predictions came true within their stated error; nine of ten should."
    )
    assert "films count for more" in say_tally(Tally(count=10, inside=4))
