"""What the fit takes for seen: missing frames, hidden feet, and steps that are small in the picture."""

import numpy as np

from kneewise.conventions import Joint, Side
from kneewise.model import Person, Readings
from kneewise.pose.landmarks import BODY_LANDMARKS
from kneewise.pose.observation import doubt_of, observation_of
from kneewise.pose.stance import _split_steps

FEET = [Joint.ANKLE, Joint.HEEL, Joint.TOE]


def readings(networks: tuple[str, ...] = ()) -> Readings:
    """Ten frames of a standing figure; nobody in the fourth."""
    world = np.zeros((10, 33, 3))
    for joint, down in zip(Joint, (-0.5, 0.0, 0.42, 0.84, 0.90, 0.92), strict=True):
        world[:, BODY_LANDMARKS[:, joint], 1] = down
    world[:, BODY_LANDMARKS[Side.LEFT], 0] += 0.12
    world[:, BODY_LANDMARKS[Side.RIGHT], 0] -= 0.12
    points = 0.2 * world[..., :2]
    points[3] = world[3] = np.nan
    return Readings(
        time=np.arange(10) / 12,
        points=points,
        world=world,
        visibility=np.ones((10, 33)),
        shape=(0.56, 1.0),
        networks=networks,
    )


def test_a_missing_frame_weighs_nothing():
    for networks in ((), ("heavy",)):
        seen = observation_of(readings(networks), 12.0, Person(height=1.75)).seen
        assert not seen[3].any()
        assert seen[np.arange(10) != 3].all()


def test_landmarks_of_an_unknown_estimator_are_taken_as_they_are():
    given = readings()
    observation = observation_of(given, 12.0, Person(height=1.75))
    np.testing.assert_array_equal(observation.points[0], given.points[0, BODY_LANDMARKS])


def test_the_error_of_a_taller_person_is_larger_in_proportion():
    small, tall = (observation_of(readings(("heavy",)), 12.0, Person(height=h)).sd[0] for h in (1.5, 2.0))
    np.testing.assert_allclose(tall / small, 2.0 / 1.5)


def test_feet_seen_as_usual_are_not_doubted():
    rng = np.random.default_rng(0)
    visibility = np.clip(0.7 + 0.02 * rng.standard_normal((50, 2, 6)), 0, 1)
    assert np.all(doubt_of(visibility, np.ones(50, dtype=bool)) == 1)


def test_a_foot_that_hides_for_a_while_counts_less_and_a_knee_does_not():
    visibility = np.full((50, 2, 6), 0.9)
    visibility[20:30, Side.RIGHT] = 0.3
    doubt = doubt_of(visibility, np.ones(50, dtype=bool))
    assert (doubt[20:30, Side.RIGHT][:, FEET] > 4).all()
    assert (doubt[:, :, : Joint.ANKLE] == 1).all()
    assert (doubt[:, Side.LEFT] == 1).all()
    assert (doubt[:20] == 1).all()


def test_hidden_for_more_than_half_of_the_film_is_still_noticed():
    visibility = np.full((50, 2, 6), 0.9)
    visibility[20:] = 0.3
    assert (doubt_of(visibility, np.ones(50, dtype=bool))[20:, :, FEET] > 4).all()


def test_a_small_step_begins_a_new_piece_and_noise_does_not():
    rng = np.random.default_rng(1)
    toes = 0.01 * rng.standard_normal((300, 2, 2))
    sd = np.full((300, 2), 0.015)
    assert _split_steps(toes, sd, slice(0, 300)) == [slice(0, 300)]
    toes[150:, Side.RIGHT] += 0.12
    assert [piece.start for piece in _split_steps(toes, sd, slice(0, 300))] == [0, 150]


def test_an_uncertain_foot_may_seem_to_move():
    toes, sd = np.zeros((300, 2, 2)), np.full((300, 2), 0.015)
    toes[100:140, Side.LEFT] += 0.10
    sd[100:140, Side.LEFT] = 0.05
    assert _split_steps(toes, sd, slice(0, 300)) == [slice(0, 300)]
