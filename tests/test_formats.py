import csv
import math
from dataclasses import replace

import numpy as np
import pytest
from people import down_and_up, frame_times, pose_of, squatter

from kneewise.conventions import BodyMeasure, Joint, JointLoad, LegMeasure, Muscle, Side, View
from kneewise.errors import FormatError
from kneewise.formats import (
    read_angles,
    read_joints,
    read_loads,
    write_angles,
    write_joints,
    write_loads,
    write_mot,
    write_trc,
)
from kneewise.kinematics import compute_motion
from kneewise.model import Loads, Pose

DEG = math.pi / 180
SIDES = ("left", "right")
JOINTS = ("shoulder", "hip", "knee", "ankle", "heel", "toe")
TIME = frame_times(3)
SEEN = (TIME < 1.9) | (TIME > 2.2)


@pytest.fixture(scope="module")
def pose():
    """A squat with legs unlike each other and a gap."""
    course = down_and_up(TIME, 0.3)[:, None]
    somebody = squatter(TIME, down_and_up(TIME, 0.3), knee_out=np.radians([10, 20]) * course, stance=0.3)
    return pose_of(somebody, sd=0.01, draws=8, rng=np.random.default_rng(1)).where(SEEN)


@pytest.fixture(scope="module")
def motion(pose):
    return compute_motion(pose, View.OBLIQUE)


@pytest.fixture(scope="module")
def loads():
    rng = np.random.default_rng(2)
    shape = (len(TIME), len(Side), len(JointLoad))
    leg = rng.uniform(1, 100, shape)
    leg[..., JointLoad.PATELLOFEMORAL_STRESS] *= 1e5
    return Loads(
        time=TIME,
        leg=leg,
        leg_sd=0.1 * leg,
        leg_low=0.8 * leg,
        leg_high=1.2 * leg,
        lumbar=(lumbar := rng.uniform(0, 200, len(TIME))),
        lumbar_sd=np.full(len(TIME), 9.0),
        lumbar_low=lumbar - 15,
        lumbar_high=lumbar + 15,
        assumptions=(),
        muscle=(muscle := rng.uniform(0, 5000, (len(TIME), len(Side), len(Muscle)))),
        muscle_sd=0.2 * muscle,
    )


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    table = [[float(cell) if cell else math.nan for cell in row] for row in rows]
    return header, dict(zip(header, np.array(table).T, strict=True))


@pytest.fixture
def joints_table(tmp_path, pose):
    write_joints(tmp_path / "joints.csv", pose)
    return read_csv(tmp_path / "joints.csv")


@pytest.fixture
def angles_table(tmp_path, motion):
    write_angles(tmp_path / "angles.csv", motion)
    return read_csv(tmp_path / "angles.csv")


@pytest.fixture
def loads_table(tmp_path, loads):
    write_loads(tmp_path / "loads.csv", TIME, loads)
    return read_csv(tmp_path / "loads.csv")


def test_joints_have_the_columns_of_the_contract(joints_table):
    header, _ = joints_table
    expected = {
        f"{joint}_{side}_{axis}_{end}"
        for joint in JOINTS
        for side in SIDES
        for axis in "xyz"
        for end in ("m", "sd_m")
    }
    assert set(header[1:]) == expected
    assert header[0] == "time_s"


def test_no_column_stands_twice(joints_table, angles_table, loads_table):
    assert all(len(set(header)) == len(header) for header, _ in (joints_table, angles_table, loads_table))


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("joint", Joint)
@pytest.mark.parametrize("axis", range(3))
def test_joints_read_again_are_those_written(joints_table, pose, side, joint, axis):
    column = joints_table[1][f"{joint.name.lower()}_{side.name.lower()}_{'xyz'[axis]}_m"]
    # Five digits: a hundredth of a millimetre.
    assert column == pytest.approx(pose.joints[:, side, joint, axis], abs=5.1e-6, nan_ok=True)


