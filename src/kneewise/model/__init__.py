"""The nouns, in order of birth: Person, Recording, Pose, Trial, Case, Motion, Repetition, Loads, Analysis.

Axis order is always (draw, time, side, thing, xyz); what a record lacks is left out. Every measured
field ``x`` has ``x_sd`` of the same shape and unit. Missing is NaN, with the reason in the record.
"""

from .arrays import Array, Mask
from .measured import (
    Burden,
    Capture,
    Case,
    Frame,
    GroundForces,
    Issue,
    Person,
    Placement,
    Pose,
    Readings,
    Recording,
    Severity,
    Trial,
)
from .understood import (
    Analysis,
    Departure,
    Finding,
    Fused,
    Fusion,
    Loads,
    Motion,
    Peaks,
    Repetition,
    Segment,
    Segments,
    Study,
    Take,
    Threshold,
    Unmeasured,
    Value,
)

__all__ = [
    "Analysis",
    "Array",
    "Burden",
    "Capture",
    "Case",
    "Departure",
    "Finding",
    "Frame",
    "Fused",
    "Fusion",
    "GroundForces",
    "Issue",
    "Loads",
    "Mask",
    "Motion",
    "Peaks",
    "Person",
    "Placement",
    "Pose",
    "Readings",
    "Recording",
    "Repetition",
    "Segment",
    "Segments",
    "Severity",
    "Study",
    "Take",
    "Threshold",
    "Trial",
    "Unmeasured",
    "Value",
]
