"""What is measured is read again exactly, to the last bit, and a file that somebody changed does no harm."""

import io
import json
import pickle
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from kept import refilmed, trial_of

from kneewise.conventions import ArmJoint, Bar, Joint, Side, View
from kneewise.model import Burden, Capture, GroundForces, Issue, Pose, Readings, Severity, Trial
from kneewise.model.foretold import Refilmed
from kneewise.store.packing import pack, pack_trial, unpack, unpack_trial

NUMBER = st.floats(allow_nan=True, allow_infinity=True)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LEGS, ARMS = (len(Side), len(Joint), 3), (len(Side), len(ArmJoint))
ISSUES = st.lists(
    st.builds(Issue, id=TEXT, severity=st.sampled_from(Severity), because=TEXT, remedy=TEXT), max_size=2
).map(tuple)


def filled(*shape):
    return arrays(np.float64, shape, elements=NUMBER)


@st.composite
def trials(draw):
    """Trials with every field there is, of any length, and any number in them."""
    n, k, marks = draw(st.integers(0, 3)), draw(st.integers(0, 2)), draw(st.integers(0, 3))
    arms = draw(st.booleans())
    pose = Pose(
        time=draw(filled(n)),
        joints=draw(filled(n, *LEGS)),
        joints_sd=draw(filled(n, *LEGS)),
        draws=draw(filled(k, n, *LEGS)),
        arms=draw(filled(n, *ARMS, 3)) if arms else None,
        arms_sd=draw(filled(n, *ARMS)) if arms else None,
    )
    readings = Readings(
        time=draw(filled(n)),
        points=draw(filled(n, marks, 2)),
        world=draw(filled(n, marks, 3)),
        visibility=draw(filled(n, marks)),
        shape=draw(st.tuples(NUMBER, NUMBER)),
        networks=draw(st.lists(TEXT, max_size=2).map(tuple)),
    )
    forces = GroundForces(
        time=draw(filled(n)),
        force=draw(filled(n, 2, 3)),
        pressure=draw(filled(n, 2, 3)),
        free_moment=draw(filled(n, 2)),
        total=draw(st.none() | filled(n, 3)),
        issues=draw(ISSUES),
    )
    numbers = {f.name: draw(NUMBER) for f in fields(Capture) if f.name not in ("view", "issues")}
    return Trial(
        name=draw(TEXT),
        digest=draw(TEXT),
        condition=draw(TEXT),
        burden=Burden(mass=draw(NUMBER), bar=draw(st.sampled_from(Bar))),
        capture=Capture(view=draw(st.sampled_from(View)), issues=draw(ISSUES), **numbers),
        pose=draw(st.sampled_from([pose, None])),
        provenance=draw(st.dictionaries(TEXT, TEXT, max_size=2)),
        readings=draw(st.sampled_from([readings, None])),
        forces=draw(st.sampled_from([forces, None])),
    )


def bits(value):
    """A record as something that is equal only where every bit of it is."""
    if is_dataclass(value):
        return type(value), [bits(getattr(value, f.name)) for f in fields(value)]
    if isinstance(value, np.ndarray):
        return value.dtype, value.shape, value.tobytes()
    if isinstance(value, float):
        return "nan" if np.isnan(value) else (value, np.signbit(value))
    return [bits(one) for one in value] if isinstance(value, tuple) else (type(value), value)


@given(trials())
@settings(max_examples=60)
def test_a_trial_is_read_as_it_was_kept(trial):
    assert bits(unpack_trial(pack_trial(trial))) == bits(trial)


def test_what_is_read_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        unpack_trial(pack_trial(trial_of("d"))).pose.joints[0] = 0


def test_scores_are_read_as_they_were_kept():
    kept = refilmed()
    assert bits(unpack(Refilmed, json.loads(json.dumps(pack(kept, {}), allow_nan=False)), {})) == bits(kept)


def changed(trial, change):
    """The file of a trial, with its description changed."""
    with np.load(io.BytesIO(pack_trial(trial))) as file:
        content = dict(file.items())
    tree = json.loads(content["about"].tobytes())
    change(tree)
    content["about"] = np.frombuffer(json.dumps(tree).encode(), np.uint8)
    made = io.BytesIO()
    np.savez(made, **content)
    return made.getvalue()


def test_a_file_without_a_newer_field_takes_its_default():
    trial = replace(trial_of("d"), readings=None)
    assert bits(unpack_trial(changed(trial, lambda tree: tree["trial"].pop("readings")))) == bits(trial)


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree.update(version=99),
        lambda tree: tree["trial"].update(moon=1),
        lambda tree: tree["trial"]["pose"].update(joints=".trial.pose.moon"),
        lambda tree: tree["trial"]["pose"].update(joints=".trial.pose.time"),
        lambda tree: tree["trial"]["burden"].update(bar="ON_THE_MOON"),
        lambda tree: tree.pop("trial"),
    ],
)
def test_a_file_that_is_not_understood_is_no_measurement(change):
    assert unpack_trial(changed(trial_of("d"), change)) is None


@pytest.mark.parametrize("part", [0, 0.3, 0.9, 0.999])
def test_a_file_that_was_cut_off_is_no_measurement(part):
    whole = pack_trial(trial_of("d"))
    assert unpack_trial(whole[: int(part * len(whole))]) is None


def test_a_file_whose_bits_fell_over_is_no_measurement_or_the_same():
    trial, rng = trial_of("d"), np.random.default_rng(20260101)
    whole = pack_trial(trial)
    for place in rng.integers(0, len(whole), 200):
        fallen = bytearray(whole)
        fallen[place] ^= 1 << int(rng.integers(8))
        read = unpack_trial(bytes(fallen))
        assert read is None or bits(read) == bits(trial)


class Evil:
    def __reduce__(self):
        return (exec, ("raise SystemExit",))


def test_a_file_that_brings_code_is_no_measurement():
    file = io.BytesIO()
    np.savez(file, about=np.array([Evil()], dtype=object))
    assert unpack_trial(file.getvalue()) is None
    assert unpack_trial(pickle.dumps(Evil())) is None


def test_a_file_that_would_swell_is_no_measurement():
    content = pack_trial(replace(trial_of("d"), pose=Pose.exact(np.zeros(9999), np.zeros((9999, *LEGS)))))
    assert len(content) < 1 << 20
    assert unpack_trial(content) is not None
    assert unpack_trial(content, largest=1 << 20) is None