def test_errors_of_joints_read_again_are_those_written(joints_table, pose):
    expected = pose.joints_sd[:, Side.RIGHT, Joint.TOE, 2]
    assert joints_table[1]["toe_right_z_sd_m"] == pytest.approx(expected, abs=5.1e-6, nan_ok=True)


@pytest.mark.parametrize("table", ["joints_table", "angles_table", "loads_table"])
def test_time_is_that_of_the_film(request, table):
    assert request.getfixturevalue(table)[1]["time_s"] == pytest.approx(TIME, abs=5.1e-6)


def test_frames_not_measured_are_empty_cells(tmp_path, pose):
    write_joints(tmp_path / "joints.csv", pose)
    with (tmp_path / "joints.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    empty = [all(cell == "" for cell in row[1:]) for row in rows]
    assert empty == (~SEEN).tolist()


ANGLES = ("knee_flexion", "hip_flexion", "ankle_dorsiflexion", "thigh_inclination", "shank_inclination")


@pytest.mark.parametrize("angle", [*ANGLES, "knee_frontal_projection", "foot_turn_out"])
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("end", ["deg", "sd_deg"])
def test_angles_have_the_columns_of_the_contract(angles_table, angle, side, end):
    assert f"{angle}_{side}_{end}" in angles_table[0]


@pytest.mark.parametrize("angle", ["trunk_inclination", "trunk_side_lean"])
@pytest.mark.parametrize("end", ["deg", "sd_deg"])
def test_angles_of_the_trunk_have_no_side(angles_table, angle, end):
    assert f"{angle}_{end}" in angles_table[0]


def test_every_angle_column_has_its_error(angles_table):
    header, _ = angles_table
    names = [name.rsplit("_", 1) for name in header[1:] if "_sd_" not in name]
    assert all(f"{stem}_sd_{unit}" in header for stem, unit in names)


def test_every_measure_has_a_column(angles_table):
    per_leg = 2 * 2 * len(LegMeasure)
    assert len(angles_table[0]) == 1 + per_leg + 2 * len(BodyMeasure)


@pytest.mark.parametrize("side", Side)
def test_angles_are_written_in_degrees(angles_table, motion, side):
    expected = np.degrees(motion.leg[:, side, LegMeasure.KNEE_FLEXION])
    assert angles_table[1][f"knee_flexion_{side.name.lower()}_deg"] == pytest.approx(
        expected, abs=5.1e-6, nan_ok=True
    )


@pytest.mark.parametrize("side", Side)
def test_distances_are_written_in_metres(angles_table, motion, side):
    expected = motion.leg[:, side, LegMeasure.HEEL_RISE]
    assert angles_table[1][f"heel_rise_{side.name.lower()}_m"] == pytest.approx(
        expected, abs=5.1e-6, nan_ok=True
    )


def test_ratios_are_written_as_they_are(angles_table, motion):
    expected = motion.body[:, BodyMeasure.DEPTH]
    assert angles_table[1]["depth_ratio"] == pytest.approx(expected, abs=5.1e-6, nan_ok=True)


LOADS = {
    "hip_moment": "nm",
    "knee_moment": "nm",
    "ankle_moment": "nm",
    "patellofemoral_force": "n",
    "patellofemoral_stress": "mpa",
    "tibiofemoral_force": "n",
    "ground_reaction": "n",
    "knee_frontal_moment": "nm",
    "quadriceps_force": "n",
    "patellar_tendon_force": "n",
    **{
        f"muscle_force_{group}": "n"
        for group in ("gluteus_maximus", "hamstrings", "adductors", "quadriceps", "gastrocnemius", "soleus")
    },
}


def test_loads_have_the_columns_of_the_contract(loads_table):
    expected = {
        f"{load}_{side}_{end}"
        for load, unit in LOADS.items()
        for side in SIDES
        for end in (unit, f"sd_{unit}")
    }
    assert set(loads_table[0]) == {"time_s", *expected, "lumbar_moment_nm", "lumbar_moment_sd_nm"}


@pytest.mark.parametrize("side", Side)
def test_stress_is_written_in_megapascals(loads_table, loads, side):
    expected = loads.leg[:, side, JointLoad.PATELLOFEMORAL_STRESS] / 1e6
    name = f"patellofemoral_stress_{side.name.lower()}_mpa"
    assert loads_table[1][name] == pytest.approx(expected, abs=5.1e-6)


@pytest.mark.parametrize("side", Side)
def test_moments_are_written_in_newton_metres(loads_table, loads, side):
    expected = loads.leg[:, side, JointLoad.KNEE_MOMENT]
    assert loads_table[1][f"knee_moment_{side.name.lower()}_nm"] == pytest.approx(expected, abs=5.1e-6)


def test_loads_that_were_not_measured_are_empty_columns_under_the_same_names(tmp_path, loads_table):
    write_loads(tmp_path / "none.csv", TIME, None)
    header, table = read_csv(tmp_path / "none.csv")
    assert header == loads_table[0]
    assert all(np.isnan(column).all() for name, column in table.items() if name != "time_s")


def same(found, expected, factor=1.0):
    return found == pytest.approx(expected, abs=5.1e-6 * factor, nan_ok=True)


def test_joints_read_back_are_the_pose(tmp_path, pose):
    write_joints(tmp_path / "joints.csv", pose)
    again = read_joints(tmp_path / "joints.csv")
    assert same(again.time, pose.time)
    assert same(again.joints, pose.joints)
    assert same(again.joints_sd, pose.joints_sd)


def test_arms_read_back_where_they_were_seen_and_are_left_out_where_not(tmp_path, pose):
    arms = pose.joints[:, :, :2] + [0.3, 0.1, -0.2]
    seen = replace(pose, arms=arms, arms_sd=np.full(arms.shape[:3], 0.03))
    for name, one in (("seen.csv", seen), ("unseen.csv", replace(pose, arms=None, arms_sd=None))):
        write_joints(tmp_path / name, one)
    again = read_joints(tmp_path / "seen.csv")
    assert same(again.arms, seen.arms)
    assert same(again.arms_sd, seen.arms_sd)
    assert read_joints(tmp_path / "unseen.csv").arms is None


def test_angles_read_back_are_the_motion(tmp_path, motion):
    write_angles(tmp_path / "angles.csv", motion)
    again = read_angles(tmp_path / "angles.csv")
    for name in ("leg", "leg_sd", "body", "body_sd"):
        assert same(getattr(again, name), getattr(motion, name)), name


def test_loads_read_back_are_the_loads(tmp_path, loads):
    write_loads(tmp_path / "loads.csv", TIME, loads)
    again = read_loads(tmp_path / "loads.csv")
    for name in ("leg", "leg_sd", "lumbar", "lumbar_sd", "muscle", "muscle_sd"):
        # Stress stands in the table in megapascals.
        assert same(getattr(again, name), getattr(loads, name), factor=1e6 if "leg" in name else 1), name
    assert same(again.leg[..., JointLoad.KNEE_MOMENT], loads.leg[..., JointLoad.KNEE_MOMENT])


def test_loads_that_were_not_measured_are_read_back_as_nothing(tmp_path):
    write_loads(tmp_path / "loads.csv", TIME, None)
    again = read_loads(tmp_path / "loads.csv")
    assert np.isnan(again.leg).all()
    assert np.isnan(again.lumbar).all()
    assert again.muscle is None


@pytest.mark.parametrize("kind", ["joints", "angles", "loads"])
def test_what_was_read_is_written_again_as_it_was(tmp_path, pose, motion, loads, kind):
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    if kind == "joints":
        write_joints(first, pose)
        write_joints(second, read_joints(first))
    elif kind == "angles":
        write_angles(first, motion)
        write_angles(second, read_angles(first))
    else:
        write_loads(first, TIME, loads)
        write_loads(second, TIME, read_loads(first))
    assert first.read_bytes() == second.read_bytes()


def without_column(text, name):
    rows = [line.split(",") for line in text.splitlines()]
    place = rows[0].index(name)
    return "\n".join(",".join(row[:place] + row[place + 1 :]) for row in rows)


@pytest.mark.parametrize(("spoil", "said"), [
    (lambda _: "", "no column time_s"),
    (lambda text: text.splitlines()[0], "no rows"),
    (lambda text: without_column(text, "time_s"), "no column time_s"),
    (lambda text: without_column(text, "knee_left_x_m"), "no column knee_left_x_m"),
    (lambda text: without_column(text, "knee_left_x_sd_m"), "no column knee_left_x_sd_m"),
    (lambda text: text.replace("0.03333,", "soon,", 1), "cannot be read as a table"),
    (lambda text: text.replace("0.03333,", ",", 1), "rows without time"),
    (lambda text: text.replace("0.03333,", "0.00000,", 1), "times that do not increase"),
    (lambda text: text.replace("0.03333,", "", 1), "cannot be read as a table"),
    (lambda text: text + "2.97", "cannot be read as a table"),
])  # fmt: skip
def test_a_spoilt_table_is_refused_with_what_is_wrong(tmp_path, pose, spoil, said):
    path = tmp_path / "joints.csv"
    write_joints(path, pose)
    path.write_text(spoil(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(FormatError, match=said) as caught:
        read_joints(path)
    assert str(path) in caught.value.what


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00" * 100])
def test_a_file_that_is_no_text_is_refused(tmp_path, content):
    (tmp_path / "joints.csv").write_bytes(content)
    with pytest.raises(FormatError):
        read_joints(tmp_path / "joints.csv")


def test_a_table_that_is_missing_is_refused(tmp_path):
    with pytest.raises(FormatError, match="no file"):
        read_joints(tmp_path / "joints.csv")


def read_trc(path):
    """Markers of a TRC file as other programs read it: name → (n, 3)."""
    lines = path.read_text(encoding="utf-8").splitlines()
    facts = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=True))
    names = [name for name in lines[3].split("\t")[2:] if name]
    rows = [line.split("\t") for line in lines[6:]]
    numbers = np.array([[float(cell) if cell else math.nan for cell in row] for row in rows])
    points = numbers[:, 2:].reshape(len(rows), len(names), 3)
    return facts, numbers[:, 1], {name: points[:, i] for i, name in enumerate(names)}


@pytest.fixture
def trc(tmp_path, pose):
    write_trc(tmp_path / "motion.trc", pose)
    return read_trc(tmp_path / "motion.trc")


def test_a_trc_file_states_its_size_as_it_is(trc):
    facts, time, markers = trc
    assert (
        (int(facts["NumFrames"]), int(facts["NumMarkers"])) == (len(time), len(markers)) == (SEEN.sum(), 12)
    )
    assert int(facts["OrigNumFrames"]) == len(TIME)


def test_a_trc_file_is_in_millimetres(trc):
    assert trc[0]["Units"] == "mm"


def test_a_trc_file_states_the_rate_of_the_film(trc):
    assert float(trc[0]["DataRate"]) == pytest.approx(30, abs=1e-3)


def test_a_trc_file_has_a_marker_for_every_joint_of_each_side(trc):
    assert set(trc[2]) == {f"{side}{joint.capitalize()}" for side in "LR" for joint in JOINTS}


@pytest.mark.parametrize("side", Side)
def test_markers_are_forward_up_and_right(trc, pose, side):
    x, y, z = pose.joints[SEEN, side, Joint.KNEE].T
    expected = 1000 * np.column_stack([x, z, -y])
    # Three digits: a micrometre.
    assert trc[2][f"{side.name[0]}Knee"] == pytest.approx(expected, abs=5.1e-4, nan_ok=True)


def test_the_right_foot_has_a_positive_third_axis(trc):
    assert (trc[2]["RAnkle"][:, 2] > 0).all()


def test_shoulders_are_above_ankles_on_the_second_axis(trc):
    assert (trc[2]["LShoulder"][:, 1] > trc[2]["LAnkle"][:, 1] + 300).all()


def test_a_trc_file_has_only_frames_that_were_measured_at_their_time_stamps(trc):
    assert trc[1] == pytest.approx(TIME[SEEN], abs=5.1e-7)


def read_mot(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    end = lines.index("endheader")
    facts = dict(line.split("=") for line in lines[1:end])
    names = lines[end + 1].split("\t")
    rows = np.array([[float(cell) for cell in line.split("\t")] for line in lines[end + 2 :]])
    return facts, dict(zip(names, rows.reshape(-1, len(names)).T, strict=True))


@pytest.fixture
def mot(tmp_path, motion, pose):
    write_mot(tmp_path / "motion.mot", motion, pose)
    return read_mot(tmp_path / "motion.mot")


def test_a_mot_file_states_its_size_as_it_is(mot):
    facts, columns = mot
    assert (int(facts["nRows"]), int(facts["nColumns"])) == (len(columns["time"]), len(columns))


def test_a_mot_file_is_in_degrees(mot):
    assert mot[0]["inDegrees"] == "yes"


def test_a_mot_file_has_only_frames_that_were_measured(mot):
    assert mot[1]["time"] == pytest.approx(TIME[SEEN], abs=1e-6)


@pytest.mark.parametrize(("name", "measure"), [
    ("knee_angle", LegMeasure.KNEE_FLEXION),
    ("ankle_angle", LegMeasure.ANKLE_DORSIFLEXION),
])  # fmt: skip
@pytest.mark.parametrize("side", Side)
def test_a_mot_file_has_the_angles_of_each_leg_under_opensims_names(mot, motion, name, measure, side):
    expected = np.degrees(motion.leg[SEEN, side, measure])
    assert mot[1][f"{name}_{side.name[0].lower()}"] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("side", Side)
def test_the_hip_of_a_mot_file_bends_in_the_plane_of_the_pelvis_as_opensims_does(mot, pose, side):
    hip, knee = pose.joints[SEEN, side, Joint.HIP], pose.joints[SEEN, side, Joint.KNEE]
    shoulder = pose.joints[SEEN][:, :, Joint.SHOULDER].mean(1) - pose.joints[SEEN][:, :, Joint.HIP].mean(1)
    thigh = np.arctan2((knee - hip)[:, 0], (hip - knee)[:, 2])
    expected = np.degrees(thigh + np.arctan2(shoulder[:, 0], shoulder[:, 2]))
    assert mot[1][f"hip_flexion_{side.name[0].lower()}"] == pytest.approx(expected, abs=1e-6)


def test_a_trunk_that_leans_forward_has_a_negative_pelvis_tilt(mot, motion):
    expected = -np.degrees(motion.body[SEEN, BodyMeasure.TRUNK_INCLINATION])
    assert mot[1]["pelvis_tilt"] == pytest.approx(expected, abs=1e-6)


def test_the_pelvis_of_a_mot_file_is_forward_up_and_right(mot, pose):
    x, y, z = pose.joints[SEEN][:, :, Joint.HIP].mean(1).T
    found = [mot[1][name] for name in ("pelvis_tx", "pelvis_ty", "pelvis_tz")]
    assert np.array(found) == pytest.approx(np.array([x, z, -y]), abs=1e-6)


def test_angles_that_the_view_hides_are_left_out_of_a_mot_file(tmp_path, pose):
    write_mot(tmp_path / "front.mot", compute_motion(pose, View.FRONT), pose)
    assert "knee_angle_r" not in read_mot(tmp_path / "front.mot")[1]


def test_a_film_that_was_refused_has_a_mot_file_without_rows(tmp_path):
    nothing = Pose.empty(TIME)
    write_mot(tmp_path / "none.mot", compute_motion(nothing, View.UNKNOWN), nothing)
    facts, _ = read_mot(tmp_path / "none.mot")
    assert facts["nRows"] == "0"


def test_a_film_that_was_refused_has_a_trc_file_without_any_place(tmp_path):
    write_trc(tmp_path / "none.trc", Pose.empty(TIME))
    _, time, markers = read_trc(tmp_path / "none.trc")
    assert len(time) == len(TIME)
    assert all(np.isnan(points).all() for points in markers.values())
