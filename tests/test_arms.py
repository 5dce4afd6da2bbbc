"""Where arms are, on arms that point somewhere known, seen by a pinhole of the test's own."""

from dataclasses import dataclass, replace

import numpy as np
import pytest
from people import frame_times

from kneewise.conventions import ArmJoint, Joint, Side
from kneewise.geometry import mirror, turn_about_vertical
from kneewise.knowledge import read_anthropometry
from kneewise.model import Person, Pose, Readings
from kneewise.pose.arms import LENGTHS, Aim, aim_arms
from kneewise.pose.observation import NETWORK_STATURE
from kneewise.pose.skeleton import WHOLE_SIZE, Whole, look_along, project

DEG = np.pi / 180
OUTWARD = np.array([1.0, -1.0])
RATE = 12.0
TIME = frame_times(2, RATE)
PERSON = Person(height=1.75)
FOCAL, EYE = 0.75, np.array([0.0, 0.0, 1.1])
IN_FRONT = np.array([3.0, 0.0, 0.0])
CAMERA = np.zeros(WHOLE_SIZE)
CAMERA[[Whole.LOG_FOCAL, Whole.CAMERA_HEIGHT]] = np.log(FOCAL), EYE[2]
ELBOWS, WRISTS, SHOULDERS = [13, 14], [15, 16], [11, 12]
POSTURES = {
    "forward": ([1.0, 0.05, 0.0], [1.0, -0.1, 0.1]),
    "crossed": ([0.6, 0.1, -0.7], [0.2, -0.8, 0.5]),
    "hanging": ([0.05, 0.1, -1.0], [0.2, 0.0, -1.0]),
}
"""Upper arm and forearm of the left side: ahead, outwards, up."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Somebody whose arms do not move, from a direction; as aimed, in the frame the person faces along x."""

    arms: np.ndarray
    shoulders: np.ndarray
    readings: Readings
    azimuth: float

    def aimed(self):
        aim = aim_arms(self.readings, RATE, self.in_front_of_the_camera(self.shoulders), CAMERA, PERSON)
        found = aim.reach(self.in_front_of_the_camera(self.shoulders))
        return aim, turn_about_vertical(found - IN_FRONT, -(np.pi - self.azimuth))

    def in_front_of_the_camera(self, points):
        return into_the_room(points, self.azimuth)


def into_the_room(points, azimuth):
    """From the frame of the person to that of the camera, which looks along x from the origin."""
    return turn_about_vertical(points, np.pi - azimuth) + IN_FRONT


def somebody(posture, azimuth, *, lengths=LENGTHS, visibility=(1.0, 1.0)):
    sides = np.array(POSTURES[posture])[:, None] * np.stack([np.ones(2), OUTWARD, np.ones(2)], axis=-1)
    limbs = sides / np.linalg.norm(sides, axis=-1, keepdims=True) * (PERSON.height * lengths)[:, None, None]
    shoulders = np.stack([np.zeros(2), 0.19 * OUTWARD, np.full(2, 1.4)], axis=-1)
    arms = shoulders[:, None] + np.cumsum(limbs.transpose(1, 0, 2), axis=1)
    n = len(TIME)
    points = np.full((33, 3), [0.0, 0.0, 1.0])
    points[SHOULDERS], points[ELBOWS], points[WRISTS] = shoulders, arms[:, 0], arms[:, 1]
    x, y, z = (into_the_room(points, azimuth) - EYE).T
    sight = np.array([3.0, 0.0, 1.0 - EYE[2]])
    away = np.stack([x, y, z], -1) @ sight / np.linalg.norm(sight)
    seen = np.ones(33)
    seen[ELBOWS], seen[WRISTS] = visibility, visibility
    readings = Readings(
        time=TIME,
        points=np.repeat(FOCAL * np.stack([-y / x, -z / x], -1)[None], n, 0),
        world=np.repeat(np.stack([-y, -z, away], -1)[None] * NETWORK_STATURE / PERSON.height, n, 0),
        visibility=np.repeat(seen[None], n, 0),
        shape=(1.0, 1.0),
    )
    return Seen(
        arms=np.repeat(arms[None], n, 0),
        shoulders=np.repeat(shoulders[None], n, 0),
        readings=readings,
        azimuth=azimuth,
    )


def with_world(seen, landmarks, behind):
    """The same with another guess at how far landmarks lie behind the shoulder above them. [m]"""
    world = seen.readings.world.copy()
    for landmark in landmarks:
        world[:, landmark, 2] = world[:, 11 + (landmark + 1) % 2, 2] + behind
    return replace(seen, readings=replace(seen.readings, world=world))


