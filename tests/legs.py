"""Legs of known size, and squats held still whose moments follow from statics."""

import numpy as np

from kneewise.conventions import Sex
from kneewise.kinetics.leg import LegTissue, build_tissue_tables
from kneewise.knowledge import read_contact_areas, read_moment_arms, read_strengths

TABLES = build_tissue_tables(read_moment_arms(), read_strengths(), read_contact_areas())
MAN = LegTissue(tables=TABLES, stature=1.741, mass=75.0, sex=Sex.MALE)
WEIGHT = 75.0 * 9.81
THIGH, SHANK, UPPER = 0.42, 0.43, 0.50  # [m]
PRESSURE = 0.05  # centre of pressure ahead of the ankle [m]
LUMBAR = 0.25  # share of the trunk's lean that the low back bends, not the hip


def hold_squat(knee, shin, burden=0.0):
    """Moments (…, 3), angles (…, 3) and compression (…) of one leg in a squat held still, shin at an angle.

    The trunk leans until the weight is over the pressure; the burden sits on the shoulders.
    """
    knee, shin = np.broadcast_arrays(np.asarray(knee, dtype=float), shin)
    thigh = knee - shin
    thighs, shanks, upper = 0.283 * 75, 0.115 * 75, 0.602 * 75
    ahead_knee = SHANK * np.sin(shin)
    ahead_hip = ahead_knee - THIGH * np.sin(thigh)
    legs = thighs * (0.59 * ahead_knee + 0.41 * ahead_hip) * 1.0 + shanks * 0.55 * ahead_knee
    loaded = (75 + burden) * PRESSURE - legs - (upper + burden) * ahead_hip
    lean = np.arcsin(np.clip(loaded / (0.62 * UPPER * upper + UPPER * burden), -1, 1))
    hip = 9.81 / 2 * (0.62 * UPPER * upper + UPPER * burden) * np.sin(lean)
    floor = (75 + burden) * 9.81 / 2
    at_knee = floor * (ahead_knee - PRESSURE) - 9.81 / 2 * shanks * 0.45 * ahead_knee
    ankle = np.broadcast_to(floor * PRESSURE, hip.shape)
    compression = (floor - 9.81 / 2 * shanks) * np.cos(shin)
    angles = np.stack([thigh + (1 - LUMBAR) * lean, knee, shin], axis=-1)
    return np.stack([hip, at_knee, ankle], axis=-1), angles, compression
