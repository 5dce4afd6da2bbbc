"""What is left to somebody after something was taken from them, and what one person can do to the others."""

import html
import io
import json
import re
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import anyio
import pytest
from joined import ORIGIN, PASSWORD, sign_in
from programs import program_of
from served import NOON

from kneewise.errors import FilmError, StoreError
from kneewise.store import Deed, Done, Label, NewToken, Role, Room, Sent
from kneewise.web import house, sharing
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


@pytest.mark.parametrize("end", ["closed and opened again", "an owner now"])
def test_a_token_of_before_opens_nothing_after(place, end):
    carl, olga = place.accounts["carl"], place.browser_of("olga")
    wanted = NewToken(name="Robot", scopes=frozenset({"read"}), lasts=timedelta(days=9), account=carl)
    secret, _ = place.store.add_token(wanted, NOON)
    program = place.stranger()
    program.headers["Authorization"] = f"Bearer {secret}"
    assert program.get("/start.json").status_code == 200
    if end == "an owner now":
        assert olga.post(f"/people/{carl}/role", data={"role": "owner"}).status_code == 303
    else:
        assert olga.post(f"/people/{carl}/close").status_code == 303
        with pytest.raises(StoreError, match="closed"):  # what was on its way when it was closed
            place.store.add_token(wanted, NOON)
        with pytest.raises(StoreError, match="closed"):
            place.store.invite(Role.COACH, "Eve", NOON, by=carl)
        assert olga.post(f"/people/{carl}/open").status_code == 303
    assert program.get("/start.json").status_code == 401
    assert place.store.tokens() == ()


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


@pytest.mark.parametrize("before", [10**30, 1 << 31, -1, "x"])
def test_a_number_that_no_record_has_is_refused(place, before):
    olga = place.browser_of("olga")
    assert olga.get("/records", params={"before": before}).status_code == 422
    assert olga.get("/records", params={"before": (1 << 31) - 1}).status_code == 200


def deeds(place):
    """What was done, by whom and to whom, the latest first."""
    logins = {id: login for login, id in place.accounts.items()}
    cases = {id: name for name, id in place.cases.items()}
    return [
        (one.what, logins.get(one.account), logins.get(one.of_account), cases.get(one.case))
        for one in (row.done for row in place.store.records(99))
        if one.what is not Deed.SIGNED_IN
    ]


def test_tokens_and_hooks_are_written_down(place):
    carl, olga = place.browser_of("carl"), place.browser_of("olga")
    form = {"name": "Robot", "scope": "read", "days": "30", "case": place.cases["anna"]}
    assert carl.post("/tokens", data=form).status_code == 200
    (token,) = place.store.tokens()
    assert olga.post(f"/tokens/{token.id}/revoke").status_code == 303
    assert olga.post("/webhooks", data={"url": "https://example.org/hook"}).status_code == 200
    (hook,) = place.store.hooks()
    assert olga.post(f"/webhooks/{hook.id}/remove").status_code == 303
    assert deeds(place) == [
        (Deed.HOOK_REMOVED, "olga", None, None),
        (Deed.HOOK_ADDED, "olga", None, None),
        (Deed.TOKEN_REVOKED, "olga", "carl", None),
        (Deed.TOKEN_MADE, "carl", None, "anna"),
    ]


def test_a_wrong_token_is_written_down_and_no_more_often_than_it_is_looked_up(place):
    stranger = place.stranger(address="203.0.113.66")
    token = f"kw_{'0' * 72}"
    for _ in range(30):
        stranger.get("/start.json", headers={"Authorization": f"Bearer {token}"})
    rows = [row.done for row in place.store.records(99)]
    assert {(one.what, one.address) for one in rows} == {(Deed.TOKEN_WRONG, "203.0.113.66")}
    assert len(rows) == 20
    assert token not in repr(rows)


