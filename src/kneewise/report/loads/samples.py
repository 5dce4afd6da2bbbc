"""Study → loads of its whole repetitions, sample by sample.

A sample is one body, one knee and one way in which the film may be wrong: the same in every repetition and on
both legs, and of one person the same body and knee in every film. A mean, a share or a difference is made
within each sample, and its median and band are taken last; so what the loads have in common cancels.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ...conventions import Phase, Task
from ...model import Array, Study


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sampled:
    """Loads of the whole repetitions of one film; NaN where they are not known.

    Attributes
    ----------
    film : number of the film, from 0.
    relative : whether they are those of each kilogram of body mass.
    tasks : what the repetitions are.
    numbers : of the repetitions, from 1; r of them, at least one.
    peaks : (r, s, side, joint load) the largest of each repetition. [N·m, N or Pa]
    lumbar : (r, s) the largest moment of each repetition at the low back. [N·m]
    phases : phase → (s, side, joint load) mean over the phase and over the repetitions that have it.
    """

    film: int
    relative: bool
    tasks: frozenset[Task]
    numbers: tuple[int, ...]
    peaks: Array
    lumbar: Array
    phases: Mapping[Phase, Array]

    @property
    def legs(self) -> Array:
        """(s, side, joint load) mean over repetitions of the largest loads."""
        return mean_known(self.peaks, axis=0)


def sample_whole(film: int, study: Study) -> Sampled | None:
    """Samples of the whole repetitions of a film; None where it has no loads or no whole repetition."""
    whole = [i for i, repetition in enumerate(study.repetitions) if repetition.complete]
    if study.loads is None or not whole:
        return None
    peaks = [study.loads.peaks[i] for i in whole]
    laid = {phase: [one.phases[phase] for one in peaks if phase in one.phases] for phase in Phase}
    return Sampled(
        film=film,
        relative=study.loads.relative,
        tasks=frozenset(study.repetitions[i].task for i in whole),
        numbers=tuple(i + 1 for i in whole),
        peaks=np.stack([one.leg for one in peaks]),
        lumbar=np.stack([one.lumbar for one in peaks]),
        phases={phase: mean_known(np.stack(each), axis=0) for phase, each in laid.items() if each},
    )


def mean_known(values: Array, axis: int) -> Array:
    """Mean along an axis of what is known; NaN where nothing is."""
    known = np.isfinite(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def share_out(parts: Array) -> Array:
    """Share of each part in the sum of those that are positive.

    Parameters
    ----------
    parts : (s, k)
        What is shared, in every sample. [any one unit]

    Returns
    -------
    array
        (s, k) Shares that add up to 1; NaN where no part is positive or one is not known. [unitless]
    """
    positive = np.maximum(parts, 0.0)
    total = positive.sum(axis=-1, keepdims=True)
    return positive / np.where(total > 0, total, np.nan)
