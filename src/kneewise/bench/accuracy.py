"""How accurate kneewise is: clips with known truth → measured → scored → one summary.

The corridor of this room: it calls, and holds no formulas.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..conventions import View
from ..errors import FilmError
from ..events import split_repetitions
from ..kinematics import compute_motion
from ..model import Motion, Repetition
from ..pose import Estimator, Sight, estimate_pose
from ..video import open_video
from .clips import Clip, check_clips, open_clip
from .films import read_films
from .rendering import take_films
from .scoring import Score, score_baseline, score_in_lab, score_in_space

SYSTEM = "kneewise"
_RENDERING_SHARE = 0.75
"""Of the time of a run that has to render its films; only for the progress bar. [unitless]"""

Report = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Measured:
    """One clip, measured and scored.

    Attributes
    ----------
    clip : the film with its truth.
    set : ``standard``, ``retest`` or ``given``.
    view : as the film's direction was read.
    refusal : why nothing was measured, None where it was.
    repetitions : how many were found.
    offset : what was added to the film's time to suit the truth, NaN where both have one clock. [s]
    scores : errors of every measure of every system.
    provenance : estimator, weights and settings.
    """

    clip: Clip
    set: str
    view: View
    refusal: str | None
    repetitions: int
    offset: float
    scores: tuple[Score, ...]
    provenance: dict[str, str]


def measure_given(
    films: list[Path], estimator: Estimator, height_cm: float | None, report: Report
) -> tuple[Measured, ...]:
    """Films with their truth, and other systems' output, beside them.

    Parameters
    ----------
    films
        Each with `NAME.truth.npz` or `mocap_bodies.json` in its folder.
    estimator
        Finds people and reads landmarks.
    height_cm
        Stature of all who are filmed; None takes what stands beside the films. [cm]
    report
        Called with what is being done and the share done, 0 to 1.
    """
    clips = tuple(open_clip(film, height_cm) for film in films)
    check_clips(clips)
    return _measure_all([(clip, "given") for clip in clips], estimator, report)


def measure_synthetic(
    folder: Path, estimator: Estimator, report: Report, *, quick: bool = False
) -> tuple[Measured, ...]:
    """The films of the table, rendered where they are missing.

    Parameters
    ----------
    folder
        Keeps the films.
    estimator
        Finds people and reads landmarks.
    report
        Called with what is being done and the share done, 0 to 1.
    quick
        Only the short set.
    """
    rows = read_films(quick=quick)
    rendered = 0.0

    def report_rendering(what: str, share: float) -> None:
        nonlocal rendered
        rendered = _RENDERING_SHARE
        report(what, _RENDERING_SHARE * share)

    films = take_films(rows, folder, report_rendering)
    clips = [(open_clip(film), row.set) for film, row in zip(films, rows, strict=True)]
    return _measure_all(clips, estimator, lambda what, share: report(what, rendered + (1 - rendered) * share))


def _measure_all(clips: list[tuple[Clip, str]], estimator: Estimator, report: Report) -> tuple[Measured, ...]:
    done = []
    for turn, (clip, of_set) in enumerate(clips):
        part = _Part(f"measuring clip {turn + 1} of {len(clips)}", turn, len(clips), report)
        done.append(_measure(clip, of_set, estimator, part.report_share))
    return tuple(done)


@dataclass(frozen=True, slots=True)
class _Part:
    """One of several equal parts of what is reported."""

    what: str
    turn: int
    count: int
    report: Report

    def report_share(self, share: float) -> None:
        """The share done of this part, 0 to 1."""
        self.report(self.what, (self.turn + share) / self.count)


def _measure(clip: Clip, of_set: str, estimator: Estimator, progress: Callable[[float], None]) -> Measured:
    recording = open_video(clip.film)
    try:
        sight = estimate_pose(recording, clip.person, estimator, progress)
    except FilmError as error:
        return _unmeasured(clip, of_set, View.UNKNOWN, error.what, estimator.provenance)
    if sight.pose is None:
        because = "; ".join(issue.because for issue in sight.capture.issues)
        return _unmeasured(clip, of_set, sight.capture.view, because, sight.provenance)
    motion = compute_motion(sight.pose, sight.capture.view)
    repetitions = split_repetitions(motion)
    offset, scores = _score(clip, sight, motion, repetitions)
    return Measured(
        clip=clip,
        set=of_set,
        view=sight.capture.view,
        refusal=None,
        repetitions=len(repetitions),
        offset=offset,
        scores=scores,
        provenance=sight.provenance,
    )


def _unmeasured(clip: Clip, of_set: str, view: View, because: str, provenance: dict[str, str]) -> Measured:
    return Measured(
        clip=clip,
        set=of_set,
        view=view,
        refusal=because,
        repetitions=0,
        offset=math.nan,
        scores=(),
        provenance=provenance,
    )


def _score(
    clip: Clip, sight: Sight, motion: Motion, repetitions: tuple[Repetition, ...]
) -> tuple[float, tuple[Score, ...]]:
    """Time offset, and the errors of kneewise and of every baseline of this clip. [s]"""
    assert sight.pose is not None
    in_lab = score_in_lab(SYSTEM, motion, clip.truth) if clip.truth.facing else ()
    if clip.truth.facing and not clip.baselines:
        return math.nan, in_lab
    bottoms = clip.truth.bottoms if clip.truth.facing else np.array([r.bottom for r in repetitions])
    offset, in_space = score_in_space(SYSTEM, sight.pose, sight.capture.view, clip.truth, bottoms)
    if not in_space:
        return offset, in_lab
    seen = np.isfinite(sight.pose.joints).all(axis=(1, 2, 3))
    time = sight.pose.time[seen] + offset
    others = [
        score
        for name, baseline in clip.baselines.items()
        for score in score_baseline(name, baseline, clip.truth, time, bottoms + offset)
    ]
    return offset, (*in_lab, *in_space, *others)