def test_everybody_who_is_begun_or_looked_at_at_once_is_written_down(place):
    olga = place.browser_of("olga")
    at = olga.post("/desk/groups", data={"name": "Monday"}).headers["location"]
    assert olga.post(f"{at}/people", data={"names": "Cleo\nDora\nEmil"}).status_code == 303
    assert [one[:2] for one in deeds(place)] == [(Deed.ADDED, "olga")] * 3
    both = {"who": [place.cases["anna"], place.cases["ben"]]}
    assert olga.get("/desk/compare", params=both).status_code == 200
    assert {one[3] for one in deeds(place) if one[0] is Deed.OPENED} == {"anna", "ben"}


def test_what_a_program_did_is_told_apart_from_what_its_person_did(place):
    carl, olga = place.browser_of("carl"), place.browser_of("olga")
    program = program_of(place.house, base=ORIGIN, account=place.accounts["carl"])
    at = f"/cases/{place.cases['anna']}"
    assert program.get(f"{at}.json").status_code == 200
    assert carl.get(at).status_code == 200
    told = olga.get("/records.json").json()["records"]
    by = [(one["who"], one["program"]) for one in told if one["what"] == Deed.OPENED]
    (name,) = {token.name for token in place.store.tokens()}
    assert by == [("Carl", ""), ("Carl", f"the program “{name}”")]
    assert f"</strong> by the program “{name}”" in olga.get("/records").text


def test_who_looks_at_many_clients_at_once_is_written_down_and_not_each_time(place):
    carl, olga = place.browser_of("carl"), place.browser_of("olga")
    at = carl.post("/desk/groups", data={"name": "Monday"}).headers["location"]
    for case in ("anna", "ben"):
        place.store.join_group(at.rpartition("/")[2], place.cases[case])
    for page in ("/desk", "/desk.json", at, f"{at}/queue", f"{at}/overview"):
        assert carl.get(page).status_code == 200
    assert carl.post("/desk/find", data={"name": "A"}).status_code == 200
    assert deeds(place) == [(Deed.OPENED, "carl", None, "anna"), (Deed.DESK, "carl", None, None)]
    assert olga.get(f"{at}/overview").status_code == 200
    assert {one[3] for one in deeds(place) if one[:2] == (Deed.OPENED, "olga")} == {"anna", "ben"}


def test_an_owner_finds_what_was_done_by_whom_to_whom_and_when(place):
    carl, cora, olga = (place.browser_of(login) for login in ("carl", "cora", "olga"))
    anna, ben = place.cases["anna"], place.cases["ben"]
    carl.get(f"/cases/{anna}")
    cora.get(f"/cases/{ben}")
    place.clock.wait(days=3)
    olga = place.browser_of("olga")
    olga.get(f"/cases/{ben}")
    olga.post(f"/people/{place.accounts['cora']}/role", data={"role": "owner"})
    first, last = NOON.date(), place.clock.now.date()

    def found(**asked):
        told = olga.get("/records.json", params=asked)
        return [(one["who"], one["what"]) for one in told.json()["records"] if one["what"] != "signed in"]

    opened = "opened a case"
    assert found(case=ben) == [("Olga", opened), ("Cora", opened)]
    assert found(who=place.accounts["cora"]) == [("Olga", "changed the role"), ("Cora", opened)]
    assert found(what=opened, until=str(first)) == [("Cora", opened), ("Carl", opened)]
    assert found(what=opened, since=str(last)) == [("Olga", opened)]
    assert found(what=opened, who=place.accounts["carl"], case=ben) == []
    page = olga.get("/records", params={"what": opened, "since": str(first)}).text
    assert f"<option selected>{opened}</option>" in page
    assert f'name="since" value="{first}"' in page
    assert f'href="/records?case={ben}"' in olga.get(f"/cases/{ben}/sharing").text
    for wrong in ({"what": "danced"}, {"since": "yesterday"}, {"until": "9999-12-31"}):
        assert olga.get("/records", params=wrong).status_code == 422


