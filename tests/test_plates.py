"""Forces of plates read from files: truth by construction, and every way such a file can be wrong."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import ezc3d
import numpy as np
import pytest
from marked import squat_with_markers, to_opensim, write_trc
from people import frame_times, move, pose_of

import kneewise
from kneewise import Burden, FormatError, InputError, Person, Side
from kneewise.conventions import Joint
from kneewise.files import read_mot
from kneewise.knowledge import read_anthropometry, read_marker_landmarks, read_marker_names
from kneewise.markers import MarkerTables, survey
from kneewise.model import Case, Placement
from kneewise.pipeline import observe_markers, read_measuring, understand
from kneewise.plates import CUT_OFF, read_forces
from kneewise.plates.naming import Quantity, read_column_name
from kneewise.pose import FixedEstimator
from kneewise.results import Job, analyse_films
from kneewise.signals import low_pass

TABLES = MarkerTables(
    names=read_marker_names(), landmarks=read_marker_landmarks(), anthropometry=read_anthropometry()
)
MASS, GRAVITY = 72.0, 9.81
WEIGHT = MASS * GRAVITY
SECONDS = 4.0
TIME = frame_times(SECONDS, 100.0)
FAST = np.arange(0, SECONDS, 1e-3)
UPWARDS = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""From OpenSim's axes (forward, up, right) into the lab frame."""


def about_up(angle):
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


OPENSIM = Placement(turn=about_up(0.4) @ UPWARDS, origin=np.array([-0.3, 0.02, -0.6]))
UPRIGHT = Placement(turn=about_up(-2.0), origin=np.array([0.9, -0.4, 0.1]))


@dataclass(frozen=True)
class Pressed:
    """What a foot or a seat is pressed with, in the lab frame: force, centre of pressure, free moment."""

    force: np.ndarray
    place: np.ndarray
    twist: np.ndarray

    @property
    def moment(self):
        """About the origin of the lab frame."""
        return np.cross(self.place, self.force) + self.twist[:, None] * [0.0, 0.0, 1.0]


def both(one, other):
    """Two pressed places as one plate feels them."""
    force, moment = one.force + other.force, one.moment + other.moment
    place = np.stack([-moment[:, 1], moment[:, 0], 0 * force[:, 0]], -1) / force[:, 2:]
    return Pressed(force, place, (moment - np.cross(place, force))[:, 2])


@pytest.fixture(scope="module")
def pose():
    return pose_of(move(TIME))


@pytest.fixture(scope="module")
def feet(pose):
    """(side, xyz) middle of each foot on the floor."""
    middle = pose.joints[0, :, [Joint.HEEL, Joint.TOE]].mean(0)
    return middle * [1.0, 1.0, 0.0]


def sway(feet, time=FAST):
    """Somebody who sways slowly: left and right foot."""
    wave = np.sin(2 * np.pi * 0.5 * time)
    share = 0.5 + 0.2 * np.sin(2 * np.pi * 0.25 * time)
    total = WEIGHT * (1 + 0.02 * np.cos(2 * np.pi * 0.5 * time))
    pressed = []
    for side in Side:
        up = total * (share if side is Side.LEFT else 1 - share)
        force = np.stack([10 * wave, -side.outward * 15 + 3 * wave, up], -1)
        place = feet[side] + np.stack([0.04 * wave, 0.01 * wave, 0 * wave], -1)
        pressed.append(Pressed(force, place, side.outward * (1 + wave)))
    return pressed


