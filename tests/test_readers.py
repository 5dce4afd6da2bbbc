"""What is written for other programs, as those programs read it."""

import json
import math
import struct

import ezc3d
import numpy as np
import pytest
from people import Build, down_and_up, frame_times, move, pose_of, squatter
from pyarrow import parquet

from kneewise.conventions import Joint, Side, Task, View
from kneewise.formats import MARKERS, build_tidy, write_c3d, write_csv, write_mot, write_parquet, write_trc
from kneewise.kinematics import compute_motion
from kneewise.model import Pose, Repetition

TIME = frame_times(4)
COURSE = down_and_up(TIME, 0.5)
SEEN = (TIME < 3.0) | (TIME > 3.4)
LOST = np.arange(len(TIME)) == 50
REPETITION = Repetition(task=Task.SQUAT, start=0.6, bottom=1.7, end=2.7, hold=0.1, complete=True)
MICROMETRE = 1.1e-3
"""In millimetres; the tables for OpenSim have three decimals of them."""


@pytest.fixture(scope="module")
def pose():
    return pose_of(squatter(TIME, COURSE), sd=0.01, rng=np.random.default_rng(1)).where(SEEN)


@pytest.fixture(scope="module")
def motion(pose):
    return compute_motion(pose, View.OBLIQUE)


@pytest.fixture
def opensim():
    """Imported where the test may leave its log."""
    module = pytest.importorskip("opensim")
    module.Logger.setLevelString("Off")
    return module


def partly(pose, side, joint, frames):
    """The same pose without one joint in some frames."""
    joints = pose.joints.copy()
    joints[frames, side, joint] = np.nan
    return Pose(time=pose.time, joints=joints, joints_sd=pose.joints_sd, draws=pose.draws)


def opensim_axes(points):
    return 1000 * np.stack([points[..., 0], points[..., 2], -points[..., 1]], axis=-1)


def markers_of(opensim, path):
    """Marker → (n, 3) as OpenSim's own reader gives it, and the table."""
    table = opensim.TimeSeriesTableVec3(str(path))
    matrix, rows = table.getMatrix(), range(table.getNumRows())
    return table, {
        name: np.array([matrix.getElt(row, column).to_numpy() for row in rows])
        for column, name in enumerate(table.getColumnLabels())
    }


def test_opensim_reads_every_marker_where_it_is(opensim, pose, tmp_path):
    write_trc(tmp_path / "motion.trc", pose)
    table, found = markers_of(opensim, tmp_path / "motion.trc")
    assert table.getIndependentColumn() == pytest.approx(TIME[SEEN], abs=1e-6)
    assert table.getTableMetaDataString("Units") == "mm"
    for side, joint, name in MARKERS:
        expected = opensim_axes(pose.joints[SEEN, side, joint])
        assert found[name] == pytest.approx(expected, abs=MICROMETRE)


@pytest.mark.parametrize("joint", [Joint.SHOULDER, Joint.KNEE, Joint.TOE])
@pytest.mark.parametrize("side", Side)
def test_opensim_reads_a_marker_that_is_missing_wherever_it_stands_in_the_line(
    opensim, pose, tmp_path, side, joint
):
    gone = slice(10, 20)
    write_trc(tmp_path / "gap.trc", partly(pose, side, joint, gone))
    _, found = markers_of(opensim, tmp_path / "gap.trc")
    name = next(name for s, j, name in MARKERS if (s, j) == (side, joint))
    assert np.isnan(found[name][gone]).all()
    assert np.isfinite(found[name][:10]).all()


def test_opensim_opens_the_files_of_a_film_that_was_refused(opensim, tmp_path):
    nothing = Pose.empty(TIME)
    write_trc(tmp_path / "none.trc", nothing)
    write_mot(tmp_path / "none.mot", compute_motion(nothing, View.UNKNOWN), nothing)
    assert opensim.TimeSeriesTableVec3(str(tmp_path / "none.trc")).getNumRows() == len(TIME)
    assert opensim.TimeSeriesTable(str(tmp_path / "none.mot")).getNumRows() == 0


def test_opensim_puts_the_left_at_negative_z(opensim, pose, tmp_path):
    write_trc(tmp_path / "motion.trc", pose)
    _, found = markers_of(opensim, tmp_path / "motion.trc")
    assert (found["LAnkle"][:, 2] < 0).all()
    assert (found["RAnkle"][:, 2] > 0).all()