def test_earlier_records_are_of_what_was_looked_for(place):
    olga, carl = place.browser_of("olga"), place.accounts["carl"]
    for number in range(250):
        what = (Deed.OPENED, Deed.CHANGED)[number % 2]
        place.store.record(Done(what=what, account=carl, case=place.cases["anna"]), NOON)
    page = olga.get("/records", params={"what": "opened a case"}).text
    assert page.count("</strong> opened") == 100
    earlier = html.unescape(re.search(r'href="(/records\?[^"]*before=[^"]*)"', page)[1])
    page = olga.get(earlier).text
    assert (page.count("</strong> opened"), page.count("</strong> changed")) == (25, 0)
    assert "before=" not in page


# ------------------------------------------------------------------------------------------- among coaches


def test_a_coach_takes_no_group_from_another_who_has_people_in_it(place):
    carl, cora, olga = (place.browser_of(login) for login in ("carl", "cora", "olga"))
    at = carl.post("/desk/groups", data={"name": "Monday"}).headers["location"]
    for case in ("anna", "ben"):
        assert olga.post(f"{at}/people", data={"who": place.cases[case]}).status_code == 303
    assert [one["count"] for one in cora.get("/desk.json").json()["groups"]] == [1]
    assert cora.post(f"{at}/remove").status_code == 303
    assert place.store.group(at.rpartition("/")[2]).cases == (place.cases["anna"],)
    assert carl.post(f"{at}/remove").status_code == 303
    assert place.store.groups() == ()


def test_a_group_of_nobody_is_whose_it_was_made_by(place):
    carl, cora, olga = (place.browser_of(login) for login in ("carl", "cora", "olga"))
    at = carl.post("/desk/groups", data={"name": "Monday"}).headers["location"]
    for desk in ("/desk.json", "/desk/groups.json"):
        assert [len(one.get(desk).json()["groups"]) for one in (carl, cora, olga)] == [1, 0, 1]
    for end, told in (
        ("/people", {"who": place.cases["ben"]}),
        ("/people", {"names": "Eve"}),
        ("/remove", {}),
    ):
        assert cora.post(f"{at}{end}", data=told).status_code == 404
    assert cora.get(at).status_code == 404
    assert carl.post(f"{at}/people", data={"who": place.cases["anna"]}).status_code == 303
    assert place.store.group(at.rpartition("/")[2]).cases == (place.cases["anna"],)


def test_who_lets_a_group_go_that_others_go_on_with_has_it_no_more(place):
    carl, cora, olga = (place.browser_of(login) for login in ("carl", "cora", "olga"))
    at = carl.post("/desk/groups", data={"name": "Monday"}).headers["location"]
    for case in ("anna", "ben"):
        assert olga.post(f"{at}/people", data={"who": place.cases[case]}).status_code == 303
    assert carl.post(f"{at}/remove").status_code == 303
    assert carl.get(at).status_code == 404
    assert cora.get(at).status_code == 200
    left = cora.post(f"{at}/who/{place.cases['ben']}/leave")
    assert left.headers["location"] == "/desk/groups"  # which she made not, and nobody of hers is in any more
    assert cora.get(at).status_code == 404


def sent_before_it_was_answered(app, request):
    """Status of the answer, and how many pieces of an endless body the server took until then."""
    taken, status = [], []

    async def receive():
        taken.append(bytes(1 << 16))
        if status or len(taken) > 100:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": taken[-1], "more_body": True}

    async def send(message):
        if message["type"] == "http.response.start":
            status.extend((message["status"], len(taken), dict(message["headers"]).get(b"connection")))

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": "https",
        "path": request.url.path,
        "raw_path": request.url.raw_path,
        "query_string": b"",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": ("knee.example", 443),
        "client": (HOME, 50000),
    }
    anyio.run(app, scope, receive, send)
    return tuple(status)


