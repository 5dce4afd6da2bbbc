import io
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from kneewise.conventions import BodyMeasure, Joint, LegMeasure, Outline, Side, Task, View
from kneewise.errors import OutputError
from kneewise.model import Burden, Capture, Motion, Recording, Repetition, Study, Trial
from kneewise.pose.brush import COLOURS, Window
from kneewise.pose.landmarks import ImagePose
from kneewise.pose.overlay import PLAIN_KEY_EVERY, Script, clearest, draw, frame_person, key_times, storyboard
from kneewise.video import open_video

EVEN = np.arange(45) / 30
UNEVEN = np.cumsum(np.r_[0.0, np.tile([0.033, 0.050, 0.041, 0.120], 8)]).round(3)


def write_film(path: Path, time: np.ndarray, size: tuple[int, int] = (180, 320)) -> Recording:
    """A grey film whose pictures have exactly these time stamps."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 90_000)
        for i, moment in enumerate(time):
            picture = av.VideoFrame.from_ndarray(
                np.full((size[1], size[0], 3), 90 + i % 40, np.uint8), format="rgb24"
            )
            picture.pts, picture.time_base = round(moment * 90_000), Fraction(1, 90_000)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return open_video(path)


def side_pose(time: np.ndarray) -> ImagePose:
    """Somebody who stands in the middle of a 180 × 320 picture, seen from the side."""
    joints = np.array([[92, 90], [88, 160], [96, 215], [90, 270], [82, 280], [110, 282]], float)
    points = np.stack([joints, joints + np.array([4, -2])])
    return ImagePose(time=time, points_px=np.broadcast_to(points, (len(time), *points.shape)).copy())


def motion(time: np.ndarray, knee: float = 1.0, knee_sd: np.ndarray | None = None) -> Motion:
    n = len(time)
    leg, body = np.full((n, 2, len(LegMeasure)), np.nan), np.full((n, len(BodyMeasure)), np.nan)
    leg[:, :, LegMeasure.KNEE_FLEXION], body[:, BodyMeasure.TRUNK_INCLINATION] = knee, 0.3
    leg_sd = np.full_like(leg, np.nan)
    leg_sd[:, :, LegMeasure.KNEE_FLEXION] = 0.05 if knee_sd is None else knee_sd[:, None]
    outline = np.zeros((n, len(Outline)))
    outline[:, Outline.DEPTH] = np.interp(time, [0, 0.6, 1.4], [0, 0.4, 0])
    return Motion(
        time=time, leg=leg, leg_sd=leg_sd, body=body, body_sd=np.full_like(body, 0.05),
        leg_draws=np.zeros((0, *leg.shape)), body_draws=np.zeros((0, *body.shape)), outline=outline,
    )  # fmt: skip


def squat(start: float, bottom: float, end: float, *, complete: bool = True) -> Repetition:
    return Repetition(task=Task.SQUAT, start=start, bottom=bottom, end=end, hold=0.2, complete=complete)


def study(time: np.ndarray, *repetitions: Repetition, azimuth: float = -1.4, **moved: object) -> Study:
    trial = Trial(
        name="film.mp4", digest="", condition="baseline", burden=Burden(), pose=None,
        capture=Capture(view=View.SIDE, azimuth=azimuth),
    )  # fmt: skip
    return Study(
        trial=trial, motion=motion(time, **moved), repetitions=repetitions, values=((),) * len(repetitions),
        loads=None, findings=(), unmeasured=(),
    )  # fmt: skip


def times_of(film: Path | bytes) -> list[float]:
    source = io.BytesIO(film) if isinstance(film, bytes) else str(film)
    with av.open(source) as container:
        return [frame.time for frame in container.decode(video=0)]


@pytest.mark.parametrize("time", [EVEN, UNEVEN], ids=["even", "variable frame rate"])
def test_every_picture_keeps_its_own_time(tmp_path: Path, time: np.ndarray) -> None:
    recording = write_film(tmp_path / "film.mp4", time)
    overlay = draw(recording, Script(pose=side_pose(time)), tmp_path / "overlay.mp4")
    assert overlay.frames == len(time)
    assert times_of(tmp_path / "overlay.mp4") == pytest.approx(list(time), abs=1e-4)


def test_a_fast_film_is_drawn_at_no_more_than_about_thirty_pictures_a_second(tmp_path: Path) -> None:
    recording = write_film(tmp_path / "film.mp4", np.arange(120) / 120)
    overlay = draw(recording, Script(pose=side_pose(EVEN)), tmp_path / "overlay.mp4")
    assert 25 <= overlay.frames <= 36


def test_the_film_plays_in_browsers(tmp_path: Path) -> None:
    recording = write_film(tmp_path / "film.mp4", EVEN, (720, 1280))
    draw(recording, Script(pose=side_pose(EVEN)), tmp_path / "overlay.mp4")
    with av.open(str(tmp_path / "overlay.mp4")) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert (stream.height, stream.width % 2) == (720, 0)
    content = (tmp_path / "overlay.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_the_plain_film_has_the_same_pictures_from_time_nought_with_nothing_drawn(tmp_path: Path) -> None:
    time = UNEVEN + 0.25
    recording = write_film(tmp_path / "film.mp4", time)
    plain = tmp_path / "plain.mp4"
    draw(recording, Script(pose=side_pose(time)), tmp_path / "overlay.mp4", plain=plain)
    read = [frame.time for frame in recording.frames(0.0)]
    assert times_of(plain) == pytest.approx([one - read[0] for one in read], abs=1e-4)
    with av.open(str(plain)) as container:
        images = [frame.to_ndarray(format="rgb24").astype(float) for frame in container.decode(video=0)]
    assert max(np.ptp(image) for image in images) < 10


def test_the_plain_film_is_quick_to_move_about_in(tmp_path: Path) -> None:
    recording = write_film(tmp_path / "film.mp4", EVEN)
    plain = tmp_path / "plain.mp4"
    draw(recording, Script(pose=side_pose(EVEN)), tmp_path / "overlay.mp4", plain=plain)
    with av.open(str(plain)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
    keys = [i for i, packet in enumerate(packets) if packet.is_keyframe]
    assert max(np.diff([*keys, len(packets)])) <= PLAIN_KEY_EVERY
    assert all(packet.pts == packet.dts for packet in packets)
    content = plain.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_clip_and_key_pictures_come_from_the_same_pass(tmp_path: Path) -> None:
    recording = write_film(tmp_path / "film.mp4", EVEN)
    script = storyboard(study(EVEN, squat(0.4, 0.7, 1.0)), side_pose(EVEN))
    overlay = draw(recording, script, tmp_path / "overlay.mp4")
    assert overlay.clip is not None
    assert times_of(overlay.clip)[0] == pytest.approx(
        EVEN[overlay.clip_start <= EVEN][0] - overlay.clip_start, abs=1e-3
    )
    assert times_of(overlay.clip)[-1] <= overlay.clip_end - overlay.clip_start
    assert overlay.stills_at == pytest.approx([0.4, 0.5, 0.7], abs=0.02)
    for still in overlay.stills:
        image = cv2.imdecode(np.frombuffer(still, np.uint8), cv2.IMREAD_COLOR)
        assert still[:2] == b"\xff\xd8"
        assert max(image.shape) <= 480


def test_both_legs_are_seen_in_their_colours(tmp_path: Path) -> None:
    recording = write_film(tmp_path / "film.mp4", EVEN)
    draw(recording, Script(pose=side_pose(EVEN), near=Side.RIGHT), tmp_path / "overlay.mp4")
    with av.open(str(tmp_path / "overlay.mp4")) as container:
        image = next(container.decode(video=0)).to_ndarray(format="rgb24").astype(float)
    for side in Side:
        assert (np.abs(image - COLOURS[side]).max(axis=-1) < 40).sum() > 20


def test_nothing_is_drawn_where_nothing_was_measured(tmp_path: Path) -> None:
    recording = write_film(tmp_path / "film.mp4", EVEN)
    pose = side_pose(EVEN)
    pose.points_px[:] = np.nan
    draw(recording, Script(pose=pose, motion=motion(EVEN)), tmp_path / "overlay.mp4")
    with av.open(str(tmp_path / "overlay.mp4")) as container:
        image = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert np.ptp(image[:240]) < 12


def test_progress_goes_up_to_one(tmp_path: Path) -> None:
    told: list[float] = []
    draw(
        write_film(tmp_path / "film.mp4", EVEN), Script(pose=side_pose(EVEN)), tmp_path / "o.mp4", told.append
    )
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_an_interruption_leaves_no_half_written_film(tmp_path: Path) -> None:
    def interrupt(share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    recording = write_film(tmp_path / "film.mp4", EVEN)
    with pytest.raises(KeyboardInterrupt):
        draw(recording, Script(pose=side_pose(EVEN)), tmp_path / "o.mp4", interrupt, tmp_path / "plain.mp4")
    assert {path.name for path in tmp_path.iterdir()} == {"film.mp4"}


def test_a_folder_that_does_not_exist_is_said_in_words(tmp_path: Path) -> None:
    recording = write_film(tmp_path / "film.mp4", EVEN)
    with pytest.raises(OutputError, match="cannot be written"):
        draw(recording, Script(pose=side_pose(EVEN)), tmp_path / "nowhere" / "o.mp4")


def test_the_clearest_repetition_is_complete_and_has_the_least_error() -> None:
    error = np.interp(EVEN, [0.0, 0.5, 1.0, 1.4], [0.01, 0.2, 0.05, 0.05])
    told = study(
        EVEN, squat(0.0, 0.1, 0.2, complete=False), squat(0.3, 0.5, 0.7), squat(0.9, 1.1, 1.3), knee_sd=error
    )
    assert clearest(told) == 2


def test_half_way_is_half_of_the_depth() -> None:
    assert key_times(squat(0.0, 0.6, 1.4), motion(EVEN)) == pytest.approx((0.0, 0.3, 0.6), abs=0.02)


@pytest.mark.parametrize(
    ("azimuth", "near"), [(-1.4, Side.RIGHT), (0.8, Side.LEFT), (0.1, None), (np.nan, None)]
)
def test_the_near_side_follows_from_where_the_camera_stood(azimuth: float, near: Side | None) -> None:
    assert storyboard(study(EVEN, azimuth=azimuth), side_pose(EVEN)).near == near


def test_captions_name_the_phases_in_order() -> None:
    script = storyboard(study(EVEN, squat(0.0, 0.6, 1.4)), side_pose(EVEN))
    assert [caption.text for caption in script.captions] == ["1 · down", "1 · bottom", "1 · up"]
    assert all(a.end <= b.start for a, b in zip(script.captions, script.captions[1:], strict=False))


def test_points_land_where_the_picture_shows_them() -> None:
    window = Window.of((40, 20, 140, 220), 100)
    assert (window.width_px, window.height_px) == (50, 100)
    assert window.place(np.array([39.5, 19.5])) == pytest.approx([-0.5, -0.5])
    assert window.place(np.array([139.5, 219.5])) == pytest.approx([49.5, 99.5])


def test_a_pose_of_the_wrong_joint_is_never_drawn() -> None:
    assert len(Joint) == side_pose(EVEN).points_px.shape[2]


@pytest.mark.parametrize(
    "points",
    [
        [[40.0, 50], [60, 250]],
        [[-300.0, -900], [-250, -600]],
        [[500.0, 900], [505, 905]],
        [[np.nan, 10], [20, np.nan]],
        [[90.0, 160], [90, 160]],
    ],
    ids=["inside", "off to the left", "off to the right", "nowhere", "in one point"],
)
def test_the_frame_of_a_person_is_a_part_of_the_picture_with_some_size(points: list[list[float]]) -> None:
    left, top, right, bottom = frame_person(np.array(points), (180, 320))
    assert 0 <= left < right <= 180
    assert 0 <= top < bottom <= 320


def test_the_frame_of_a_person_holds_every_joint_and_the_head() -> None:
    left, top, right, bottom = frame_person(side_pose(EVEN).points_px.reshape(-1, 2), (180, 320))
    assert left < 82
    assert right > 114
    assert bottom > 282
    assert top <= 90 - 0.25 * (282 - 90)
