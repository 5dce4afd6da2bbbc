"""Recording → LandmarkTrack: the one person who squats, through the whole film.

Two looks. The scout finds everybody a few times a second and chooses whom to follow; the reader then
reads that person's landmarks in every frame. The reader's next region comes from the landmarks of an
earlier frame, so several frames are read at once, one on each core.
"""

import math
import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from ..model import Frame, Recording
from .appearance import Appearance
from .landmarks import LANDMARKS, Estimator, Landmarks, LandmarkTrack, Region, Sighting
from .steadying import Steadier

Progress = Callable[[float], None]

SCOUT_INTERVAL = 0.25
"""Time between looks for people. [s]"""
READ_INTERVAL = 0.028
"""Least time between frames that are read; at 60 frames a second every other one is. [s]"""
_LEAST_SCORE = 0.5
_REACH = 0.6
_MEMORY = 1.5


@dataclass(slots=True)
class Candidate:
    """One person as the scout saw them.

    Attributes
    ----------
    time : time stamps of the looks. [s]
    seen : what was seen at each.
    """

    time: list[float] = field(default_factory=list)
    seen: list[Sighting] = field(default_factory=list)

    def add(self, time: float, sighting: Sighting) -> None:
        """Remember one more look."""
        self.time.append(time)
        self.seen.append(sighting)

    @property
    def size_px(self) -> float:
        """Median size of the person's region. [px]"""
        return float(np.median([sighting.region.size_px for sighting in self.seen]))

    @property
    def going_up_and_down(self) -> float:
        """How far the hips travel up and down while the person stays in place, in region sizes."""
        hips = np.array([sighting.hips_px for sighting in self.seen]) / self.size_px
        if len(hips) < 4:
            return 0.0
        sideways, height = hips[:, 0], hips[:, 1]
        window = max(4, round(3.0 / SCOUT_INTERVAL))
        travels = [
            np.ptp(height[i : i + window]) - np.ptp(sideways[i : i + window])
            for i in range(max(1, len(hips) - window + 1))
        ]
        return float(max(*travels, 0.0)) if len(travels) > 1 else float(max(travels[0], 0.0))

    def region_at(self, time: float) -> Region:
        """Where the person was seen at the look nearest in time."""
        return self.seen[int(np.argmin(np.abs(np.array(self.time) - time)))].region


@dataclass(frozen=True, slots=True)
class Scouting:
    """Everybody in the film, and who is followed.

    Attributes
    ----------
    chosen : the person who is followed; None when nobody was found.
    others : number of other people seen for more than a second.
    rival : whether another person moves up and down nearly as much and as large.
    appearance : light, sharpness and the camera's motion, seen at the same looks.
    """

    chosen: Candidate | None
    others: int
    rival: bool
    appearance: Appearance


def scout(recording: Recording, estimator: Estimator, progress: Progress) -> Scouting:
    """Look for people a few times a second and choose the one who squats.

    The squatter is the one who goes up and down in place, is large in the picture and stays in the film;
    a mirror image moves alike but is smaller, a passer-by moves sideways.
    """
    candidates: list[Candidate] = []
    appearance = Appearance()
    with ThreadPoolExecutor(max_workers=1) as detector:
        pending: deque[tuple[Frame, Future[tuple[Sighting, ...]]]] = deque()

        def settle() -> None:
            frame, future = pending.popleft()
            people = future.result()
            appearance.look(frame, people)
            _associate(candidates, frame.time, people)

        for frame in recording.frames(SCOUT_INTERVAL):
            pending.append((frame, detector.submit(estimator.find_people, frame.image)))
            if len(pending) > 2:
                settle()
            progress(frame.time / max(recording.duration, 1e-9))
        while pending:
            settle()
    return _choose(candidates, appearance)


def _associate(candidates: list[Candidate], time: float, sightings: tuple[Sighting, ...]) -> None:
    """Give each sighting to the person it continues, or to a new one."""
    free = [person for person in candidates if time - person.time[-1] <= _MEMORY]
    for sighting in sightings:
        distances = [_distance(person.seen[-1], sighting) for person in free]
        nearest = int(np.argmin(distances)) if distances else -1
        if nearest >= 0 and distances[nearest] < _REACH:
            free.pop(nearest).add(time, sighting)
        else:
            candidates.append(Candidate([time], [sighting]))


