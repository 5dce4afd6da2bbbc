"""Studies made by hand: a planar squat with equal sides and what was understood of it, and a refused film."""

import math
from dataclasses import replace

import numpy as np
from scipy.stats import norm

from kneewise.conventions import BodyMeasure, JointLoad, LegMeasure, Outline, Side, Task, View
from kneewise.model import (
    Burden,
    Capture,
    Finding,
    Issue,
    Loads,
    Motion,
    Peaks,
    Pose,
    Repetition,
    Severity,
    Study,
    Trial,
    Unmeasured,
    Value,
)

TIME = np.arange(0, 6, 1 / 30)
BEND = math.radians(110) * np.sin(np.pi * TIME / 3) ** 2
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
    steps = norm.ppf((np.arange(1001) + 0.5) / 1001)[:, None, None]
    peaks = [
        Peaks(
            leg=leg.max(axis=0) * (1 + 0.1 * steps),
            lumbar=np.full(len(steps), np.nan),
            phases={
                phase: leg[(start <= TIME) & (end >= TIME)].mean(axis=0) * (1 + 0.1 * steps)
                for phase, (start, end) in repetition.phases.items()
            },
        )
        for repetition in REPETITIONS
    ]
    return Loads(
        time=TIME, leg=leg, leg_sd=0.1 * leg, leg_low=0.8 * leg, leg_high=1.2 * leg, lumbar=unknown,
        lumbar_sd=unknown, lumbar_low=unknown, lumbar_high=unknown,
        assumptions=("Only the feet touch anything.",), peaks=tuple(peaks),
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
