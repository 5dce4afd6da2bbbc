"""What is left to somebody after something was taken from them, and what one person can do to the others."""

import io
import json
import re
import zipfile
from dataclasses import replace

import pytest
from joined import ORIGIN, PASSWORD, sign_in
from served import NOON

from kneewise.store import Deed
from kneewise.web import sharing
from kneewise.web.sharing import COOKIE

WRONG = "not the password at all"
NEW = "another four plain words"
JOINED = {"password": NEW, "again": NEW}
HOME = "198.51.100.7"


def code_in(answer):
    return re.search(rf"{ORIGIN}/join/([\w-]+)", answer.text)[1]


def opens(place, code):
    return place.stranger().get(f"/join/{code}").status_code == 200


# --------------------------------------------------------------------------------------------------- links


def test_who_is_no_owner_any_more_makes_none_by_a_link_of_before(place):
    olga = place.browser_of("olga")
    assert olga.post(f"/people/{place.accounts['cora']}/role", data={"role": "owner"}).status_code == 303
    cora = place.browser_of("cora")
    codes = [
        code_in(cora.post("/people/invite", data={"name": "Eve", "role": "owner"})),
        code_in(cora.post(f"/people/{place.accounts['olga']}/link")),
    ]
    assert all(opens(place, code) for code in codes)
    assert olga.post(f"/people/{place.accounts['cora']}/role", data={"role": "coach"}).status_code == 303
    assert not any(opens(place, code) for code in codes)
    assert place.stranger().post(f"/join/{codes[1]}", data=JOINED).status_code == 404


@pytest.mark.parametrize("how", ["on the page", "by a link"])
def test_another_password_ends_the_links_that_a_thief_made(place, how):
    thief, olga = place.browser_of("olga"), place.browser_of("olga")
    code = code_in(thief.post("/people/invite", data={"name": "Eve", "role": "owner"}))
    if how == "on the page":
        assert olga.post("/account/password", data={"now": PASSWORD, **JOINED}).status_code == 303
    else:
        new = place.store.link(place.accounts["olga"], NOON)
        assert place.stranger().post(f"/join/{new}", data=JOINED).status_code == 303
    assert not opens(place, code)


@pytest.mark.parametrize("end", ["another password", "closed"])
def test_who_signs_in_while_that_is_ended_does_not_come_in(place, monkeypatch, end):
    """A thief who signs in all the time is in the middle of it when the password becomes another one."""
    carl, looked = place.accounts["carl"], sharing.is_password

    def meanwhile(kept, given):
        right = looked(kept, given)
        if end == "closed":
            place.store.disable(carl, True)
        else:
            place.store.change_password(carl, "another hash")
        return right

    monkeypatch.setattr(sharing, "is_password", meanwhile)
    thief = place.stranger()
    assert sign_in(thief, "carl").status_code == 409
    assert COOKIE not in thief.cookies
    assert place.store.visits(carl, NOON) == ()
    assert Deed.SIGNED_IN not in [row.done.what for row in place.store.records(9)]


# ------------------------------------------------------------------------------------------------ guessing


def test_nobody_is_kept_out_by_somebody_behind_the_same_address(place):
    """All of a clinic come from one address, its clients, too."""
    carl = place.browser_of("carl", address=HOME)
    neighbour = place.stranger(address=HOME)
    for name in [*["carl"] * 6, *[f"name{i}" for i in range(40)]]:
        sign_in(neighbour, name, WRONG)
    assert sign_in(neighbour, "carl").status_code == 429
    assert sign_in(carl, "carl").status_code == 303
    assert [sign_in(carl, "carl", WRONG).status_code for _ in range(6)] == [401] * 5 + [429]
    assert sign_in(carl, "carl").status_code == 429


# ------------------------------------------------------------------------------------------------- records


def test_of_a_client_who_is_erased_no_address_stays(place):
    anna = place.browser_of("anna", address="203.0.113.99")
    sign_in(place.stranger(address="203.0.113.99"), "anna", WRONG)
    at = f"/cases/{place.cases['anna']}"
    assert anna.get(at).status_code == 200
    assert anna.post(f"{at}/erase", data={"sure": "Anna"}).status_code == 303
    rows = place.store.records(9)
    assert Deed.ERASED in [row.done.what for row in rows]
    assert Deed.FAILED in [row.done.what for row in rows]
    assert "203.0.113.99" not in repr(rows)


@pytest.mark.parametrize("before", [10**30, 1 << 63, -1, "x"])
def test_a_number_that_no_record_has_is_refused(place, before):
    olga = place.browser_of("olga")
    assert olga.get("/records", params={"before": before}).status_code == 422
    assert olga.get("/records", params={"before": (1 << 63) - 1}).status_code == 200


# --------------------------------------------------------------------------------------------- what comes in


def changed(parcel, change):
    """An exported case whose tables somebody changed."""
    source, written = zipfile.ZipFile(io.BytesIO(parcel)), io.BytesIO()
    tables = {name: json.loads(source.read(name)) for name in source.namelist() if name.endswith(".json")}
    change({name.removesuffix(".json"): rows for name, rows in tables.items()})
    with zipfile.ZipFile(written, "w") as parcel:
        for name in source.namelist():
            content = json.dumps(tables[name]) if name in tables else source.read(name)
            parcel.writestr(zipfile.ZipInfo(name), content)
    return written.getvalue()


WEEK = {"id": "calm", "first": "2026-01-05", "last": "2026-01-11", "sessions": []}
MADE_UP = {
    "no phase": ("2026-01-05", [], []),
    "the end of the calendar": ("9999-12-30", [], []),
    "its beginning": ("0001-01-01", [], []),
    "backwards": ("2026-01-05", [WEEK | {"last": "2026-01-01"}], []),
    "without an end": ("2026-01-05", [WEEK | {"last": "8999-01-01"}], []),
    "a week that is none": ("2026-01-05", [WEEK], [{"on": "2026-01-06", "week": [1]}]),
}


@pytest.mark.parametrize("plan", MADE_UP)
def test_a_case_that_a_coach_made_up_takes_the_desk_from_nobody(place, plan):
    carl, at = place.browser_of("carl"), f"/cases/{place.cases['anna']}"
    carl.get(at)
    start, phases, reviews = MADE_UP[plan]

    def make_up(tables):
        tables["cases"][0]["content"]["plan"] = {"start": start}
        dates = {"start": start, "phases": phases, "reviews": reviews}
        tables["meanings"][-1]["summary"]["plan"] = {"dates": dates}

    parcel = changed(carl.get(f"{at}/export").content, make_up)
    carl.post(f"{at}/erase", data={"sure": "Anna"})
    assert carl.post("/import", files={"parcel": ("case.zip", parcel)}).status_code == 303
    for login in ("olga", "carl"):
        assert place.browser_of(login).get("/desk").status_code == 200


@pytest.mark.parametrize("name", ["李明", "김민준", "สมชาย", "Anna 🦵", "#let x = 1; *b* $x$ `c`"])
def test_whatever_somebody_is_called_their_pages_are_printed(place, name):
    carl, at = place.browser_of("carl"), f"/cases/{place.cases['anna']}"
    assert carl.post(f"{at}/keep/name", data={"name": name}).status_code == 303
    said = {"said": "given", "purpose": "care", "day": "2026-01-01", "told_by": name, "words": name}
    assert carl.post(f"{at}/desk/consents", data=said).status_code == 303
    for end in ("/desk/client.pdf", "/desk/colleague.pdf"):
        printed = carl.get(at + end)
        assert (printed.status_code, printed.content[:5]) == (200, b"%PDF-")