def test_opensims_older_reader_takes_the_same_file(opensim, pose, tmp_path):
    write_trc(tmp_path / "motion.trc", pose)
    data = opensim.MarkerData(str(tmp_path / "motion.trc"))
    assert (data.getNumFrames(), data.getNumMarkers()) == (SEEN.sum(), len(MARKERS))
    assert data.getDataRate() == pytest.approx(30)
    assert data.getUnits().getLabel() == "millimeters"
    expected = opensim_axes(pose.joints[30, Side.LEFT, Joint.SHOULDER])
    assert data.getFrame(30).getMarker(0).to_numpy() == pytest.approx(expected, abs=MICROMETRE)


def test_opensim_reads_the_angles_in_degrees(opensim, pose, motion, tmp_path):
    write_mot(tmp_path / "motion.mot", motion, pose)
    table = opensim.TimeSeriesTable(str(tmp_path / "motion.mot"))
    assert table.getTableMetaDataString("inDegrees") == "yes"
    assert table.getIndependentColumn() == pytest.approx(TIME[SEEN], abs=1e-6)
    assert table.getDependentColumn("knee_angle_r").to_numpy().max() == pytest.approx(105, abs=0.1)
    storage = opensim.Storage(str(tmp_path / "motion.mot"))
    assert storage.isInDegrees()
    assert storage.getSize() == SEEN.sum()


def leg_model(opensim, build):
    """Pelvis with trunk, thighs and shanks, coordinates named and signed as in Rajagopal's model."""
    model = opensim.Model()
    down, flipped = opensim.Vec3(0, -build.thigh, 0), opensim.Vec3(0, math.pi, 0)
    zero = opensim.Vec3(0)

    def body(name):
        made = opensim.Body(name, 1.0, zero, opensim.Inertia(0.1, 0.1, 0.1))
        model.addBody(made)
        return made

    def mark(name, part, place):
        model.addMarker(opensim.Marker(name, part, opensim.Vec3(*place)))

    pelvis = body("pelvis")
    root = opensim.PlanarJoint("ground_pelvis", model.getGround(), pelvis)
    for i, name in enumerate(("pelvis_tilt", "pelvis_tx", "pelvis_ty")):
        root.upd_coordinates(i).setName(name)
    model.addJoint(root)
    for letter, sign in (("r", 1), ("l", -1)):
        thigh, shank = body(f"femur_{letter}"), body(f"tibia_{letter}")
        socket = opensim.Vec3(0, 0, sign * build.hip_width / 2)
        hip = opensim.PinJoint(f"hip_{letter}", pelvis, socket, zero, thigh, zero, zero)
        hip.upd_coordinates(0).setName(f"hip_flexion_{letter}")
        knee = opensim.PinJoint(f"knee_{letter}", thigh, down, flipped, shank, zero, flipped)
        knee.upd_coordinates(0).setName(f"knee_angle_{letter}")
        model.addJoint(hip)
        model.addJoint(knee)
        upper = letter.upper()
        mark(f"{upper}Shoulder", pelvis, (0, build.trunk, sign * build.shoulder_width / 2))
        mark(f"{upper}Hip", thigh, (0, 0, 0))
        mark(f"{upper}Knee", shank, (0, 0, 0))
        mark(f"{upper}Ankle", shank, (0, -build.shank, 0))
    model.finalizeConnections()
    return model


def test_a_model_that_takes_the_angles_stands_where_the_joints_are(opensim, pose, motion, tmp_path):
    write_mot(tmp_path / "motion.mot", motion, pose)
    model = leg_model(opensim, Build())
    state = model.initSystem()
    table = opensim.TimeSeriesTable(str(tmp_path / "motion.mot"))
    rows = np.flatnonzero(SEEN)
    for row in range(0, table.getNumRows(), 7):
        for i in range(model.getCoordinateSet().getSize()):
            coordinate = model.getCoordinateSet().get(i)
            value = table.getDependentColumn(coordinate.getName()).to_numpy()[row]
            turns = coordinate.getName() not in ("pelvis_tx", "pelvis_ty")
            coordinate.setValue(state, math.radians(value) if turns else value)
        model.realizePosition(state)
        for side, joint, name in MARKERS:
            if joint in (Joint.HEEL, Joint.TOE):
                continue
            found = model.getMarkerSet().get(name).getLocationInGround(state).to_numpy()
            expected = opensim_axes(pose.joints[rows[row], side, joint]) / 1000
            assert found == pytest.approx(expected, abs=2e-6), name