@pytest.mark.parametrize(
    "at", ["/import", "/desk/practice", "/cases/BEN/films", "/cases/BEN/feet/photos", "/cases/BEN/keep/name"]
)
def test_nothing_is_read_of_what_is_sent_to_where_somebody_may_not_send(place, at):
    anna = place.browser_of("anna")
    kind = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(1 << 19)}
    path = at.replace("BEN", place.cases["ben"])
    assert sent_before_it_was_answered(place.app, anna.build_request("POST", path, headers=kind)) == (
        404,
        0,
        b"close",
    )


def test_a_token_tells_nothing_of_a_case_that_its_coach_sees_no_more(place):
    place.store.share_case(place.cases["anna"], place.accounts["cora"])
    cora = place.browser_of("cora")
    form = {"name": "Robot", "scope": "read", "days": "30", "case": place.cases["anna"]}
    assert cora.post("/tokens", data=form).status_code == 200
    assert "Anna" in cora.get("/tokens").text
    place.store.unshare_case(place.cases["anna"], place.accounts["cora"])
    page = cora.get("/tokens").text
    assert "Anna" not in page
    assert "nobody any more" in page


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


# --------------------------------------------------------------------------------------------------- films

FILM = b"\0\0\0\x18ftypmp42"


def filmed(place, case, number):
    content, added = io.BytesIO(FILM + bytes([number])), NOON + timedelta(seconds=number)
    return place.store.add_film(place.cases[case], content, "a.mp4", Label(), added).id


def test_of_the_same_film_that_is_sent_twice_at_once_one_stays(place):
    browsers = [place.browser_of("anna") for _ in range(4)]
    at = f"/cases/{place.cases['anna']}/films.json?name=a.mp4"
    with ThreadPoolExecutor(4) as threads:
        told = threads.map(lambda one: one.put(at, content=FILM + bytes(9_000_000)).status_code, browsers)
        assert sorted(told) == [201, 422, 422, 422]
    assert len(place.store.films(place.cases["anna"])) == 1


@pytest.mark.parametrize(
    ("room", "says"),
    [
        (Room(waiting=2), "2 films wait already."),
        (Room(films=2), "There are 2 films here already."),
        (Room(size=50), "GB of films here already."),
    ],
)
def test_one_case_fills_neither_the_disk_nor_the_queue(place, monkeypatch, room, says):
    monkeypatch.setattr(house, "Room", lambda: room)
    anna, ben = place.browser_of("anna"), place.browser_of("ben")
    at = f"/cases/{place.cases['anna']}/films.json?name=a.mp4"
    told = [anna.put(at, content=FILM + bytes(10) + bytes([i])) for i in range(4)]
    assert [one.status_code for one in told] == [201, 201, 422, 422]
    assert says in told[-1].json()["error"]
    assert len(place.store.films(place.cases["anna"])) == 2
    assert ben.put(at.replace(place.cases["anna"], place.cases["ben"]), content=FILM).status_code == 201


def test_one_person_has_room_without_an_end(client, case):
    assert house.House.room.fget(client.app.state.house) is None
    assert client.put(f"/cases/{case}/films.json?name=a.mp4", content=FILM).status_code == 201


def test_what_a_case_may_have_holds_for_many_at_once(place):
    def send(i):
        sent = Sent(source=io.BytesIO(FILM + bytes([i])), name="a.mp4", label=Label())
        try:
            place.store.add_sent_film(place.cases["anna"], sent, Room(waiting=3), NOON)
        except FilmError:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(send, range(12))) == 3


def test_who_sends_many_films_or_one_again_and_again_keeps_nobody_waiting(place):
    store, now = place.store, NOON
    annas = [filmed(place, "anna", number) for number in (0, 1, 2)]
    bens = [filmed(place, "ben", number) for number in (3, 4)]
    turns = []
    for _ in range(6):
        now += timedelta(minutes=1)
        taken = store.take_film("worker", now)
        turns.append(taken.id)
        store.cancel(taken.id)
        if taken.id == annas[0]:
            store.retry(taken.id)
    assert turns[:4] == [annas[0], bens[0], annas[0], bens[1]]
