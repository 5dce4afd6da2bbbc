"""The network's own guess in space → start values for the fit.

The guess is turned from the line of sight into the room, scaled by stature, pushed along the line of
sight until it covers the picture as the person does, and read as joint angles.
"""

import math

import numpy as np

from ..conventions import Joint, Side
from ..model import Array, Mask, Person
from .fitting import FOCAL, expect_whole, proportions_of
from .landmarks import BODY_LANDMARKS
from .observation import Observation
from .skeleton import FOOT_BLOCK, FRAME_SIZE, WHOLE_SIZE, Frame, Leg, Whole, leg_parameter

_LEG_SHARE = 0.492


def start_values(observation: Observation, world: Array, person: Person) -> tuple[Array, Array]:
    """Frame and whole-film parameters to start from.

    Parameters
    ----------
    observation
        Landmarks on an even time grid.
    world
        (n, 33, 3) the network's guess: right, down, away; from mid-hip. [m]
    person
        Stature sets the scale.
    """
    guess = _fill(world[:, BODY_LANDMARKS])
    legs = np.linalg.norm(guess[:, :, Joint.HIP] - guess[:, :, Joint.KNEE], axis=-1) + np.linalg.norm(
        guess[:, :, Joint.KNEE] - guess[:, :, Joint.ANKLE], axis=-1
    )
    guess = guess * (_LEG_SHARE * person.height / np.median(legs))
    camera = _into_camera(guess, observation)
    room = np.stack([camera[..., 2], -camera[..., 0], -camera[..., 1]], axis=-1)
    proportions = proportions_of(person)
    height = proportions.ankle_height - float(np.median(room[:, :, Joint.ANKLE, 2]))
    room[..., 2] += height
    whole = _whole(room, person, height)
    return _frames(room, whole), whole


def _fill(guess: Array) -> Array:
    """Missing frames take the nearest known ones, in between linearly."""
    n = len(guess)
    flat = guess.reshape(n, -1).copy()
    known = np.asarray(np.isfinite(flat).all(1))
    index = np.arange(n)
    for column in flat.T:
        column[:] = np.interp(index, index[known], column[known])
    return flat.reshape(guess.shape)


def _into_camera(guess: Array, observation: Observation) -> Array:
    """(n, side, joint, xyz) in the camera: right, down, away. [m]"""
    points = observation.points / FOCAL
    weight = observation.seen
    centre = points[:, :, Joint.HIP].mean(1)
    seen = np.asarray(weight.all((1, 2)))
    centre = _fill(np.where(seen[:, None], centre, np.nan))
    ray = np.column_stack([centre, np.ones(len(centre))])
    ray /= np.linalg.norm(ray, axis=1, keepdims=True)
    turned = _turn_to_ray(ray, guess)
    distance = _distances(points, turned, weight)
    return turned + (distance[:, None] * ray)[:, None, None]


def _turn_to_ray(ray: Array, guess: Array) -> Array:
    """Turn vectors by the smallest turn that takes the camera's axis to each frame's line of sight."""
    axis = np.cross([0.0, 0.0, 1.0], ray)[:, None, None]
    cosine = ray[:, 2][:, None, None, None]
    along = (axis * guess).sum(-1, keepdims=True)
    return np.asarray(guess * cosine + np.cross(axis, guess) + axis * along / (1 + cosine))


def _distances(points: Array, turned: Array, weight: Mask) -> Array:
    """Distance along the line of sight at which the guess covers the picture as the person does. [m]"""
    seen, body = (values.reshape(len(values), -1, values.shape[-1]) for values in (points, turned))
    known = weight.reshape(len(weight), -1, 1)
    spread_seen = _spread(seen, known)
    spread_body = _spread(body[..., :2], known)
    ratio = spread_body / np.maximum(spread_seen, 1e-6)
    good = np.isfinite(ratio) & (weight.reshape(len(weight), -1).sum(1) > 6)
    return np.full(len(points), float(np.median(ratio[good])) if good.any() else 3.0)


def _spread(values: Array, known: Mask) -> Array:
    count = np.maximum(known.sum(1, keepdims=True), 1)
    centred = np.where(known, values - (values * known).sum(1, keepdims=True) / count, 0)
    return np.asarray(np.sqrt((centred**2).sum((1, 2))))


def _whole(room: Array, person: Person, height: float) -> Array:
    whole = expect_whole(person, np.zeros(WHOLE_SIZE)).centre.copy()
    whole[Whole.CAMERA_HEIGHT] = height
    for side in Side:
        block = FOOT_BLOCK[side]
        arrow = np.median(room[:, side, Joint.TOE] - room[:, side, Joint.HEEL], axis=0)
        whole[block : block + 2] = np.median(room[:, side, Joint.ANKLE, :2], axis=0)
        whole[block + 2] = math.atan2(arrow[1], arrow[0])
    return whole


def _frames(room: Array, whole: Array) -> Array:
    frame = np.zeros((len(room), FRAME_SIZE))
    hips, shoulders = room[:, :, Joint.HIP], room[:, :, Joint.SHOULDER]
    root = hips.mean(1)
    frame[:, : Frame.HEADING] = root
    heading = _heading(room, whole)
    frame[:, Frame.HEADING] = heading
    trunk = _turn_back(heading, shoulders.mean(1) - root)
    frame[:, Frame.TRUNK_FLEXION] = np.abs(np.arctan2(trunk[:, 0], trunk[:, 2]))
    for side in Side:
        thigh = _turn_back(heading, room[:, side, Joint.KNEE] - room[:, side, Joint.HIP])
        shank = _turn_back(heading, room[:, side, Joint.ANKLE] - room[:, side, Joint.KNEE])
        thigh /= np.linalg.norm(thigh, axis=1, keepdims=True)
        shank /= np.linalg.norm(shank, axis=1, keepdims=True)
        abduction = np.arcsin(np.clip(side.outward * thigh[:, 1], -0.7, 0.7))
        frame[:, leg_parameter(side, Leg.ABDUCTION)] = abduction
        frame[:, leg_parameter(side, Leg.FLEXION)] = np.clip(np.arctan2(thigh[:, 0], -thigh[:, 2]), -0.3, 2.2)
        bend = np.arccos(np.clip((thigh * shank).sum(1), -1, 1))
        frame[:, leg_parameter(side, Leg.KNEE)] = np.clip(bend, 0.05, 2.4)
    return frame


def _heading(room: Array, whole: Array) -> Array:
    """One direction of facing for the whole stance, from hips, shoulders and feet together."""
    across = (room[:, Side.LEFT] - room[:, Side.RIGHT])[:, [Joint.SHOULDER, Joint.HIP]].sum(1)
    facing = np.median(np.column_stack([across[:, 1], -across[:, 0]]), axis=0)
    facing /= max(float(np.linalg.norm(facing)), 1e-9)
    yaws = np.array([whole[FOOT_BLOCK[side] + 2] for side in Side])
    feet = np.array([np.cos(yaws).sum(), np.sin(yaws).sum()]) / 2
    both = facing + feet
    return np.full(len(room), math.atan2(both[1], both[0]))


def _turn_back(heading: Array, vectors: Array) -> Array:
    c, s = np.cos(heading), np.sin(heading)
    return np.column_stack(
        [c * vectors[:, 0] + s * vectors[:, 1], c * vectors[:, 1] - s * vectors[:, 0], vectors[:, 2]]
    )
