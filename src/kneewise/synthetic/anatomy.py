"""Where the joint centres lie inside a standing body mesh.

The centres follow published anatomy.  No detector and no image was looked at to place them.

Hip
    Harrington et al. 2007 (J Biomech 40:595-602), the regression with one predictor for each axis, in
    millimetres.  The pelvic frame has its origin midway between the anterior superior iliac spines (ASIS);
    its forward axis points from the midpoint of the posterior spines (PSIS) to that origin::

        behind  = 0.24 PD + 9.9
        below   = 0.30 PW + 10.9
        lateral = 0.33 PW + 7.3

    PW is the distance between the two ASIS, PD the distance from mid-ASIS to mid-PSIS.
    Bell, Brand and Pedersen 1989/1990 give 0.36 PW lateral and 0.30 PW below: within 4 mm of the above.

    - PD is measured on the mesh: the skin in front at the ASIS minus 9.7 mm, the skin behind at the PSIS
      minus 19.6 mm (mean soft tissue over the spines: Mantovani et al. 2016, Gait Posture 44:48-54).
    - PW cannot be read from a smooth skin, so it is assumed to be 0.14 of the stature (245 mm at 1.75 m).
      A PW wrong by 15 mm moves the centre 5 mm sideways, 1 mm front to back.
    - The standing pelvis is tilted 13 degrees, ASIS low (Preece et al. 2008, J Man Manip Ther
      16:113-117: mean 13, SD 5 over 30 specimens).
    - Height: the template's own hip height (0.52-0.53 of the stature; Winter: 0.530) is kept, and the ASIS
      level is the one from which the regression leads there.

Knee
    Midpoint of the femoral epicondyles, read on the skin: in the horizontal section of the leg at the
    template's knee height, midway between the medial and lateral edges and midway front to back.

Ankle
    Midpoint of the malleoli: midway between the medial and lateral edges of the horizontal section at the
    template's ankle height, front to back at the mean position of those two edges.

Shoulder, elbow, wrist
    The template's own centres.

Heel, toe
    Points on the bare skin: the back of the heel and the tip of the big toe (the template's own
    keypoint regressors).

The right side mirrors the left, as the template does.
"""

from __future__ import annotations

import numpy as np

from .mesh import Array, Index, section

ASIS_TISSUE_M = 0.0097
PSIS_TISSUE_M = 0.0196
PELVIC_WIDTH_OF_STATURE = 0.14
PSIS_HALF_WIDTH_M = 0.045
STANDING_TILT_RAD = np.radians(13.0)
KNEE_FRACTION_FROM_FRONT = 0.50


def mirror(point: Array) -> Array:
    """Mirror a point (3,) of the left side to the right side (y to the left)."""
    return np.asarray(point * np.array([1.0, -1.0, 1.0]))


def _skin(vertices: Array, faces: Index, height: float, offset: float, front: bool) -> float:
    """Forward coordinate (m) of the skin at a height and a distance `offset` (m) to either side."""
    points = section(vertices, faces, height)
    near = points[np.abs(np.abs(points[:, 1]) - offset) < 0.02]
    return float(near[:, 0].max() if front else near[:, 0].min())


def harrington(width: float, depth: float) -> tuple[float, float, float]:
    """Hip centre from the mid-ASIS point, metres: behind, below and lateral, in the pelvic frame."""
    return 0.24 * depth + 0.0099, 0.30 * width + 0.0109, 0.33 * width + 0.0073


def hip_centre(vertices: Array, faces: Index, height: float, stature: float) -> Array:
    """Left hip joint centre.

    Parameters
    ----------
    vertices : (v, 3) standing body, arms left out, lab frame, metres
    faces : (f, 3)
    height : height (m) of the template's hip
    stature : body height (m)

    Returns
    -------
    (3,) metres
    """
    width = PELVIC_WIDTH_OF_STATURE * stature
    cos, sin = np.cos(STANDING_TILT_RAD), np.sin(STANDING_TILT_RAD)
    depth = 0.16
    for _ in range(4):
        behind, below, lateral = harrington(width, depth)
        asis_height = height + below * cos - behind * sin
        asis = _skin(vertices, faces, asis_height, width / 2, front=True) - ASIS_TISSUE_M
        psis_height = asis_height + depth * sin
        psis = _skin(vertices, faces, psis_height, PSIS_HALF_WIDTH_M, front=False) + PSIS_TISSUE_M
        depth = (asis - psis) / cos
    behind, below, lateral = harrington(width, depth)
    return np.array([asis - behind * cos - below * sin, lateral, height])


def _limb(vertices: Array, faces: Index, height: float, lateral: float) -> Array:
    points = section(vertices, faces, height)
    return points[(points[:, 1] > 0) & (np.abs(points[:, 1] - lateral) < 0.12)]


def knee_centre(vertices: Array, faces: Index, rig_knee: Array) -> Array:
    """Left knee centre (3,) in metres from the section at the height of the template's knee."""
    outline = _limb(vertices, faces, rig_knee[2], rig_knee[1])
    front, back = outline[:, 0].max(), outline[:, 0].min()
    middle = 0.5 * (outline[:, 1].min() + outline[:, 1].max())
    return np.array([front + KNEE_FRACTION_FROM_FRONT * (back - front), middle, rig_knee[2]])


def ankle_centre(vertices: Array, faces: Index, rig_ankle: Array) -> Array:
    """Left ankle centre (3,) in metres: midpoint of the medial and lateral edges near the malleoli."""
    edges = []
    for rise in (0.0, 0.005, 0.010):
        outline = _limb(vertices, faces, rig_ankle[2] + rise, rig_ankle[1])
        medial, lateral = outline[outline[:, 1].argmin()], outline[outline[:, 1].argmax()]
        edges.append(0.5 * (medial + lateral))
    centre = np.mean(edges, axis=0)
    return np.array([centre[0], centre[1], rig_ankle[2]])
