import struct
from fractions import Fraction

import av
import numpy as np
import pytest
from people import write_film

from kneewise.errors import FilmError
from kneewise.samples import sample_film
from kneewise.video import open_video

EVEN = np.arange(45) / 30
UNEVEN = np.cumsum(np.r_[0.0, np.tile([0.033, 0.050, 0.017, 0.120, 0.042], 8)]).round(3)
# The clock of an MP4 track ticks at least 10 000 times a second here.
TICK = 1e-4
WIDTH, HEIGHT = 96, 64
RED, GREEN, BLUE, WHITE = *np.eye(3).tolist(), [1.0, 1.0, 1.0]
CORNERS = {"top left": RED, "top right": GREEN, "bottom right": BLUE, "bottom left": WHITE}


def times_of(recording, least_interval=0.0):
    return np.array([frame.time for frame in recording.frames(least_interval)])


def four_corners(_index):
    """A picture whose quarters are red, green, blue and white, clockwise from the top left."""
    picture = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    half_height, half_width = HEIGHT // 2, WIDTH // 2
    picture[:half_height, :half_width] = np.multiply(RED, 255)
    picture[:half_height, half_width:] = np.multiply(GREEN, 255)
    picture[half_height:, half_width:] = np.multiply(BLUE, 255)
    picture[half_height:, :half_width] = np.multiply(WHITE, 255)
    return picture


