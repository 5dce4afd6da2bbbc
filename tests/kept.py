"""A case with one of everything that is kept, and every byte of it marked."""

import io
from datetime import UTC, date, datetime

import numpy as np

from kneewise.conventions import Bar, Effect, Joint, Side, View
from kneewise.model import Burden, Capture, Issue, Pose, Severity, Trial
from kneewise.model.foretold import Refilmed, Score, Seen
from kneewise.model.supposed import Amount
from kneewise.store import Consent, DiaryDay, KeptMeaning, Label, Measured, Purpose

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = date(2026, 3, 1)
MARK = "Wilhelmina-Zacharias"
KEY = "ab" * 32
FILM = f"film of {MARK} ".encode() * 5000


def trial_of(digest, frames=5, name=f"{MARK}.mp4"):
    rng = np.random.default_rng(20260101)
    joints = rng.normal(size=(frames, len(Side), len(Joint), 3))
    return Trial(
        name=name,
        digest=digest,
        condition="baseline",
        burden=Burden(mass=20.0, bar=Bar.FRONT),
        capture=Capture(
            view=View.UNKNOWN,
            issues=(Issue(id="dark", severity=Severity.NOTE, because=MARK, remedy="light"),),
        ),
        pose=Pose.exact(np.arange(frames) / 30, joints),
        provenance={"estimator": MARK},
    )


def refilmed(z=0.5):
    amount = Amount(*(float(n) for n in range(8)), *(float("nan"),) * 3)
    score = Score(
        effect=Effect.KNEE_MOMENT,
        foretold=amount,
        seen=Seen(change=1.0, sd=0.5),
        low=-1.0,
        high=2.0,
        z=z,
        inside=True,
        right=None,
    )
    return Refilmed(option="wedge", name=MARK, before="a.mp4", after="b.mp4", scores=(score,))


def fill(store, name=MARK, film=FILM, key=KEY):
    """A case with a measured film that is kept, one that was cancelled, and one of everything else."""
    case = store.add_case(name, NOW, {"answers": {"note": MARK}, "checkin": [{"date": "2026-03-01"}]}).id
    measured = store.add_film(case, io.BytesIO(film), f"{MARK}.mp4", Label(), NOW)
    store.keep_film(measured.id, keep=True)
    store.take_film("worker", NOW)
    store.keep_trial(key, trial_of(measured.digest))
    (store.folder_of(measured) / "overlay.mp4").write_bytes(film)
    (store.folder_of(measured) / "more").mkdir()
    (store.folder_of(measured) / "more" / "joints.json").write_text(MARK)
    store.finish(measured.id, "worker", Measured(key=key))
    other = store.add_film(case, io.BytesIO(film + b"x"), f"{MARK}.mov", Label(condition="heels_raised"), NOW)
    store.cancel(other.id)
    told = {"version": "0.1.0", "knowledge": "k", "revision": 1, "made": NOW}
    store.keep_meaning(KeptMeaning(case=case, keys=(key,), summary={"says": MARK}, **told))
    store.keep_meaning(KeptMeaning(case=case, keys=(), summary={"says": MARK}, **told))
    store.add_entry(case, DiaryDay(day=DAY, worst_pain=4, note=MARK, adherence={"bridge": True}))
    store.tick(case, date(2026, 3, 2), MARK, False)
    store.keep_session(case, {"cues": [MARK]}, NOW)
    store.keep_scores(case, [refilmed()])
    for given in (True, False):
        consent = Consent(purpose=Purpose.FILMS, given=given, day=DAY, told_by=MARK, words=MARK, written=NOW)
        store.add_consent(case, consent)
    note = store.write_note(case, MARK, NOW)
    store.write_note(case, f"{MARK} otherwise", NOW, note)
    return case


def everything(store, case):
    """All that can be read of a case, comparable."""
    films = store.films(case)
    return {
        "case": store.case(case),
        "films": films,
        "bytes": [store.path_of(film).read_bytes() for film in films if film.present],
        "made": {
            str(place.relative_to(store.home)): place.read_bytes()
            for film in films
            for place in sorted(store.folder_of(film).rglob("*"))
            if place.is_file()
        },
        "keys": [store.keys_of(film.digest) for film in films],
        "trials": [repr(store.trial(film.ending.key)) for film in films if film.ending],
        "meanings": store.meanings(case),
        "entries": store.entries(case),
        "sessions": store.sessions(case),
        "consents": store.consents(case),
        "notes": store.notes(case),
        "scores": repr(store.scores(case)),
        "tally": store.tally(),
    }
