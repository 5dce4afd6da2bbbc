"""LandmarkTrack → Pose in the lab frame, the camera, and where the joints appear in the picture."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.interpolate import CubicSpline

from ..conventions import ArmJoint, Joint, Side, View
from ..geometry import turn_about_vertical
from ..model import Array, Mask, Person, Pose, Readings
from .arms import Aim, aim_arms
from .fitting import Fit, Known, fit_stance
from .landmarks import LandmarkTrack
from .observation import blend, observation_of
from .skeleton import Frame, Whole, pose_body, project, stack
from .stance import find_stances
from .starting import start_values
from .steadying import apply_maps, invert_maps

GRID_RATE = 12.0
"""Rate at which the body is fitted; splines lead back to the film's own frames. [1/s]"""
DRAWS = 24
_FRONT, _SIDE = np.deg2rad(20), np.deg2rad(65)


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """Where the camera stood, as the fit of the longest stance has it.

    Attributes
    ----------
    azimuth, azimuth_sd : seen from the person, 0 in front, positive on their left. [rad]
    pitch, pitch_sd : positive when it looks up. [rad]
    height, distance : above the floor, and from the person along the floor. [m]
    residual : root mean square distance of drawn and seen landmarks. [m]
    """

    azimuth: float
    azimuth_sd: float
    pitch: float
    pitch_sd: float
    height: float
    distance: float
    residual: float

    @property
    def view(self) -> View:
        """Name of the direction."""
        away = abs(self.azimuth)
        if away < _FRONT:
            return View.FRONT
        if away < _SIDE:
            return View.OBLIQUE
        if away <= np.pi - _SIDE:
            return View.SIDE
        return View.REAR_OBLIQUE if away <= np.pi - _FRONT else View.REAR


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lift:
    """The person in space.

    Attributes
    ----------
    pose : in the lab frame; NaN outside of stances.
    points_px : (n, side, joint, 2) where the joints appear in the picture; NaN outside of stances. [px]
    arms_px : (n, side, arm joint, 2) the same of elbows and wrists. [px]
    camera : None when no stance was found.
    """

    pose: Pose
    points_px: Array
    arms_px: Array
    camera: Camera | None


def lift(track: LandmarkTrack, person: Person, rng: np.random.Generator) -> Lift:
    """Fit every stance of the film, the longest first; the others share its camera and limb lengths.

    Parameters
    ----------
    track
        Landmarks with left and right true to the person.
    person
        Stature sets the scale.
    rng
        Source of the draws.
    """
    n = len(track.time)
    joints, points = _nothing(n, len(Joint), 3), _nothing(n, len(Joint), 2)
    arms, arms_px, arms_sd = (_nothing(n, len(ArmJoint), size) for size in (3, 2, 1))
    draws = np.full((DRAWS, *joints.shape), np.nan)
    camera: Camera | None = None
    known: Known | None = None
    for rows in sorted(find_stances(track, person), key=lambda rows: rows.start - rows.stop):
        stance = _fit(track, rows, person, known)
        body = stance.joints()
        reached, arms_sd[rows, ..., 0] = stance.arms(body)
        joints[rows], points[rows] = stance.in_lab(body), stance.in_picture(body, track, rows)
        arms[rows], arms_px[rows] = stance.in_lab(reached), stance.in_picture(reached, track, rows)
        draws[:, rows], azimuths, wholes = stance.draws(rng)
        if camera is None:
            camera = _camera(stance, azimuths, wholes[:, Whole.PITCH])
            whole = stance.fit.solution.whole
            known = Known(whole=whole, off=wholes - whole)
    joints_sd = _spread(draws)
    shoulder_sd = np.sqrt((joints_sd[:, :, Joint.SHOULDER] ** 2).mean(-1))
    pose = Pose(
        time=track.time,
        joints=joints,
        joints_sd=joints_sd,
        draws=draws,
        arms=arms,
        arms_sd=np.hypot(arms_sd[..., 0], shoulder_sd[..., None]),
    )
    return Lift(pose=pose, points_px=points, arms_px=arms_px, camera=camera)


def _nothing(n: int, points: int, size: int) -> Array:
    return np.full((n, len(Side), points, size), np.nan)