def _distance(before: Sighting, now: Sighting) -> float:
    """How unlike two sightings are: distance in region sizes plus the change of size."""
    size = max(before.region.size_px, now.region.size_px)
    moved = float(np.linalg.norm(before.hips_px - now.hips_px)) / size
    grown: float = math.log(before.region.size_px / now.region.size_px)
    return 2 * moved + abs(grown)


def _choose(candidates: list[Candidate], appearance: Appearance) -> Scouting:
    if not candidates:
        return Scouting(None, 0, False, appearance)
    longest = max(len(person.time) for person in candidates)
    largest = max(person.size_px for person in candidates)

    def merit(person: Candidate) -> float:
        presence = len(person.time) / longest
        size = person.size_px / largest
        return presence * size**1.5 * (0.08 + min(person.going_up_and_down, 0.3))

    ranked = sorted(candidates, key=merit, reverse=True)
    lasting = [person for person in ranked[1:] if len(person.time) * SCOUT_INTERVAL > 1.0]
    rival = any(
        merit(person) > 0.7 * merit(ranked[0]) and person.size_px > 0.85 * ranked[0].size_px
        for person in lasting
    )
    return Scouting(ranked[0], len(lasting), rival, appearance)


def follow(
    recording: Recording, estimator: Estimator, person: Candidate, progress: Progress
) -> LandmarkTrack:
    """Landmarks of the person in every frame that is read; NaN where they are not found."""
    times: list[float] = []
    found: list[Landmarks | None] = []
    steadier = Steadier()
    for time, landmarks in _read_all(recording, estimator, person, steadier):
        times.append(time)
        found.append(landmarks)
        progress(time / max(recording.duration, 1e-9))
    return _collect(times, found, recording, steadier)


def _read_all(
    recording: Recording, estimator: Estimator, person: Candidate, steadier: Steadier
) -> Iterator[tuple[float, Landmarks | None]]:
    """Landmarks frame by frame, several frames in flight, in order of time."""
    workers = os.cpu_count() or 1
    latest: Landmarks | None = None
    with ThreadPoolExecutor(max_workers=workers) as readers:
        pending: deque[tuple[Frame, Future[Landmarks]]] = deque()

        def settle() -> tuple[float, Landmarks | None]:
            nonlocal latest
            frame, future = pending.popleft()
            landmarks = future.result()
            latest = landmarks if _is_same_person(landmarks, person.region_at(frame.time)) else None
            return frame.time, latest

        for turn, frame in enumerate(recording.frames(READ_INTERVAL)):
            region = latest.region if latest else person.region_at(frame.time)
            steadier.look(frame.image, region)
            pending.append((frame, readers.submit(estimator.read_landmarks, frame.image, region, turn)))
            if len(pending) >= workers:
                yield settle()
        while pending:
            yield settle()


def _is_same_person(landmarks: Landmarks, expected: Region) -> bool:
    near = np.linalg.norm(landmarks.region.centre_px - expected.centre_px) < 0.4 * expected.size_px
    alike = 0.5 < landmarks.region.size_px / expected.size_px < 2.0
    return bool(landmarks.score >= _LEAST_SCORE and near and alike)


def _collect(
    times: list[float], found: list[Landmarks | None], recording: Recording, steadier: Steadier
) -> LandmarkTrack:
    n = len(times)
    maps, reach = steadier.motion(recording.width_px, recording.height_px)
    points, world = np.full((n, LANDMARKS, 2), np.nan), np.full((n, LANDMARKS, 3), np.nan)
    visibility, score = np.zeros((n, LANDMARKS)), np.zeros(n)
    for i, landmarks in enumerate(found):
        if landmarks is not None:
            points[i], world[i] = landmarks.points_px, landmarks.world
            visibility[i], score[i] = landmarks.visibility, landmarks.score
    return LandmarkTrack(
        time=np.array(times),
        points_px=points,
        world=world,
        visibility=visibility,
        score=score,
        width_px=recording.width_px,
        height_px=recording.height_px,
        maps=maps,
        reach=reach,
    )