def test_inverse_kinematics_of_the_markers_gives_the_bend_of_the_knee_beyond_gaps(opensim, pose, tmp_path):
    write_trc(tmp_path / "motion.trc", partly(pose, Side.LEFT, Joint.HIP, slice(20, 30)).where(~LOST))
    tool = opensim.InverseKinematicsTool()
    model = leg_model(opensim, Build())  # kept here, because the tool does not
    tool.setModel(model)
    tool.setMarkerDataFileName(str(tmp_path / "motion.trc"))
    tool.setOutputMotionFileName(str(tmp_path / "ik.mot"))
    tool.set_results_directory(str(tmp_path))
    tool.setStartTime(0.0)
    tool.setEndTime(float(TIME[-1]))
    assert tool.run()
    table = opensim.TimeSeriesTable(str(tmp_path / "ik.mot"))
    found = table.getDependentColumn("knee_angle_l").to_numpy()
    assert found == pytest.approx(105 * COURSE[SEEN & ~LOST], abs=0.05)


def read_c3d_bytes(path):
    """Frames and header of a C3D file by its published layout, without any library."""
    content = path.read_bytes()
    points, _, first, last, _ = struct.unpack_from("<5H", content, 2)
    scale, start = struct.unpack_from("<fH", content, 12)
    (rate,) = struct.unpack_from("<f", content, 20)
    frames = last - first + 1
    numbers = np.frombuffer(content, "<f4", 4 * points * frames, 512 * (start - 1))
    return {"first": first, "rate": rate, "scale": scale}, numbers.reshape(frames, points, 4)


def test_a_c3d_file_holds_the_same_points_in_the_lab_frame(pose, tmp_path):
    write_c3d(tmp_path / "motion.c3d", pose)
    header, numbers = read_c3d_bytes(tmp_path / "motion.c3d")
    assert header == {"first": 1, "rate": 30.0, "scale": -1.0}
    for i, (side, joint, _) in enumerate(MARKERS):
        expected = 1000 * pose.joints[SEEN, side, joint]
        assert numbers[SEEN, i, :3] == pytest.approx(expected, abs=MICROMETRE)


def test_a_c3d_point_that_was_not_measured_has_residual_minus_one(pose, tmp_path):
    write_c3d(tmp_path / "motion.c3d", partly(pose, Side.RIGHT, Joint.KNEE, slice(5, 9)))
    _, numbers = read_c3d_bytes(tmp_path / "motion.c3d")
    expected = np.repeat(~SEEN[:, None], len(MARKERS), axis=1)
    expected[5:9, [name for *_, name in MARKERS].index("RKnee")] = True
    assert np.array_equal(numbers[..., 3] == -1, expected)


def test_a_c3d_residual_is_the_standard_deviation_in_whole_millimetres(pose, tmp_path):
    write_c3d(tmp_path / "motion.c3d", pose)
    residuals = ezc3d.c3d(str(tmp_path / "motion.c3d"))["data"]["meta_points"]["residuals"][0]
    # Three coordinates of 10 mm each are 17.3 mm in space.
    assert set(residuals[:, SEEN].ravel()) == {18.0}


def test_a_c3d_file_says_what_it_holds(pose, tmp_path):
    write_c3d(tmp_path / "motion.c3d", pose, film="Kniebeuge für Anna.mp4", digest="ab" * 32)
    told = ezc3d.c3d(str(tmp_path / "motion.c3d"))["parameters"]
    assert told["POINT"]["LABELS"]["value"] == [name for *_, name in MARKERS]
    assert told["POINT"]["UNITS"]["value"] == ["mm"]
    assert told["POINT"]["RATE"]["value"] == [30]
    assert told["POINT"]["Y_SCREEN"]["value"] == ["+Z"]
    assert told["KNEEWISE"]["FILM"]["value"] == ["Kniebeuge für Anna.mp4"]
    assert told["KNEEWISE"]["SHA256"]["value"] == ["ab" * 32]


