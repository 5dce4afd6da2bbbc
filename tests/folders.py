"""Folders of results as `analyse` writes them, of people whose movement is known."""

import json

import numpy as np
from people import down_and_up, frame_times, pose_of, squatter

from kneewise.conventions import Bar, View
from kneewise.formats import write_angles, write_joints, write_loads, write_mot, write_trc
from kneewise.kinematics import compute_motion
from kneewise.model import Burden, Capture, Case, Issue, Person, Pose, Severity, Trial
from kneewise.pipeline import read_measuring, understand
from kneewise.report import summarise

TIME = frame_times(5)
PERSON = Person(height=1.75, mass=72)
FRONT = Burden(mass=20, bar=Bar.FRONT)


def squat(start=0.8, time=TIME, sd=0.004):
    return pose_of(
        squatter(time, down_and_up(time, start), lean=0.05),
        sd=sd,
        draws=8,
        rng=np.random.default_rng(round(10 * start)),
    )


def write_results(out, films, person=PERSON, burden=FRONT, tests=()):
    """A folder as `analyse` writes it, of poses instead of films; None is a film that was refused."""
    refused = Issue(id="nobody", severity=Severity.REFUSED, because="nobody is seen", remedy="film somebody")
    trials = tuple(
        Trial(
            name=f"{name}.mp4",
            digest=f"{i:064x}",
            condition="baseline",
            burden=burden,
            capture=Capture(view=View.OBLIQUE if pose else View.UNKNOWN, issues=() if pose else (refused,)),
            pose=pose,
        )
        for i, (name, pose) in enumerate(films.items())
    )
    analysis = understand(Case(person=person, trials=trials, tests=tests), read_measuring())
    out.mkdir()
    for i, study in enumerate(analysis.studies):
        place = out if len(films) == 1 else out / f"{i + 1:02d}_{list(films)[i]}"
        place.mkdir(exist_ok=True)
        pose = study.trial.pose or Pose.empty(TIME)
        motion = study.motion or compute_motion(pose, View.UNKNOWN)
        write_joints(place / "joints.csv", pose)
        write_angles(place / "angles.csv", motion)
        write_loads(place / "loads.csv", pose.time, study.loads)
        write_trc(place / "motion.trc", pose)
        write_mot(place / "motion.mot", motion, pose)
    summary = summarise(analysis, {"kneewise": "0.0"}, "2026-01-01T00:00:00+00:00")
    (out / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    return analysis