def off(seen):
    """(side, arm joint) distance from the truth. [m]"""
    return np.linalg.norm(seen.aimed()[1] - seen.arms, axis=-1).mean(0)


@pytest.mark.parametrize("azimuth", [0, 45, -45, 90, -90, 180])
@pytest.mark.parametrize("posture", POSTURES)
def test_arms_are_found_from_every_side(posture, azimuth):
    assert off(somebody(posture, azimuth * DEG)).max() < 0.06


@pytest.mark.parametrize("azimuth", [0, 45, -90])
def test_arms_ahead_are_told_from_crossed_ones(azimuth):
    ahead = [somebody(p, azimuth * DEG).aimed()[1][:, :, ArmJoint.WRIST, 0].mean() for p in POSTURES]
    true = [somebody(p, azimuth * DEG).arms[:, :, ArmJoint.WRIST, 0].mean() for p in POSTURES]
    np.testing.assert_allclose(ahead, true, atol=0.05)


def test_limbs_keep_the_lengths_of_the_table():
    aim, found = somebody("crossed", 40 * DEG, lengths=1.1 * LENGTHS).aimed()
    upper = np.linalg.norm(found[:, :, ArmJoint.ELBOW] - somebody("crossed", 0.0).shoulders, axis=-1)
    fore = np.linalg.norm(found[:, :, ArmJoint.WRIST] - found[:, :, ArmJoint.ELBOW], axis=-1)
    np.testing.assert_allclose(upper, aim.lengths[0], rtol=1e-9)
    np.testing.assert_allclose(fore, aim.lengths[1], rtol=1e-9)


@pytest.mark.parametrize(("place", "segment"), [(0, "upper_arm"), (1, "forearm")])
def test_lengths_are_those_of_the_table_of_segments(place, segment):
    statures = {"m": 1.741, "f": 1.735}
    shares = [row.length / statures[row.sex] for row in read_anthropometry() if row.segment == segment]
    assert LENGTHS[place] == pytest.approx(np.mean(shares), abs=5e-4)


@pytest.mark.parametrize("posture", POSTURES)
def test_arms_lie_where_the_picture_shows_them(posture):
    seen = somebody(posture, 30 * DEG)
    aim = seen.aimed()[0]
    found = aim.reach(seen.in_front_of_the_camera(seen.shoulders))
    right, down, depth = project(tuple(np.moveaxis(found, -1, 0)), CAMERA)
    apart = np.stack([right, down], -1) - seen.readings.points[:, [[13, 15], [14, 16]]]
    assert np.linalg.norm(apart * (depth / FOCAL)[..., None], axis=-1).max() < 0.03


def test_the_mirror_image_has_mirrored_arms():
    seen = with_world(somebody("crossed", 50 * DEG, visibility=(0.9, 0.4)), [13], -0.2)
    exchanged = np.arange(33)
    exchanged[11:17] = [12, 11, 14, 13, 16, 15]
    readings = seen.readings
    mirrored = replace(
        seen,
        azimuth=-seen.azimuth,
        readings=replace(
            readings,
            points=readings.points[:, exchanged] * [-1.0, 1.0],
            world=readings.world[:, exchanged] * [-1.0, 1.0, 1.0],
            visibility=readings.visibility[:, exchanged],
        ),
    )
    aim, found = seen.aimed()
    other, other_found = mirrored.aimed()
    np.testing.assert_allclose(other_found, mirror(found), atol=1e-9)
    np.testing.assert_allclose(other.sd, aim.sd[:, ::-1], atol=1e-12)


def test_a_hidden_arm_is_less_sure():
    sd = somebody("forward", 90 * DEG, visibility=(1.0, 0.05)).aimed()[0].sd
    assert (sd[:, Side.RIGHT] > 1.2 * sd[:, Side.LEFT]).all()


def test_a_wrist_is_less_sure_than_its_elbow():
    sd = somebody("hanging", 45 * DEG).aimed()[0].sd
    assert (sd[..., ArmJoint.WRIST] > sd[..., ArmJoint.ELBOW]).all()


def test_a_hidden_arm_takes_the_tilt_of_the_one_in_view():
    honest = somebody("forward", -33 * DEG, visibility=(0.3, 1.0))
    misled = with_world(with_world(honest, [13], 0.08), [15], 0.16)
    alone = np.linalg.norm(honest.arms[0, Side.LEFT, ArmJoint.WRIST] - honest.shoulders[0, Side.LEFT])
    assert off(misled)[Side.LEFT, ArmJoint.WRIST] < 0.3 * alone