def test_repetitions_are_events_of_a_c3d_file_counted_from_its_first_frame(pose, tmp_path):
    later = Pose(time=TIME + 90, joints=pose.joints, joints_sd=pose.joints_sd, draws=pose.draws)
    repetition = Repetition(task=Task.SQUAT, start=90.6, bottom=91.7, end=152.7, hold=0.1, complete=True)
    write_c3d(tmp_path / "motion.c3d", later, [repetition])
    told = ezc3d.c3d(str(tmp_path / "motion.c3d"))["parameters"]
    event = {name: told["EVENT"][name]["value"] for name in ("USED", "LABELS", "DESCRIPTIONS", "CONTEXTS")}
    assert list(event["USED"]) == [3]
    assert event["LABELS"] == ["start", "bottom", "end"]
    assert event["DESCRIPTIONS"] == ["repetition 1"] * 3
    assert event["CONTEXTS"] == ["General"] * 3
    minutes, seconds = told["EVENT"]["TIMES"]["value"]
    assert list(minutes) == [0, 0, 1]
    assert seconds == pytest.approx([0.6, 1.7, 2.7], abs=1e-5)
    assert told["KNEEWISE"]["FIRST_TIME"]["value"] == pytest.approx([90])


def test_a_disk_that_takes_nothing_is_noticed(pose, tmp_path):
    (tmp_path / "full.c3d").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space"):
        write_c3d(tmp_path / "full.c3d", pose)


def uneven(rng, *, jitter):
    """The same movement filmed at a rate that varies, with a long and a short gap in time."""
    time = TIME + rng.uniform(-jitter, jitter, len(TIME))
    time = time[(np.abs(TIME - 2.2) > 0.06) & (np.abs(TIME - 1.0) > 0.2)]
    return time, pose_of(squatter(time, down_and_up(time, 0.5)), sd=0.01, rng=rng)


@pytest.mark.parametrize("kind", ["trc", "c3d"])
def test_a_film_at_an_uneven_rate_is_put_onto_an_even_grid(kind, rng, tmp_path, opensim):
    time, pose = uneven(rng, jitter=0.006)
    (write_trc if kind == "trc" else write_c3d)(tmp_path / f"motion.{kind}", pose)
    if kind == "trc":
        table, markers = markers_of(opensim, tmp_path / "motion.trc")
        found, when = markers["RKnee"], np.array(table.getIndependentColumn())
        rate = float(table.getTableMetaDataString("DataRate"))
    else:
        header, numbers = read_c3d_bytes(tmp_path / "motion.c3d")
        knee = numbers[:, [name for *_, name in MARKERS].index("RKnee")]
        found, rate = (
            np.where(knee[:, 3:] == -1, np.nan, knee[:, :3])[:, [0, 2, 1]] * [1, 1, -1],
            header["rate"],
        )
        when = time[0] + np.arange(len(found)) / rate
    steps = np.diff(when) * rate
    assert steps == pytest.approx(np.round(steps), abs=1e-4)
    assert rate == pytest.approx(30, rel=0.01)
    truth = squatter(when, down_and_up(when, 0.5)).joints[:, Side.RIGHT, Joint.KNEE]
    known = np.isfinite(found[:, 0])
    assert not known[(when > 0.81) & (when < 1.19)].any()
    expected = np.arange(time[0], time[-1] - 1 / rate, 1 / rate)
    apart = np.abs(when[known] - expected[:, None]).min(axis=1)
    assert (apart[(expected < 0.74) | (expected > 1.26)] < 1e-5).all()
    assert found[known] == pytest.approx(opensim_axes(truth[known]), abs=0.5)


def test_small_jitter_of_the_time_stamps_moves_nothing(rng, tmp_path):
    still = move(TIME + rng.uniform(-4e-4, 4e-4, len(TIME)))
    pose = pose_of(still)
    write_c3d(tmp_path / "motion.c3d", pose)
    _, numbers = read_c3d_bytes(tmp_path / "motion.c3d")
    assert len(numbers) == len(TIME)
    assert numbers[:, 0, :3] == pytest.approx(
        1000 * pose.joints[:, Side.LEFT, Joint.SHOULDER], abs=MICROMETRE
    )