def corners_of(image):
    """Which colour each corner shows."""
    height, width = image.shape[:2]
    places = {
        "top left": (height // 4, width // 4),
        "top right": (height // 4, 3 * width // 4),
        "bottom right": (3 * height // 4, 3 * width // 4),
        "bottom left": (3 * height // 4, width // 4),
    }
    return {name: (image[place] > 128).astype(float).tolist() for name, place in places.items()}


def turned_clockwise(corners, quarter_turns):
    names = list(corners)
    return {names[(i + quarter_turns) % 4]: corners[name] for i, name in enumerate(names)}


def tail_cut(path, share):
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    return path


def noisy(index):
    """Pictures that do not compress, so that the file is long enough to be cut."""
    return np.random.default_rng(index).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(FilmError, match=r"no file .*absent\.mp4"):
        open_video(tmp_path / "absent.mp4")


def test_a_folder_is_no_film(tmp_path):
    with pytest.raises(FilmError, match="folder"):
        open_video(tmp_path)


def test_an_empty_file_is_called_empty(tmp_path):
    (tmp_path / "empty.mp4").touch()
    with pytest.raises(FilmError, match="empty"):
        open_video(tmp_path / "empty.mp4")


def test_a_text_file_with_the_name_of_a_film_is_no_film(tmp_path):
    (tmp_path / "notes.mp4").write_text("three squats\n" * 50)
    with pytest.raises(FilmError, match=r"notes\.mp4"):
        open_video(tmp_path / "notes.mp4")


def test_a_sound_file_has_no_picture_track(tmp_path):
    path = tmp_path / "voice.m4a"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000, layout="mono")
        for i in range(4):
            sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            sound.rate, sound.pts = 8000, 1024 * i
            container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
    with pytest.raises(FilmError, match="no picture track"):
        open_video(path)


def test_a_film_cut_before_its_index_cannot_be_read(tmp_path):
    path = tail_cut(write_film(tmp_path / "cut.mp4", EVEN, image=noisy), 0.5)
    with pytest.raises(FilmError, match=r"cut\.mp4"):
        open_video(path)


def cut_film_with_its_index_in_front(tmp_path):
    path = write_film(
        tmp_path / "cut.mp4",
        EVEN,
        image=noisy,
        container_options={"movflags": "faststart"},
        options={"g": "5"},
    )
    return tail_cut(path, 0.6)


def test_a_film_cut_after_its_index_is_read_up_to_the_cut(tmp_path):
    times = times_of(open_video(cut_film_with_its_index_in_front(tmp_path)))
    # 60 % of the bytes are about 60 % of pictures that are all alike in size.
    assert 15 <= len(times) <= 30


def test_a_film_cut_after_its_index_keeps_its_time_stamps(tmp_path):
    times = times_of(open_video(cut_film_with_its_index_in_front(tmp_path)))
    assert times == pytest.approx(EVEN[: len(times)], abs=TICK)


def test_a_film_of_nothing_but_its_index_holds_no_picture(tmp_path):
    path = write_film(tmp_path / "head.mp4", EVEN, image=noisy, container_options={"movflags": "faststart"})
    content = path.read_bytes()
    path.write_bytes(content[: content.index(b"mdat") + 8])
    with pytest.raises(FilmError, match=r"head\.mp4"):
        open_video(path)


def test_every_refusal_says_what_to_try(tmp_path):
    with pytest.raises(FilmError, match="Try: "):
        open_video(tmp_path / "absent.mp4")


@pytest.mark.parametrize("quarter_turns", range(4))
def test_a_turned_film_is_shown_upright(tmp_path, quarter_turns):
    recording = open_video(
        write_film(tmp_path / "turned.mp4", EVEN[:4], image=four_corners, quarter_turns=quarter_turns)
    )
    frame = next(recording.frames(0.0))
    assert corners_of(frame.image) == turned_clockwise(CORNERS, quarter_turns)


@pytest.mark.parametrize(
    ("quarter_turns", "size"), [(0, (96, 64)), (1, (64, 96)), (2, (96, 64)), (3, (64, 96))]
)
def test_the_size_of_a_turned_film_is_that_of_its_upright_picture(tmp_path, quarter_turns, size):
    recording = open_video(write_film(tmp_path / "turned.mp4", EVEN[:4], quarter_turns=quarter_turns))
    assert (recording.width_px, recording.height_px) == size


@pytest.mark.parametrize("times", [EVEN, UNEVEN], ids=["even", "uneven"])
def test_time_stamps_are_those_of_the_file(tmp_path, times):
    recording = open_video(write_film(tmp_path / "film.mp4", times))
    assert times_of(recording) == pytest.approx(times, abs=TICK)


def test_frames_are_numbered_as_they_stand_in_the_file(tmp_path):
    recording = open_video(write_film(tmp_path / "film.mp4", EVEN))
    assert [frame.index for frame in recording.frames(0.0)] == list(range(len(EVEN)))


def test_frames_come_in_order_of_time_though_stored_otherwise(tmp_path):
    options = {"bf": "3", "x264-params": "b-adapt=0"}
    recording = open_video(write_film(tmp_path / "film.mp4", EVEN, options=options))
    assert (np.diff(times_of(recording)) > 0).all()


@pytest.mark.parametrize("rate", [50, 60, 120, 240])
def test_frames_that_come_too_soon_are_left_out(tmp_path, rate):
    recording = open_video(write_film(tmp_path / "quick.mp4", np.arange(rate) / rate))
    assert np.diff(times_of(recording, 0.028)).min() >= 0.028


def test_sixty_frames_a_second_are_read_as_thirty(tmp_path):
    recording = open_video(write_film(tmp_path / "quick.mp4", np.arange(60) / 60))
    assert times_of(recording, 0.028) == pytest.approx(np.arange(30) / 30, abs=TICK)


def test_thirty_frames_a_second_are_all_read(tmp_path):
    recording = open_video(write_film(tmp_path / "film.mp4", EVEN))
    assert len(times_of(recording, 0.028)) == len(EVEN)


def test_left_out_frames_still_count_in_the_numbering(tmp_path):
    recording = open_video(write_film(tmp_path / "quick.mp4", np.arange(60) / 60))
    assert [frame.index for frame in recording.frames(0.028)] == list(range(0, 60, 2))


@pytest.mark.parametrize(("codec", "name"), [
    ("libx264", "film.mov"),
    ("libx265", "film.mp4"),
    ("libvpx-vp9", "film.webm"),
    ("libsvtav1", "film.mp4"),
    ("mpeg4", "film.avi"),
])  # fmt: skip
def test_films_in_many_codecs_have_all_their_frames(tmp_path, codec, name):
    if codec not in av.codecs_available:
        pytest.skip(f"this FFmpeg has no encoder {codec}")
    recording = open_video(write_film(tmp_path / name, EVEN, codec=codec))
    # WebM and AVI count in milliseconds and frames.
    assert times_of(recording) == pytest.approx(EVEN, abs=1e-3)


def test_a_film_of_one_picture_has_one_frame(tmp_path):
    recording = open_video(write_film(tmp_path / "still.mp4", EVEN[:1]))
    assert len(times_of(recording)) == 1


def test_frames_can_be_read_twice(tmp_path):
    recording = open_video(write_film(tmp_path / "film.mp4", EVEN))
    assert times_of(recording) == pytest.approx(times_of(recording))


def test_two_readers_of_one_film_do_not_disturb_each_other(tmp_path):
    recording = open_video(write_film(tmp_path / "film.mp4", EVEN))
    pairs = zip(recording.frames(0.0), recording.frames(0.0), strict=True)
    assert all(one.time == other.time for one, other in pairs)


def test_frames_are_handed_out_one_by_one(tmp_path):
    frames = open_video(write_film(tmp_path / "film.mp4", EVEN)).frames(0.0)
    assert next(frames).index == 0
    assert next(frames).index == 1


def test_colours_are_red_green_blue(tmp_path):
    recording = open_video(write_film(tmp_path / "film.mp4", EVEN[:4], image=four_corners))
    assert corners_of(next(recording.frames(0.0)).image) == CORNERS


def test_a_film_states_how_long_it_lasts(tmp_path):
    recording = open_video(write_film(tmp_path / "film.mp4", EVEN))
    # The last picture lasts as long as the others.
    assert recording.duration == pytest.approx(1.5, abs=1 / 30)


def test_the_digest_tells_two_films_apart(tmp_path):
    one = open_video(write_film(tmp_path / "one.mp4", EVEN))
    other = open_video(write_film(tmp_path / "other.mp4", UNEVEN))
    assert one.digest != other.digest


def test_the_digest_is_that_of_the_file_and_not_of_its_name(tmp_path):
    path = write_film(tmp_path / "one.mp4", EVEN)
    before = open_video(path)
    after = open_video(path.rename(tmp_path / "other.mp4"))
    assert before.digest == after.digest


def test_the_name_is_told_without_folders(tmp_path):
    assert open_video(write_film(tmp_path / "film.mp4", EVEN)).name == "film.mp4"


def test_a_film_whose_name_has_spaces_and_accents_is_read(tmp_path):
    recording = open_video(write_film(tmp_path / "meine Kniebeuge – größer.mp4", EVEN))
    assert len(times_of(recording)) == len(EVEN)


def test_a_film_with_oblong_pixels_is_read_as_players_show_it(tmp_path):
    path = tmp_path / "oblong.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(4, 3)
        picture = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 90, dtype=np.uint8), format="rgb24")
        for packet in (*stream.encode(picture), *stream.encode()):
            container.mux(packet)
    recording = open_video(path)
    assert (recording.width_px, recording.height_px) == (85, 48)


@pytest.mark.parametrize(
    "content", ["ffconcat version 1.0\nfile squat.mp4\n", "#EXTM3U\n#EXTINF:5,\nsquat.mp4\n#EXT-X-ENDLIST\n"]
)
def test_a_list_of_other_files_is_no_film_whatever_it_is_called(tmp_path, content):
    with sample_film("squat_side") as film:
        (tmp_path / "squat.mp4").write_bytes(film.read_bytes())
    (tmp_path / "list.mp4").write_text(content)
    with pytest.raises(FilmError, match=r"list\.mp4 cannot be read as a film"):
        open_video(tmp_path / "list.mp4")


def box(kind, content):
    return struct.pack(">I4s", 8 + len(content), kind) + content


def children(content):
    while content:
        size, kind = struct.unpack(">I4s", content[:8])
        yield kind, content[8:size]
        content = content[size:]


def pointing_elsewhere(kind, content, name):
    """A box of a film, its data said to lie in the file of that name beside it."""
    if kind == b"dref":
        alias = b"".join((
            bytes(10), b"\1v".ljust(28, b"\0"), bytes(12), bytes([len(name)]), name.ljust(63, b"\0"),
            bytes(16),
            struct.pack(">HH", 1, 1), bytes(16), struct.pack(">HH", 2, len(name) + 2), b"v:" + name,
            struct.pack(">hH", -1, 0),
        ))  # fmt: skip
        return box(kind, struct.pack(">II", 0, 1) + box(b"alis", bytes(4) + alias))
    if kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
        content = b"".join(pointing_elsewhere(*one, name) for one in children(content))
    return box(kind, content)


def test_a_film_whose_pictures_lie_in_another_file_shows_none_of_them(tmp_path):
    with sample_film("squat_side") as film:
        content = film.read_bytes()
    (tmp_path / "mine.mp4").write_bytes(content)
    parts = dict(children(content))
    hostile = tmp_path / "film.mov"
    hostile.write_bytes(
        box(b"ftyp", b"qt  " + bytes(4)) + pointing_elsewhere(b"moov", parts[b"moov"], b"mine.mp4")
    )
    with av.open(str(hostile), container_options={"enable_drefs": "1"}) as led_astray:
        assert next(led_astray.decode(video=0)).width > 0
    with pytest.raises(FilmError, match=r"film\.mov"):
        open_video(hostile)
