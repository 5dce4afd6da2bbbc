from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kneewise.signals import even_grid, first_below, last_below, low_pass, resample, runs, smooth

TIME = np.arange(600) / 100
MASKS = arrays(bool, st.integers(0, 60))
SERIES = arrays(float, st.integers(1, 40), elements=st.floats(-1, 1))


def test_runs_are_the_stretches_that_are_true():
    mask = np.array([1, 1, 0, 1, 0, 0, 1, 1, 1], dtype=bool)
    assert runs(mask) == (slice(0, 2), slice(3, 4), slice(6, 9))


@given(mask=MASKS)
def test_runs_together_are_the_mask(mask):
    again = np.zeros(len(mask), dtype=bool)
    for run in runs(mask):
        again[run] = True
    assert np.array_equal(again, mask)


@given(mask=MASKS)
def test_no_two_runs_touch(mask):
    found = runs(mask)
    assert all(one.stop < other.start for one, other in pairwise(found))


@given(level=st.floats(-10, 10), slope=st.floats(-5, 5))
def test_smoothing_leaves_the_inside_of_a_straight_line_alone(level, slope):
    line = level + slope * TIME
    inside = (TIME > 1) & (TIME < 5)  # further than five widths from the ends, which are held
    assert smooth(TIME, line, 0.1)[inside] == pytest.approx(line[inside], abs=1e-6)