def as_numbers(column):
    return np.array([np.nan if value is None else value for value in column], dtype=float)


@pytest.fixture
def tidy(pose, motion):
    return build_tidy("squat.mp4", pose, motion, None, [REPETITION])


@pytest.fixture
def table(tidy, tmp_path):
    write_parquet(tmp_path / "motion.parquet", tidy, {"film": {"name": "squat.mp4", "sha256": "ab" * 32}})
    return parquet.read_table(tmp_path / "motion.parquet")


def rows_of(table, quantity, side):
    rows = [row for row in table.to_pylist() if (row["quantity"], row["side"]) == (quantity, side)]
    return {name: [row[name] for row in rows] for name in table.column_names}


@pytest.mark.parametrize("side", Side)
def test_the_long_table_holds_joints_in_metres(table, pose, side):
    rows = rows_of(table, "knee_z", side.name.lower())
    assert set(rows["unit"]) == {"m"}
    assert rows["time_s"] == pytest.approx(TIME, abs=5.1e-6)
    assert as_numbers(rows["value"]) == pytest.approx(
        pose.joints[:, side, Joint.KNEE, 2], abs=5.1e-6, nan_ok=True
    )
    assert as_numbers(rows["sd"]) == pytest.approx(np.where(SEEN, 0.01, np.nan), abs=5.1e-6, nan_ok=True)


def test_the_long_table_holds_angles_in_degrees_and_bodies_without_side(table):
    bend, lean = rows_of(table, "knee_flexion", "left"), rows_of(table, "trunk_inclination", None)
    assert set(bend["unit"]) == set(lean["unit"]) == {"deg"}
    assert as_numbers(bend["value"])[SEEN] == pytest.approx(105 * COURSE[SEEN], abs=1e-4)


def test_the_long_table_has_rows_where_nothing_was_measured(table):
    moments = rows_of(table, "knee_moment", "left")
    assert moments["value"] == [None] * len(TIME)
    assert set(moments["unit"]) == {"nm"}


def test_the_long_table_knows_the_repetition_of_each_row(table):
    rows = rows_of(table, "knee_flexion", "left")
    inside = (TIME >= 0.6 - 1e-9) & (TIME <= 2.7 + 1e-9)
    assert [number == 1 for number in rows["repetition"]] == inside.tolist()
    assert {number for number in rows["repetition"] if number is not None} == {1}
    assert as_numbers(rows["percent"])[inside] == pytest.approx((TIME[inside] - 0.6) / 2.1 * 100, abs=1e-4)
    down, up = inside & (TIME < 1.7), inside & (TIME >= 1.7)
    assert rows["phase"] == ["down" if d else "up" if u else None for d, u in zip(down, up, strict=True)]


def test_a_repetition_that_the_film_cuts_off_has_no_percent(pose, motion):
    cut = Repetition(task=Task.SIT_TO_STAND, start=0.6, bottom=1.7, end=2.7, hold=0.0, complete=False)
    tidy = build_tidy("squat.mp4", pose, motion, None, [cut])
    assert np.isnan(tidy.percent).all()
    assert set(tidy.phase) == {None, "seated", "up"}


def test_csv_and_parquet_hold_the_same(tidy, table, tmp_path):
    write_csv(tmp_path / "motion.csv", tidy)
    header, *lines = (tmp_path / "motion.csv").read_text(encoding="utf-8").splitlines()
    assert header.split(",") == table.column_names
    read = [[None if cell == "" else cell for cell in line.split(",")] for line in lines]
    numeric = {"time_s", "repetition", "percent", "value", "sd"}
    for name, cells in zip(table.column_names, zip(*read, strict=True), strict=True):
        kind = float if name in numeric else str
        assert [None if cell is None else kind(cell) for cell in cells] == table[name].to_pylist()


def test_parquet_says_of_what_film_it_is_and_in_what_units(table):
    told = json.loads(table.schema.metadata[b"kneewise"])
    assert told["schema"] == "kneewise.table/1"
    assert told["film"]["sha256"] == "ab" * 32
    assert told["units"]["patellofemoral_stress"] == "mpa"
    assert told["units"]["depth"] == "ratio"