def test_an_arm_out_of_sight_is_taken_to_be_like_the_other_one():
    honest = somebody("crossed", 90 * DEG, visibility=(1.0, 0.0))
    points = honest.readings.points.copy()
    points[:, [14, 16]] += [-0.05, 0.06]
    misread = replace(honest, readings=replace(honest.readings, points=points))
    assert off(misread)[Side.RIGHT].max() < 0.12


def test_arms_in_sight_may_differ():
    seen = somebody("hanging", 30 * DEG)
    other = somebody("forward", 30 * DEG)
    points, world = seen.readings.points.copy(), seen.readings.world.copy()
    points[:, [14, 16]] = other.readings.points[:, [14, 16]]
    world[:, [14, 16]] = other.readings.world[:, [14, 16]]
    found = replace(seen, readings=replace(seen.readings, points=points, world=world)).aimed()[1]
    np.testing.assert_allclose(found[:, Side.LEFT], seen.arms[:, Side.LEFT], atol=0.06)
    np.testing.assert_allclose(found[:, Side.RIGHT], other.arms[:, Side.RIGHT], atol=0.06)


def test_a_tilt_that_nothing_tells_is_not_claimed():
    seen = somebody("forward", 60 * DEG)
    open_sign = with_world(seen, [13, 14, 15, 16], 0.0)
    error = np.abs(open_sign.aimed()[1] - seen.arms)
    assert (error < 3 * open_sign.aimed()[0].sd[..., None]).all()


def test_nobody_in_a_frame_leaves_its_arms_open():
    seen = somebody("forward", 45 * DEG)
    points = seen.readings.points.copy()
    points[5:8] = np.nan
    _, found = replace(seen, readings=replace(seen.readings, points=points)).aimed()
    assert np.isnan(found[5:8]).all()
    assert np.isfinite(found[[4, 8]]).all()


def test_looking_along_a_point_of_the_picture_leads_back_to_it():
    rng = np.random.default_rng(3)
    whole = CAMERA.copy()
    whole[[Whole.PITCH, Whole.ROLL]] = -0.1, 0.05
    points = rng.uniform(-0.4, 0.4, (50, 2))
    far = look_along(points, whole) * rng.uniform(1, 5, (50, 1)) + EYE
    right, down, _ = project(tuple(far.T), whole)
    np.testing.assert_allclose(np.stack([right, down], -1), points, atol=1e-12)


def test_arms_at_times_between_keep_their_lengths():
    aim = somebody("crossed", 20 * DEG).aimed()[0]
    between = aim.at(TIME, np.linspace(0.01, 1.8, 77))
    np.testing.assert_allclose(np.linalg.norm(between.directions, axis=-1), 1.0, rtol=1e-12)


def test_a_pose_leaves_out_arms_with_its_joints():
    n = len(TIME)
    joints = np.zeros((n, len(Side), len(Joint), 3))
    pose = Pose(
        time=TIME,
        joints=joints,
        joints_sd=joints,
        draws=np.stack([joints, joints]),
        arms=somebody("forward", 0.0).arms,
        arms_sd=np.ones((n, len(Side), len(ArmJoint))),
    )
    some = pose.where(TIME < 1)
    assert some.arms is not None
    assert some.arms_sd is not None
    np.testing.assert_array_equal(np.isnan(some.arms).all((1, 2, 3)), TIME >= 1)
    np.testing.assert_array_equal(np.isnan(some.arms_sd).all((1, 2)), TIME >= 1)


def test_frames_without_a_person_are_bridged():
    rng = np.random.default_rng(3)
    directions = rng.standard_normal((9, 2, 2, 3))
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    directions[3:5] = np.nan
    aim = Aim(directions=directions, lengths=np.array([0.28, 0.26]), sd=np.full((9, 2, 2), 0.05))
    time = np.arange(9) / 12
    bridged = aim.at(time, time).directions
    np.testing.assert_allclose(np.linalg.norm(bridged, axis=-1), 1)
    np.testing.assert_allclose(bridged[[2, 5]], directions[[2, 5]])
    gone = Aim(
        directions=np.full_like(directions, np.nan), lengths=aim.lengths, sd=np.full_like(aim.sd, np.nan)
    )
    assert np.isnan(gone.at(time, time).directions).all()