CONVENTIONS = {
    "unnumbered first": (("", "1_"), "{plate}ground_force_v{axis}", "{plate}ground_force_p{axis}",
                         "{plate}ground_torque_{axis}", "xyz"),
    "number inside": (("1", "2"), "ground_force_{plate}_v{axis}", "ground_force_{plate}_p{axis}",
                      "ground_force_{plate}_m{axis}", "xyz"),
    "short": (("1", "2"), "f{plate}_{axis}", "p{plate}_{axis}", "m{plate}_{axis}", "123"),
    "by foot": (("l", "r"), "ground_force_{plate}_v{axis}", "ground_force_{plate}_p{axis}",
                "ground_moment_{plate}_m{axis}", "123"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Written:
    """How a file is written, and how that is wrong."""

    placement: Placement = OPENSIM
    convention: str = "number inside"
    plates: tuple = ()
    force: float = 1.0
    length: float = 1.0
    arm: float = 1.0
    axes: np.ndarray = None
    without_points: bool = False
    time: np.ndarray = None
    kind: str = "mot"

    def columns(self, pressed):
        names, *patterns, letters = CONVENTIONS[self.convention]
        turn = (np.eye(3) if self.axes is None else self.axes) @ self.placement.turn.T
        origin = turn @ self.placement.turn @ self.placement.origin
        table = {"time": FAST if self.time is None else self.time}
        for name, one in zip(self.plates or names, pressed, strict=True):
            force, place = one.force @ turn.T, one.place @ turn.T + origin
            twist = np.linalg.det(turn) * np.outer(one.twist, turn[:, 2])
            if self.without_points:
                twist, place = twist + np.cross(place, force), None
            parts = (self.force * force, None if place is None else self.length * place,
                     self.force * self.arm * twist)  # fmt: skip
            for pattern, values in zip(patterns, parts, strict=True):
                if values is not None:
                    table |= {
                        pattern.format(plate=name, axis=axis): values[:, i] for i, axis in enumerate(letters)
                    }
        return table


def write_table(path, columns):
    mark = "," if path.suffix == ".csv" else "\t"
    rows = np.column_stack(list(columns.values()))
    lines = [] if path.suffix == ".csv" else ["forces", "version=1", f"nRows={len(rows)}", "endheader"]
    lines += [mark.join(columns)]
    lines += [mark.join(f"{x:.12g}" if np.isfinite(x) else "" for x in row) for row in rows]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


@pytest.fixture
def written(tmp_path, feet):
    """A file of somebody who sways, written in some way."""

    def write(pressed=None, **how):
        way = Written(**how)
        columns = way.columns(sway(feet) if pressed is None else pressed)
        return write_table(tmp_path / f"forces.{way.kind}", columns)

    return write


def ids(forces):
    return {issue.id.removeprefix("plates_") for issue in forces.issues}


def read(path, pose, placement=OPENSIM, carried=MASS):
    return read_forces(path, pose, placement, carried)


def assert_sway(forces, feet, rows=slice(None)):
    """The forces are those that the file was made of."""
    for side, one in zip(Side, sway(feet, TIME), strict=True):
        assert forces.force[rows, side] == pytest.approx(one.force[rows], abs=0.02)
        assert forces.pressure[rows, side] == pytest.approx(one.place[rows], abs=2e-5)
        assert forces.free_moment[rows, side] == pytest.approx(one.twist[rows], abs=5e-3)


# Truth by construction


@pytest.mark.parametrize("placement", [OPENSIM, UPRIGHT], ids=["y up", "z up"])
@pytest.mark.parametrize("convention", CONVENTIONS)
def test_forces_are_read_back_from_every_convention(written, pose, feet, convention, placement):
    forces = read(written(convention=convention, placement=placement), pose, placement)
    assert_sway(forces, feet, slice(20, -20))
    assert ids(forces) == set()


def test_steady_forces_are_read_back_to_the_last_frame(written, pose, feet):
    first = [replace(p, force=0 * p.force + p.force[0], place=0 * p.place + p.place[0],
                     twist=0 * p.twist + p.twist[0]) for p in sway(feet)]  # fmt: skip
    forces = read(written(first), pose)
    for side in Side:
        assert forces.force[:, side] == pytest.approx(np.tile(first[side].force[0], (len(TIME), 1)), abs=1e-6)
        assert forces.pressure[:, side] == pytest.approx(
            np.tile(first[side].place[0], (len(TIME), 1)), abs=1e-8
        )


def test_the_total_is_the_sum_of_all_plates(written, pose):
    forces = read(written(), pose)
    assert forces.total == pytest.approx(forces.force.sum(1))


def test_moments_about_the_origin_replace_centres_of_pressure(written, pose, feet):
    assert_sway(read(written(without_points=True), pose), feet, slice(20, -20))


def test_a_separated_table_is_read_like_an_opensim_file(written, pose, feet):
    assert_sway(read(written(kind="csv"), pose), feet, slice(20, -20))


@pytest.mark.parametrize("rate", [100.0, 2000.0])
def test_any_rate_of_the_plates_gives_the_same(written, pose, feet, rate):
    time = np.arange(0, SECONDS, 1 / rate)
    assert_sway(read(written(sway(feet, time), time=time), pose), feet, slice(20, -20))


def test_noise_above_the_cut_off_is_taken_out(written, pose, feet):
    noisy = [
        replace(one, force=one.force + 20 * np.sin(2 * np.pi * 50 * FAST)[:, None]) for one in sway(feet)
    ]
    forces = read(written(noisy), pose)
    clean = np.stack([one.force for one in sway(feet, TIME)], 1)
    assert np.abs(forces.force - clean)[20:-20].max() < 0.1


@pytest.mark.parametrize(("name", "plate", "side", "quantity", "axis"), [
    ("ground_force_vx", "", None, Quantity.FORCE, 0),
    ("1_ground_force_py", "1", None, Quantity.POINT, 1),
    ("R_ground_torque_z", "r", Side.RIGHT, Quantity.MOMENT, 2),
    ("ground_force_2_mx", "2", None, Quantity.MOMENT, 0),
    ("ground_force_v3", "", None, Quantity.FORCE, 2),
    ("f1x", "1", None, Quantity.FORCE, 0),
    ("p2_1", "2", None, Quantity.POINT, 0),
    ("FP2_COPy", "2", None, Quantity.POINT, 1),
    ("ground_force_calcn_l_vz", "l", Side.LEFT, Quantity.FORCE, 2),
    ("Fz1", "1", None, Quantity.FORCE, 2),
    ("left_grf_y", "left", Side.LEFT, Quantity.FORCE, 1),
])  # fmt: skip
def test_names_of_columns_say_plate_quantity_and_axis(name, plate, side, quantity, axis):
    said = read_column_name(name)
    assert (said.plate, said.side, said.quantity, said.axis) == (plate, side, quantity, axis)


@pytest.mark.parametrize("name", ["time", "knee_angle_r", "hip_flexion_l", "Frame", "ground_force"])
def test_other_columns_say_nothing(name):
    assert read_column_name(name) is None


# The markers' axes and clock


def elsewhere(points):
    """From the lab frame into the axes of a file whose origin lies elsewhere."""
    return to_opensim(points @ about_up(0.7).T) + np.array([1.0, 0.0, 2.0])


def test_a_placement_brings_the_files_coordinates_to_the_pose(tmp_path):
    truth = squat_with_markers()
    path = write_trc(tmp_path / "a.trc", truth, axes=elsewhere)
    found = survey(path, Person(height=1.75), TABLES)
    raw = elsewhere(truth.joints[:, :, 2])
    placed = (raw - found.placement.origin) @ found.placement.turn.T
    assert placed == pytest.approx(found.pose.joints[:, :, Joint.ANKLE], abs=1e-6)


def test_markers_whose_time_begins_before_zero_keep_the_clock_of_their_forces(tmp_path):
    truth = squat_with_markers()
    path = write_trc(tmp_path / "a.trc", replace(truth, time=truth.time - 1.5))
    assert survey(path, Person(height=1.75), TABLES).placement.begin == pytest.approx(-1.5)


def test_forces_before_zero_are_moved_with_the_markers(written, pose, feet):
    path = written(time=FAST - 1.5)
    assert_sway(read(path, pose, replace(OPENSIM, begin=-1.5)), feet, slice(20, -20))


def test_markers_without_a_clock_begin_with_their_forces(written, pose, feet):
    forces = read(written(time=FAST + 3), pose, replace(OPENSIM, begin=float("nan")))
    assert_sway(forces, feet, slice(20, -20))
    assert ids(forces) == {"clock"}


def test_time_in_milliseconds_is_found(written, pose, feet):
    forces = read(written(time=1000 * FAST), pose)
    assert_sway(forces, feet, slice(20, -20))
    assert ids(forces) == {"time_unit"}


def test_a_part_of_the_trial_leaves_the_rest_unknown(written, pose, feet):
    time = FAST[1000:3001]
    forces = read(written(sway(feet, time), time=time), pose)
    inside = (TIME >= 1) & (TIME <= 3)
    assert np.isnan(forces.force[~inside]).all()
    assert np.isfinite(forces.force[inside]).all()
    assert ids(forces) == {"partly"}


def test_forces_of_another_time_are_refused(written, pose):
    refuse(written(time=FAST + 60), pose, "do not overlap")


# What a file gets wrong


@pytest.mark.parametrize("plates", [("l", "r"), ("r", "l")])
def test_the_centre_of_pressure_decides_whose_plate_it_is(written, pose, feet, plates):
    forces = read(written(plates=plates), pose)
    assert_sway(forces, feet, slice(20, -20))
    assert ids(forces) == (set() if plates == ("l", "r") else {"exchanged"})


def test_the_order_of_plates_does_not_matter(written, pose, feet):
    assert_sway(read(written(sway(feet)[::-1]), pose), feet, slice(20, -20))


@pytest.mark.parametrize("arm", [1.0, 1000.0])
def test_places_in_millimetres_are_found(written, pose, feet, arm):
    forces = read(written(length=1000.0, arm=arm), pose)
    assert_sway(forces, feet, slice(20, -20))
    assert "length_unit" in ids(forces)
    assert ("moment_unit" in ids(forces)) == (arm > 1)


def test_moments_in_newton_millimetres_alone_are_found(written, pose, feet):
    forces = read(written(without_points=True, arm=1000.0), pose)
    assert_sway(forces, feet, slice(20, -20))
    assert ids(forces) == {"moment_unit"}


@pytest.mark.parametrize(("unit", "word"), [
    (1000.0, "kilonewtons"), (9.80665, "kilograms"), (4.4482, "pounds"), (WEIGHT, "body weights"),
])  # fmt: skip
def test_the_body_mass_tells_the_unit_of_force(written, pose, feet, unit, word):
    forces = read(written(force=1 / unit), pose)
    assert_sway(forces, feet, slice(20, -20))
    told = [issue.because for issue in forces.issues]
    assert len(told) == 1
    assert word in told[0]


def test_kilonewtons_are_found_without_a_body_mass(written, pose, feet):
    assert_sway(read(written(force=1e-3), pose, carried=None), feet, slice(20, -20))


def test_body_weights_without_a_body_mass_are_refused(written, pose):
    refuse(written(force=1 / WEIGHT), pose, "nothing tells in which unit.*\n.*--mass", carried=None)


def test_a_force_that_no_unit_explains_is_refused(written, pose):
    refuse(written(force=30.0), pose, "no unit makes 706 N")


def test_a_body_mass_that_the_plates_contradict_is_told(written, pose, feet):
    forces = read(written(), pose, carried=1.3 * MASS)
    assert_sway(forces, feet, slice(20, -20))
    assert ids(forces) == {"weight"}


def test_forces_of_the_person_on_the_floor_are_turned(written, pose, feet):
    forces = read(written(force=-1.0), pose)
    assert_sway(forces, feet, slice(20, -20))
    assert ids(forces) == {"sign"}


TO_Z_UP = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
TO_LEFT_HANDED = np.diag([1.0, 1.0, -1.0])


@pytest.mark.parametrize("axes", [TO_Z_UP, UPWARDS, TO_LEFT_HANDED], ids=["xyz to zxy", "x kept", "mirrored"])
def test_axes_other_than_those_of_the_markers_are_found(written, pose, feet, axes):
    forces = read(written(axes=axes), pose)
    assert_sway(forces, feet, slice(20, -20))
    assert ids(forces) == {"axes"}


def test_axes_that_cannot_be_told_are_refused(written, pose):
    centred = Placement(turn=UPWARDS)
    refuse(written(axes=TO_Z_UP, placement=centred), pose, "axes of .* several others", centred)


def test_forces_far_from_the_feet_are_refused(written, pose, feet):
    away = [replace(one, place=one.place + np.array([2.0, 0.7, 0.0])) for one in sway(feet)]
    refuse(written(away), pose, "nowhere near the feet")


def test_forces_beside_the_feet_are_not_shrunk_to_an_origin_under_them(written, pose, feet):
    centred = Placement(turn=UPWARDS)
    away = [replace(one, place=one.place + np.array([0.9, 0.4, 0.0])) for one in sway(feet)]
    refuse(written(away, placement=centred), pose, "nowhere near the feet", centred)


def test_a_short_gap_is_bridged_and_a_long_one_is_not(tmp_path, pose, feet):
    columns = Written().columns(sway(feet))
    for name in columns:
        if name != "time":
            columns[name] = columns[name].copy()
    columns["ground_force_1_vy"][1000:1020] = np.nan
    columns["ground_force_1_vy"][2000:2500] = np.nan
    forces = read(write_table(tmp_path / "gaps.mot", columns), pose)
    gap = (TIME > 2.0) & (TIME < 2.5)
    assert np.isnan(forces.force[gap, Side.LEFT]).all()
    assert np.isfinite(forces.force[gap, Side.RIGHT]).all()
    assert np.isfinite(forces.force[TIME < 1.9]).all()
    assert ids(forces) == {"gaps"}


def test_a_file_cut_in_the_middle_says_so(written, pose):
    path = written()
    whole = path.read_text()
    path.write_text(whole[: int(0.6 * len(whole))])
    forces = read(path, pose)
    assert ids(forces) == {"rows_missing", "partly"}
    assert np.isnan(forces.force[-100:]).all()


def refuse(path, pose, words, placement=OPENSIM, carried=MASS):
    with pytest.raises(FormatError, match=f"(?s){words}") as told:
        read(path, pose, placement, carried)
    assert "Try:" in str(told.value)


@pytest.mark.parametrize(("content", "words"), [
    ("", "empty"),
    ("forces\nendheader\n", "no MOT file"),
    ("time\tground_force_vx\n", "no rows of numbers"),
    ("a\nendheader\ntime\tground_force_vx\n0\tx\n1\ty\n", "no number"),
    ("a\nendheader\ntime\tknee_angle_r\n0\t1\n1\t1\n", "names no forces"),
    ("a\nendheader\ntime\tpelvis_tx\tpelvis_ty\tpelvis_tz\n0\t1\t1\t1\n1\t1\t1\t1\n", "names no forces"),
    ("a\nendheader\ntime\tfx\tfy\tfz\n0\t1\t1\t1\n1\t1\t1\t1\n", "neither where they act"),
    ("a\nendheader\nfx\tfy\tfz\tpx\tpy\tpz\n" + "0\t1\t0\t0\t0\t0\n" * 9, "no column of time"),
    ("a\nendheader\ntime\tfx\tfy\tfz\tpx\n" + "0\t0\t1\t0\t0\n" * 9, "stands still"),
    ("PathFileType\t4\n", "holds markers"),
    ("some text\nof a letter\n", "no rows of numbers"),
])  # fmt: skip
def test_a_file_of_no_forces_is_refused(tmp_path, pose, content, words):
    (tmp_path / "bad.mot").write_text(content)
    if "endheader" not in content and content:
        (tmp_path / "bad.mot").rename(tmp_path / "bad.csv")
        refuse(tmp_path / "bad.csv", pose, words)
    else:
        refuse(tmp_path / "bad.mot", pose, words)


def test_a_missing_file_is_refused(tmp_path, pose):
    refuse(tmp_path / "none.mot", pose, "no file")


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_plates_that_were_never_loaded_are_refused(tmp_path, pose, feet, value):
    columns = {name: values if name == "time" else values * 0 + value
               for name, values in Written().columns(sway(feet)).items()}  # fmt: skip
    refuse(write_table(tmp_path / "still.mot", columns), pose, "ever loaded")


# Whose plate it is


def test_a_foot_without_a_plate_is_not_known(written, pose, feet):
    left = sway(feet)[:1]
    forces = read(written(left, plates=("1",)), pose)
    assert np.isnan(forces.force[:, Side.RIGHT]).all()
    assert forces.force[50, Side.LEFT] == pytest.approx(sway(feet, TIME)[0].force[50], abs=0.02)
    assert "missing" in ids(forces)


def test_two_plates_under_one_foot_are_added(written, pose, feet):
    left, right = sway(feet)
    heel, toe = (
        replace(left, force=0.5 * left.force, place=left.place + np.array([dx, 0, 0]), twist=0.5 * left.twist)
        for dx in (-0.04, 0.04)
    )
    forces = read(written([heel, right, toe], plates=("1", "2", "3")), pose)
    # Half of a sideways force each, 4 cm ahead and behind: no moment about the middle is left of them.
    assert_sway(forces, feet, slice(20, -20))
    assert ids(forces) == {"added"}


@pytest.mark.parametrize("lean", [0.0, 0.3])
def test_a_plate_with_both_feet_on_it_does_not_tell_how_they_share(written, pose, feet, lean):
    left, right = sway(feet)
    shared = both(
        replace(left, force=left.force * (1 + lean)), replace(right, force=right.force * (1 - lean))
    )
    forces = read(written([shared], plates=("1",)), pose)
    assert np.isnan(forces.force).all()
    assert forces.total[50] == pytest.approx(shared.force[500], abs=0.5)
    assert ids(forces) == {"shared"}


def test_a_plate_under_a_seat_counts_in_the_total_only(written, pose, feet):
    left, right = sway(feet)
    seat = replace(left, place=feet.mean(0) + [-0.45, 0.0, 0.45] + 0 * left.place, twist=0 * left.twist)
    forces = read(written([left, seat, right], plates=("1", "2", "3")), pose, carried=None)
    assert_sway(forces, feet, slice(20, -20))
    assert (forces.total - forces.force.sum(1))[20:-20] == pytest.approx(seat.force[::10][20:-20], abs=0.02)
    assert ids(forces) == {"no_foot"}


def only_where(pressed, one):
    """The same, with nothing on the plate at other times."""
    return replace(
        one, force=np.where(pressed[:, None], one.force, 0.0), twist=np.where(pressed, one.twist, 0.0)
    )


def test_a_foot_that_is_lifted_has_no_force_and_no_place(written, pose, feet):
    left, right = sway(feet)
    lifted = (FAST > 1.5) & (FAST < 2.5)
    left = only_where(~lifted, left)
    forces = read(written([left, right]), pose)
    off = (TIME > 1.8) & (TIME < 2.2)
    assert np.abs(forces.force[off, Side.LEFT]).max() < 2
    assert np.isnan(forces.pressure[off, Side.LEFT]).all()
    assert np.isfinite(forces.pressure[off, Side.RIGHT]).all()


def test_a_foot_beside_its_plate_has_no_known_force(written, feet):
    """Somebody stands behind the plates and steps onto them."""
    stands = pose_of(move(TIME))
    behind = stands.joints - np.where(TIME < 1.5, 0.8, 0.0)[:, None, None, None] * [1.0, 0.0, 0.0]
    early = FAST < 1.5
    pressed = [only_where(~early, one) for one in sway(feet)]
    forces = read(written(pressed), replace(stands, joints=behind))
    assert np.isnan(forces.force[TIME < 1.4]).all()
    assert np.isfinite(forces.force[TIME > 1.6]).all()


def test_the_file_is_believed_where_no_foot_is_seen(written, pose, feet):
    left, right = sway(feet)
    late = only_where(FAST > 0.5, left)
    seen = pose.where(TIME < 0.3)
    forces = read(written([late, right], convention="by foot"), seen, carried=None)
    rows = slice(100, -20)
    assert forces.force[rows, Side.LEFT] == pytest.approx(sway(feet, TIME)[0].force[rows], abs=0.02)
    assert ids(forces) == {"named"}


def test_without_feet_and_names_a_plate_is_nobodys(written, pose, feet):
    left, right = sway(feet)
    late = only_where(FAST > 0.5, left)
    forces = read(written([late, right]), pose.where(TIME < 0.3), carried=None)
    assert np.isnan(forces.force[TIME > 0.6]).all()
    assert "unseen" in ids(forces)


# C3D


def write_platforms(path, pressed, placement):
    """A C3D file of two plates of type 2 beside each other, z up and x to the right of who walks along y."""
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    file["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    file["parameters"]["POINT"]["LABELS"]["value"] = ["LASI"]
    file["data"]["points"] = np.ones((4, 1, len(TIME)))
    file["parameters"]["ANALOG"]["RATE"]["value"] = [1000.0]
    labels, channels, corners, origins = [], [], [], []
    for i, one in enumerate(pressed):
        force = one.force @ placement.turn
        place = one.place @ placement.turn + placement.origin
        moment = np.cross(place, force) + np.outer(one.twist, placement.turn[2])
        middle = np.array([np.round(place[0, 0], 1), np.round(place[0, 1], 1), place[0, 2]])
        moment = moment - np.cross(middle, force)
        half = np.array([0.3, 0.2])
        # Corners in the order of the C3D guide: local x from the second to the first, y from the fourth.
        signs = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
        corners.append(np.column_stack([middle[:2] + signs * half, np.full(4, middle[2])]).T * 1000)
        depth = np.array([0.0, 0.0, -40.0])
        labels += [f"{what}{axis}{i}" for what in "FM" for axis in "xyz"]
        # Moments of a transducer below the surface.
        channels.append(np.column_stack([force, 1000 * moment + np.cross(depth, force)]))
        origins.append(depth)
    file["parameters"]["ANALOG"]["LABELS"]["value"] = labels
    file["data"]["analogs"] = np.concatenate(channels, axis=1).T[None]
    told = file["parameters"]["FORCE_PLATFORM"]
    count = len(pressed)
    told["USED"]["value"] = [count]
    told["TYPE"]["value"] = [2] * count
    told["ZERO"]["value"] = [1, 0]
    told["CORNERS"]["value"] = np.stack(corners, axis=-1)
    told["ORIGIN"]["value"] = np.stack(origins, axis=-1)
    told["CHANNEL"]["value"] = np.arange(1, 6 * count + 1).reshape(count, 6).T
    file.write(str(path))
    return path


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_plates_of_a_c3d_file_are_read_in_the_axes_of_its_points(tmp_path, pose, feet, sign):
    pressed = [replace(one, force=sign * one.force, twist=sign * one.twist) for one in sway(feet)]
    forces = read(write_platforms(tmp_path / "a.c3d", pressed, UPRIGHT), pose, UPRIGHT)
    assert_sway(forces, feet, slice(20, -20))
    assert ids(forces) == (set() if sign > 0 else {"sign"})


def test_a_c3d_file_without_plates_is_refused(tmp_path, pose):
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    file["parameters"]["POINT"]["LABELS"]["value"] = ["LASI"]
    file["data"]["points"] = np.ones((4, 1, 9))
    file.write(str(tmp_path / "a.c3d"))
    refuse(tmp_path / "a.c3d", pose, "no force plates")


# The whole way


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """A squat with markers, and the forces of somebody who stands where it is done; in one file's axes."""
    folder = tmp_path_factory.mktemp("recorded")
    truth = squat_with_markers()
    write_trc(folder / "squat.trc", truth, axes=elsewhere)
    found = survey(folder / "squat.trc", Person(height=1.75), TABLES)
    feet = found.pose.joints[0, :, [Joint.HEEL, Joint.TOE]].mean(0) * [1.0, 1.0, 0.0]
    write_table(folder / "forces.mot", Written(placement=found.placement).columns(sway(feet)))
    return folder, feet


def test_a_trial_has_the_forces_under_its_feet(recorded):
    folder, feet = recorded
    person = Person(height=1.75, mass=MASS)
    observed = observe_markers(folder / "squat.trc", person, forces=folder / "forces.mot")
    forces, time = observed.trial.forces, observed.trial.pose.time
    truth = sway(feet, time)
    assert forces.time == pytest.approx(time)
    assert forces.force[20:-20] == pytest.approx(np.stack([p.force for p in truth], 1)[20:-20], abs=0.02)
    assert forces.pressure[20:-20] == pytest.approx(np.stack([p.place for p in truth], 1)[20:-20], abs=1e-4)


def test_what_was_repaired_in_forces_is_told_with_the_trial(recorded):
    folder, _ = recorded
    person = Person(height=1.75, mass=2 * MASS / 3)
    observed = observe_markers(folder / "squat.trc", person, forces=folder / "forces.mot")
    assert "plates_weight" in {issue.id for issue in observed.trial.capture.issues}


def test_newtons_of_plates_are_no_loads_of_each_kilogram(recorded):
    folder, _ = recorded
    person = Person(height=1.75)
    observed = observe_markers(folder / "squat.trc", person, forces=folder / "forces.mot")
    (study,) = understand(Case(person=person, trials=(observed.trial,)), read_measuring()).studies
    assert study.repetitions
    assert study.loads is None
    assert any(one.what == "loads" and "body mass" in one.because for one in study.unmeasured)


def test_without_a_file_of_forces_there_are_none(recorded):
    assert observe_markers(recorded[0] / "squat.trc", Person(height=1.75)).trial.forces is None


def test_angles_do_not_go_with_forces(recorded):
    folder, _ = recorded
    columns = {
        f"{name}_{side}": np.linspace(0, 90, 100) for name in ("hip_flexion", "knee_angle") for side in "lr"
    }
    write_table(folder / "angles.mot", {"time": np.arange(100) / 50, **columns})
    with pytest.raises(FormatError, match="angles, which do not say where"):
        observe_markers(folder / "angles.mot", Person(height=1.75), forces=folder / "forces.mot")


def job(films, forces):
    nobody = FixedEstimator(
        points_px=np.zeros((0, 33, 2)), world=np.zeros((0, 33, 3)), visibility=np.zeros((0, 33))
    )
    return Job(
        films=tuple(films), person=Person(height=1.75), burden=Burden(), estimator=nobody, forces=forces
    )


def test_a_film_does_not_go_with_forces(tmp_path, recorded):
    (tmp_path / "film.mp4").write_bytes(b"not read")
    with pytest.raises(InputError, match="neither a clock nor an origin"):
        analyse_films(job([tmp_path / "film.mp4"], (recorded[0] / "forces.mot",)), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_every_file_of_markers_has_its_own_forces(tmp_path, recorded):
    folder, _ = recorded
    with pytest.raises(InputError, match="2 files of forces were given for 1"):
        analyse_films(job([folder / "squat.trc"], 2 * (folder / "forces.mot",)), tmp_path / "out")


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "kneewise", "analyse", *map(str, words)],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(Path(kneewise.__file__).parents[1])},
    )  # fmt: skip


def test_the_command_line_takes_forces_and_says_which(tmp_path, recorded):
    folder, _ = recorded
    done = run(
        folder / "squat.trc",
        "--forces",
        folder / "forces.mot",
        "--mass",
        MASS,
        "--json",
        "--out",
        tmp_path / "out",
    )
    assert done.returncode == 0, done.stderr
    film = json.loads(done.stdout)["films"][0]
    assert film["provenance"]["forces"] == "forces.mot"
    assert [issue["id"] for issue in film["warnings"]] == []


@pytest.mark.parametrize("content", ["", "nonsense", "time,fx,fy,fz,px,py,pz\n0,a,b,c,d,e,f\n"])
def test_bad_forces_are_one_message_and_leave_nothing(tmp_path, recorded, content):
    (tmp_path / "bad.mot").write_text(content)
    done = run(recorded[0] / "squat.trc", "--forces", tmp_path / "bad.mot", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "Try:" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


# Real recordings


def real(data, trial, forces, mass=60.05):
    folder = data / "mocap"
    path = forces if forces.is_absolute() else folder / forces
    return observe_markers(folder / trial, Person(height=1.7, mass=mass), forces=path).trial


@pytest.mark.data
def test_somebody_who_stands_weighs_what_they_weigh(data):
    """60.05 kg, as the laboratory has it."""
    forces = real(data, "subject_a/static1.trc", Path("subject_a/static1_grf.mot")).forces
    assert forces.force[..., 2].sum(1).mean() == pytest.approx(60.05 * GRAVITY, rel=0.01)
    assert ids(forces) == set()


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.parametrize(("trial", "file", "left", "right"), [
    ("subject_a/STS1.trc", "subject_a/STS1_grf.mot", "ground_force_2", "ground_force_1"),
    ("subject_a/STSAsym1.trc", "subject_a/STSAsym1_grf.mot", "ground_force_2", "ground_force_1"),
    ("subject_a/STSweakLegs1.trc", "subject_a/STSweakLegs1_grf.mot", "ground_force_2", "ground_force_1"),
    ("subject_a/DJ1.trc", "subject_a/DJ1_grf.mot", "ground_force_2", "ground_force_1"),
    ("subject_b/DJ1.trc", "subject_b/DJ1_forces.mot", "L_ground_force", "R_ground_force"),
    ("../formats/markers_Squat2.trc", "../formats/grf_Squat2.mot", "ground_force", "1_ground_force"),
])  # fmt: skip
def test_plates_of_recordings_are_under_the_feet_that_stood_on_them(data, trial, file, left, right):
    mass = 60.05 if "subject_a" in trial else None
    measured = real(data, trial, Path(file), mass)
    table = read_mot(data / "mocap" / file, remedy="")
    columns = dict(zip(table.names, table.numbers.T, strict=True))
    assert ids(measured.forces) == set()
    for side, name in ((Side.LEFT, left), (Side.RIGHT, right)):
        rate = 1 / np.median(np.diff(columns["time"]))
        smooth = low_pass(columns[f"{name}_vy"], rate, CUT_OFF)
        wanted = np.interp(measured.forces.time, columns["time"], smooth)
        known = np.isfinite(measured.forces.force[:, side, 2])
        assert measured.forces.force[known, side, 2] == pytest.approx(wanted[known], abs=0.5)
        assert np.abs(wanted[~known]).max(initial=0.0) < 20


@pytest.mark.data
def test_the_uneven_riser_stands_on_the_right_leg(data):
    forces = real(data, "subject_a/STSAsym1.trc", Path("subject_a/STSAsym1_grf.mot")).forces
    loaded = forces.total[:, 2] > 300
    assert (forces.force[loaded, Side.RIGHT, 2] > forces.force[loaded, Side.LEFT, 2]).mean() > 0.95


def rewritten(data, folder, change):
    """The forces of a standing trial, with its columns changed."""
    table = read_mot(data / "mocap" / "subject_a" / "static1_grf.mot", remedy="")
    columns = {name: values.copy() for name, values in zip(table.names, table.numbers.T, strict=True)}
    return write_table(folder / "changed.mot", change(columns))


def times(pattern, factor):
    return lambda columns: {
        name: values * (factor if pattern in name else 1) for name, values in columns.items()
    }


def exchanged(columns):
    other = str.maketrans("12", "21")
    return {name.translate(other): values for name, values in columns.items()}


def scaled(factor):
    """Forces and moments in another unit."""
    return lambda columns: times("_v", factor)(times("_m", factor)(columns))


def z_up(columns):
    """Forward stays x, up becomes z; y is then to the left."""
    turned = dict(columns)
    for name in [name for name in columns if name.endswith("z")]:
        turned[name[:-1] + "y"], turned[name] = -columns[name], columns[name[:-1] + "y"]
    return turned


@pytest.mark.data
@pytest.mark.parametrize(("change", "told"), [
    (exchanged, set()),
    (times("_p", 1000.0), {"length_unit"}),
    (scaled(1e-3), {"force_unit"}),
    (scaled(-1.0), {"sign"}),
    (z_up, {"axes"}),
])  # fmt: skip
def test_a_recording_that_was_exported_wrongly_gives_the_same_forces(data, tmp_path, change, told):
    right = real(data, "subject_a/static1.trc", Path("subject_a/static1_grf.mot")).forces
    wrong = real(data, "subject_a/static1.trc", rewritten(data, tmp_path, change)).forces
    assert ids(wrong) == told
    assert wrong.force == pytest.approx(right.force, abs=0.01)
    assert wrong.pressure == pytest.approx(right.pressure, abs=1e-5)
    assert wrong.total == pytest.approx(right.total, abs=0.01)