@pytest.mark.parametrize("frequency", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("width", [0.04, 0.08])
def test_smoothing_lowers_a_wave_as_a_gaussian_does(frequency, width):
    wave = np.sin(2 * np.pi * frequency * (TIME - 3))
    left = np.exp(-2 * (np.pi * frequency * width) ** 2)  # the Fourier transform of a Gaussian
    inside = (TIME > 1) & (TIME < 5)
    # 1 %: the samples are 10 ms apart, and the kernel is cut at four widths.
    assert smooth(TIME, wave, width)[inside] == pytest.approx(left * wave[inside], abs=0.01 * left)


@pytest.mark.parametrize("ratio", [0.1, 0.2, 0.3])
def test_a_peak_is_lowered_by_no_more_than_the_docstring_says(ratio):
    half_width = 0.4
    peak = np.exp(-0.5 * ((TIME - 3) / half_width) ** 2)
    lost = 1 - smooth(TIME, peak, ratio * half_width).max()
    assert lost <= 0.5 * ratio**2 + 1e-3  # rounding of the sampled peak


def test_smoothing_works_in_seconds_and_not_in_frames():
    dense = np.arange(2400) / 400
    coarse = dense[::4]
    one, other = (smooth(time, np.sin(time), 0.1) for time in (dense, coarse))
    assert one[::4][100:-100] == pytest.approx(other[100:-100], abs=1e-3)


def test_smoothing_on_uneven_time_stamps_keeps_a_straight_line(rng):
    time = np.cumsum(rng.uniform(0.02, 0.05, 200))
    inside = (time > time[0] + 0.5) & (time < time[-1] - 0.5)
    assert smooth(time, 2 * time, 0.08)[inside] == pytest.approx(2 * time[inside], abs=1e-6)


def test_smoothing_takes_noise_down_by_the_share_that_theory_says(rng):
    noise = rng.standard_normal(60_000)
    time = np.arange(len(noise)) / 100
    width = 0.08
    left = smooth(time, noise, width).std()
    # White noise through a Gaussian of s samples keeps 1 / sqrt(2 s √π) of its sd; 5 % for 60 000 samples.
    assert left == pytest.approx(1 / np.sqrt(2 * 8 * np.sqrt(np.pi)), rel=0.05)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_values_to_smooth_stay_as_they_are(count):
    values = np.arange(count, dtype=float)
    assert np.array_equal(smooth(np.arange(count) / 30, values, 0.1), values)


@given(values=SERIES, limit=st.floats(-1, 1), data=st.data())
def test_last_below_is_the_nearest_low_value_before(values, limit, data):
    before = data.draw(st.integers(0, len(values)))
    low = [i for i in range(before) if values[i] < limit]
    assert last_below(values, limit, before) == (low[-1] if low else None)


@given(values=SERIES, limit=st.floats(-1, 1), data=st.data())
def test_first_below_is_the_nearest_low_value_after(values, limit, data):
    after = data.draw(st.integers(0, len(values) - 1))
    low = [i for i in range(after + 1, len(values)) if values[i] < limit]
    assert first_below(values, limit, after) == (low[0] if low else None)


RATES = st.sampled_from([24000 / 1001, 24.0, 25.0, 30000 / 1001, 30.0, 30.25])


@given(rate=RATES, first=st.floats(0, 100), count=st.integers(2, 900), digits=st.sampled_from([4, 5, 9]))
def test_rounded_time_stamps_of_an_even_film_are_even(rate, first, count, digits):
    time = np.round(first + np.arange(count) / rate, digits)
    grid = even_grid(time)
    assert not grid.resampled
    assert len(grid.time) == count
    assert grid.time == pytest.approx(time, abs=1e-3)
    assert np.diff(grid.time) == pytest.approx(1 / grid.rate)


def test_a_round_rate_is_told_as_such():
    time = np.round(np.arange(900) / 30, 5)
    assert even_grid(time).rate == 30.0


@given(lost=st.sets(st.integers(1, 88), min_size=1, max_size=30))
def test_a_frame_that_the_film_dropped_has_its_place_in_the_grid(lost):
    whole = np.arange(90) / 30
    grid = even_grid(np.delete(whole, sorted(lost)))
    assert grid.resampled
    assert grid.time == pytest.approx(whole, abs=1e-6)


@given(steps=arrays(float, st.integers(2, 80), elements=st.floats(0.028, 0.3)))
def test_a_grid_is_even_and_lies_within_the_film(steps):
    time = np.r_[0, np.cumsum(steps)]
    grid = even_grid(time)
    assert grid.time[0] == 0
    assert grid.time[-1] <= time[-1] + 1e-3
    assert len(grid.time) < 2 or np.allclose(np.diff(grid.time), 1 / grid.rate)


def test_one_time_stamp_is_a_grid_of_one():
    assert even_grid(np.array([2.0])).time.tolist() == [2.0]


def test_resampling_gives_a_parabola_exactly():
    time = np.array([0, 0.03, 0.07, 0.1, 0.12, 0.2])
    wanted = np.linspace(0, 0.2, 21)
    found = resample(time, np.stack([time**2, -(time**2)], axis=1), wanted, longest_gap=0.25)
    assert found == pytest.approx(np.stack([wanted**2, -(wanted**2)], axis=1))


def test_resampling_gives_known_values_back():
    values = np.random.default_rng(1).standard_normal((len(TIME), 2, 3))
    values[50:60, 1] = np.nan
    assert resample(TIME, values, TIME, longest_gap=0.25) == pytest.approx(values, nan_ok=True)


def test_resampling_fills_no_frame_that_is_nan():
    values = np.where((TIME > 2) & (TIME < 2.05), np.nan, TIME)
    wanted = TIME + 0.004
    found = resample(TIME, values, wanted, longest_gap=0.25)
    hidden = (wanted > 2.0015) & (wanted < 2.0485)
    assert np.isnan(found[hidden]).all()
    assert found[(wanted < 2) | ((wanted > 2.051) & (wanted < 5.99))] == pytest.approx(
        wanted[(wanted < 2) | ((wanted > 2.051) & (wanted < 5.99))]
    )


@pytest.mark.parametrize(("gap", "bridged"), [(0.24, True), (0.26, False)])
def test_resampling_bridges_no_long_gap_in_time(gap, bridged):
    time = np.r_[TIME, TIME[-1] + gap + TIME]
    middle = np.array([TIME[-1] + gap / 2])
    assert np.isfinite(resample(time, time, middle, longest_gap=0.25)[0]) == bridged


def test_straight_lines_do_not_overshoot():
    time, values = np.arange(6.0), np.array([1.0, 1, 1, 5, 1, 1])
    found = resample(time, values, np.linspace(0, 5, 51), longest_gap=2, linear=True)
    assert found.min() >= 1
    assert found.max() <= 5


RATES = 1000.0
LONG = np.arange(0, 4, 1 / RATES)


@pytest.mark.parametrize(("frequency", "gain"), [(0.0, 1.0), (6.0, np.sqrt(0.5)), (60.0, 0.0)])
def test_the_low_pass_leaves_half_the_power_at_its_cut_off_and_moves_nothing(frequency, gain):
    wave = np.cos(2 * np.pi * frequency * LONG)
    assert low_pass(wave, RATES, 6.0)[1000:3000] == pytest.approx(gain * wave[1000:3000], abs=2e-3)


def test_the_low_pass_leaves_a_line_as_it_is_to_its_ends():
    line = 3 + 2 * LONG
    assert low_pass(line, RATES, 6.0) == pytest.approx(line, abs=1e-9)


def test_the_low_pass_fills_no_gap_and_takes_nothing_across_it():
    values = np.stack([np.where(LONG < 2, 1.0, 5.0), np.ones(len(LONG))], -1)
    values[1900:2100, 0] = np.nan
    filtered = low_pass(values, RATES, 6.0)
    assert np.isnan(filtered[1900:2100]).all()
    assert filtered[:1900, 0] == pytest.approx(1.0)
    assert filtered[2100:, 0] == pytest.approx(5.0)


def test_what_is_slower_than_the_filter_stays():
    values = np.arange(20.0)
    assert low_pass(values, 10.0, 6.0) is values
