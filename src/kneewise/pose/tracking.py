"""Recording → LandmarkTrack: the one person who squats, through the whole film.

Two looks. The scout finds everybody a few times a second and chooses whom to follow; the reader then
reads that person's landmarks in every frame. The reader's next region comes from the landmarks of an
frame two earlier, so that two frames are read at once.
"""

import math
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from ..model import Frame, Recording
from .appearance import Appearance
from .clothing import knee_width
from .landmarks import LANDMARKS, Estimator, Landmarks, LandmarkTrack, Region, Sighting
from .steadying import Steadier

Progress = Callable[[float], None]

SCOUT_INTERVAL = 0.25
"""Time between looks for people. [s]"""
READ_INTERVAL = 0.028
"""Least time between frames that are read; at 60 frames a second every other one is. [s]"""
_IN_FLIGHT = 2
_OUTLINE_INTERVAL = 1.0
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
    others : the other people seen for more than a second.
    rival : whether another person moves up and down nearly as much and as large.
    appearance : light, sharpness and the camera's motion, seen at the same looks.
    """

    chosen: Candidate | None
    others: tuple[Candidate, ...]
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
    grown = math.log(before.region.size_px / now.region.size_px)
    return float(2 * moved + abs(grown))


def _choose(candidates: list[Candidate], appearance: Appearance) -> Scouting:
    if not candidates:
        return Scouting(None, (), False, appearance)
    longest = max(len(person.time) for person in candidates)
    largest = max(person.size_px for person in candidates)

    def merit(person: Candidate) -> float:
        presence = len(person.time) / longest
        size = person.size_px / largest
        return presence * math.pow(size, 1.5) * (0.08 + min(person.going_up_and_down, 0.3))

    ranked = sorted(candidates, key=merit, reverse=True)
    lasting = [person for person in ranked[1:] if len(person.time) * SCOUT_INTERVAL > 1.0]
    rival = any(
        merit(person) > 0.7 * merit(ranked[0]) and person.size_px > 0.85 * ranked[0].size_px
        for person in lasting
    )
    return Scouting(ranked[0], tuple(lasting), rival, appearance)


def follow(
    recording: Recording, estimator: Estimator, scouting: Scouting, progress: Progress
) -> LandmarkTrack:
    """Landmarks of the chosen person in every frame that is read; NaN where they are not found."""
    if scouting.chosen is None:
        raise ValueError("Nobody was chosen to be followed.")
    reader = _Reader(estimator, scouting.chosen, scouting.others)
    for time in reader.read(recording):
        progress(time / max(recording.duration, 1e-9))
    return reader.track(recording)


@dataclass(slots=True)
class _Reader:
    """Reads one person's landmarks, and on the way the camera's motion and the clothes.

    Two frames are in flight at once, on any number of cores, so that numbers do not depend on the machine.
    """

    estimator: Estimator
    person: Candidate
    others: tuple[Candidate, ...]
    times: list[float] = field(default_factory=list)
    found: list[Landmarks | None] = field(default_factory=list)
    knee_widths: list[float] = field(default_factory=list)
    steadier: Steadier = field(default_factory=Steadier)
    _outlined: float = float("-inf")

    def read(self, recording: Recording) -> Iterator[float]:
        """Read the whole film; yields the time of each frame that is done."""
        with ThreadPoolExecutor(max_workers=_IN_FLIGHT) as pool:
            pending: deque[tuple[Frame, Future[Landmarks]]] = deque()
            for turn, frame in enumerate(recording.frames(READ_INTERVAL)):
                region = self._region(frame.time)
                others = tuple(other.region_at(frame.time) for other in self.others)
                self.steadier.look(frame.image, (region, *others))
                reading = pool.submit(self.estimator.read_landmarks, frame.image, region, turn)
                pending.append((frame, reading))
                if len(pending) >= _IN_FLIGHT:
                    yield self._settle(*pending.popleft())
            while pending:
                yield self._settle(*pending.popleft())

    def track(self, recording: Recording) -> LandmarkTrack:
        """Everything that was read."""
        n = len(self.times)
        points, world = np.full((n, LANDMARKS, 2), np.nan), np.full((n, LANDMARKS, 3), np.nan)
        visibility, score = np.zeros((n, LANDMARKS)), np.zeros(n)
        for i, landmarks in enumerate(self.found):
            if landmarks is not None:
                points[i], world[i] = landmarks.points_px, landmarks.world
                visibility[i], score[i] = landmarks.visibility, landmarks.score
        maps, reach = self.steadier.motion(recording.width_px, recording.height_px)
        widths = [width for width in self.knee_widths if math.isfinite(width)]
        return LandmarkTrack(
            time=np.array(self.times),
            points_px=points,
            world=world,
            visibility=visibility,
            score=score,
            width_px=recording.width_px,
            height_px=recording.height_px,
            maps=maps,
            reach=reach,
            cuts=self.steadier.cuts,
            background_lost=self.steadier.lost,
            knee_width=float(np.median(widths)) if widths else float("nan"),
            networks=self.estimator.networks,
        )

    def _region(self, time: float) -> Region:
        latest = self.found[-1] if self.found else None
        return latest.region if latest else self.person.region_at(time)

    def _settle(self, frame: Frame, reading: Future[Landmarks]) -> float:
        landmarks = reading.result()
        known = _is_same_person(landmarks, self.person.region_at(frame.time))
        self.times.append(frame.time)
        self.found.append(landmarks if known else None)
        if known and frame.time - self._outlined >= _OUTLINE_INTERVAL:
            self._outlined = frame.time
            silhouette = self.estimator.read_silhouette(frame.image, landmarks.region)
            if silhouette is not None:
                self.knee_widths.append(knee_width(silhouette, landmarks))
        return frame.time


def _is_same_person(landmarks: Landmarks, expected: Region) -> bool:
    near = np.linalg.norm(landmarks.region.centre_px - expected.centre_px) < 0.4 * expected.size_px
    alike = 0.5 < landmarks.region.size_px / expected.size_px < 2.0
    return bool(landmarks.score >= _LEAST_SCORE and near and alike)
