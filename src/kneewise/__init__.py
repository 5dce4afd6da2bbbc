"""Measure a squat from an ordinary film, with the error of every number.

>>> import kneewise
>>> kneewise.Side.LEFT.outward
1.0
"""

from .conventions import Bar, BodyMeasure, Joint, JointLoad, LegMeasure, Plane, Sex, Side, Task, View
from .errors import DependencyError, Error, FilmError, FormatError, InputError, OutputError
from .model import (
    Analysis,
    Burden,
    Capture,
    Case,
    Finding,
    GroundForces,
    Issue,
    Loads,
    Motion,
    Person,
    Pose,
    Recording,
    Repetition,
    Severity,
    Study,
    Trial,
    Unmeasured,
    Value,
)
from .pipeline import Knowledge, Observed, observe, observe_markers, read_knowledge, understand
from .pose import (
    ESTIMATORS,
    Estimator,
    FixedEstimator,
    Landmarks,
    Region,
    Sight,
    Sighting,
    Silhouette,
    estimate_pose,
    load_estimator,
)
from .video import open_video

__version__ = "0.1.0"

__all__ = [
    "ESTIMATORS",
    "Analysis",
    "Bar",
    "BodyMeasure",
    "Burden",
    "Capture",
    "Case",
    "DependencyError",
    "Error",
    "Estimator",
    "FilmError",
    "Finding",
    "FixedEstimator",
    "FormatError",
    "GroundForces",
    "InputError",
    "Issue",
    "Joint",
    "JointLoad",
    "Knowledge",
    "Landmarks",
    "LegMeasure",
    "Loads",
    "Motion",
    "Observed",
    "OutputError",
    "Person",
    "Plane",
    "Pose",
    "Recording",
    "Region",
    "Repetition",
    "Severity",
    "Sex",
    "Side",
    "Sight",
    "Sighting",
    "Silhouette",
    "Study",
    "Task",
    "Trial",
    "Unmeasured",
    "Value",
    "View",
    "estimate_pose",
    "load_estimator",
    "observe",
    "observe_markers",
    "open_video",
    "read_knowledge",
    "understand",
]