@dataclass(frozen=True, slots=True)
class _Stance:
    """A fitted stance and the film's frames in it."""

    fit: Fit
    aim: Aim
    grid: Array
    time: Array

    def joints(self) -> Array:
        """(n, side, joint, xyz) in the world of the camera. [m]"""
        return self._posed(self.fit.solution.frame, self.fit.solution.whole)

    def arms(self, joints: Array) -> tuple[Array, Array]:
        """Elbows and wrists of these joints (n, side, arm joint, xyz), and how unsure their aim is. [m]"""
        aim = self.aim.at(self.grid, self.time)
        return aim.reach(joints[:, :, Joint.SHOULDER]), aim.sd

    def in_lab(self, points: Array) -> Array:
        """(..., xyz) from the world of the camera in the lab frame. [m]"""
        return _into_lab(points, self.fit.solution.frame, self.fit.solution.whole)

    def in_picture(self, points: Array, track: LandmarkTrack, rows: slice) -> Array:
        """(n, side, point, 2) where points in the world of the camera appear. [px]"""
        x, y, z = np.moveaxis(points, -1, 0)
        flat = np.stack(project((x, y, z), self.fit.solution.whole)[:2], axis=-1)
        size = np.array([track.width_px, track.height_px])
        return apply_maps(invert_maps(track.maps[rows]), flat * size.max() + size / 2)

    def draws(self, rng: np.random.Generator) -> tuple[Array, Array, Array]:
        frames, wholes = self.fit.draw(DRAWS, rng)
        joints = np.empty((DRAWS, len(self.time), len(Side), len(Joint), 3))
        for drawn, frame, whole in zip(joints, frames, wholes, strict=True):
            drawn[:] = _into_lab(self._posed(frame, whole), frame, whole)
        azimuths = np.array([_azimuth(frame) for frame in frames])
        return joints, azimuths, wholes

    def _at_frames(self, frame: Array) -> Array:
        if len(self.grid) < 4:
            return np.repeat(frame[:1], len(self.time), axis=0)
        return np.asarray(CubicSpline(self.grid, frame)(np.clip(self.time, self.grid[0], self.grid[-1])))

    def _posed(self, frame: Array, whole: Array) -> Array:
        return stack(pose_body(self._at_frames(frame), whole[None], self.fit.proportions).joints)


def _into_lab(points: Array, frame: Array, whole: Array) -> Array:
    """(..., xyz) with x where the person faces and the origin between the ankles. [m]"""
    heading = _mean_angle(frame[:, Frame.HEADING])
    feet = [(whole[Whole.LEFT_X + i] + whole[Whole.RIGHT_X + i]) / 2 for i in range(2)]
    return turn_about_vertical(points - np.array([*feet, 0.0]), -heading)


def _fit(track: LandmarkTrack, rows: slice, person: Person, known: Known | None) -> _Stance:
    time = track.time[rows]
    grid = np.arange(time[0], time[-1] + 0.5 / GRID_RATE, 1 / GRID_RATE)
    readings = _on_grid(track.readings(), rows, grid)
    observation = observation_of(readings, GRID_RATE, person)
    frame, whole = start_values(observation, readings.world, person)
    fit = fit_stance(observation, person, frame, whole, known)
    found = fit.solution
    shoulders = stack(pose_body(found.frame, found.whole[None], fit.proportions).joints)[:, :, Joint.SHOULDER]
    return _Stance(fit, aim_arms(readings, GRID_RATE, shoulders, found.whole, person), grid, time)


def _on_grid(readings: Readings, rows: slice, grid: Array) -> Readings:
    """Weighted mean of the landmarks around each grid time; the nearest frame where none is around."""
    known = np.zeros(len(readings.time), dtype=bool)
    known[rows] = np.isfinite(readings.points[rows, 0, 0])
    return blend(readings, _grid_weights(readings.time, known, grid), grid)


def _grid_weights(time: Array, known: Mask, grid: Array) -> sparse.csr_array:
    """(grid, frames) triangular weights of frames within one grid step."""
    frames = np.flatnonzero(known)
    place = (time[frames] - grid[0]) * GRID_RATE
    below = np.clip(np.floor(place).astype(int), 0, len(grid) - 1)
    above = np.minimum(below + 1, len(grid) - 1)
    share = np.clip(place - below, 0, 1)
    rows, columns = np.r_[below, above], np.r_[frames, frames]
    weights = sparse.csr_array((np.r_[1 - share, share], (rows, columns)), shape=(len(grid), len(time)))
    lonely = np.flatnonzero(np.asarray(weights.sum(axis=1)).ravel() < 1e-6)
    nearest = np.clip(np.searchsorted(time, grid[lonely]), 0, len(time) - 1)
    known_nearest = known[nearest].astype(float)
    return sparse.csr_array(weights + sparse.csr_array((known_nearest, (lonely, nearest)), weights.shape))


def _camera(stance: _Stance, azimuths: Array, pitches: Array) -> Camera:
    frame, whole = stance.fit.solution.frame, stance.fit.solution.whole
    azimuth = _azimuth(frame)
    off = np.angle(np.exp(1j * (azimuths - azimuth)))
    return Camera(
        azimuth=azimuth,
        azimuth_sd=float(np.sqrt((off**2).mean())),
        pitch=float(whole[Whole.PITCH]),
        pitch_sd=float(pitches.std()),
        height=float(whole[Whole.CAMERA_HEIGHT]),
        distance=float(np.median(np.hypot(frame[:, Frame.X], frame[:, Frame.Y]))),
        residual=stance.fit.residual,
    )


def _azimuth(frame: Array) -> float:
    """Direction of the camera seen from the person. [rad]"""
    to_camera = np.arctan2(-frame[:, Frame.Y], -frame[:, Frame.X])
    return _mean_angle(to_camera - frame[:, Frame.HEADING])


def _mean_angle(angles: Array) -> float:
    return float(np.angle(np.exp(1j * angles).mean()))


def _spread(draws: Array) -> Array:
    """Standard deviation over the draws, NaN where nothing was measured."""
    return np.asarray(draws.std(0, ddof=1))
