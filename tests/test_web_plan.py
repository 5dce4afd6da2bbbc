"""Plan, diary, progress, what-if and what is kept, asked in process."""

import io
import re
import sqlite3
import zipfile
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from folders import squat, write_results
from pyarrow import parquet
from served import NOON, client_of, housed
from told import NOTHING
from trained import ANSWERS, DAY, TODAY, added, content, filmed, write
from typer.testing import CliRunner
from wording import BANNED

from kneewise.casefile import build_case
from kneewise.cli import app
from kneewise.conventions import Joint, Side
from kneewise.errors import InputError
from kneewise.export import FORMATS
from kneewise.figures import Words, draw_amounts, draw_weeks
from kneewise.knowledge.asking import read_asking
from kneewise.knowledge.versions import hash_of_tables
from kneewise.measuring import results_of
from kneewise.model.planned import Diary, DiaryNumbers
from kneewise.plan import date_plan, read_weeks
from kneewise.report import lay_out, summarise_plan, tell_departures
from kneewise.store import Failed, Label


def words_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<(script|svg|style).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL))


# -------------------------------------------------------------------------------------------------- the plan


def test_a_referral_has_no_plan_and_leads_to_who_should_look(house, client):
    case = added(house, answers={**ANSWERS, "straight_leg": "no"})
    told = client.get(f"/cases/{case}/plan.json").json()
    assert (told["refers"], told["plan"]) == (True, None)
    assert f'href="/cases/{case}/referral"' in client.get(f"/cases/{case}/plan").text
    refused = client.get(f"/cases/{case}/plan.pdf")
    assert refused.status_code == 422
    assert not re.search("kneewise [a-z]|--[a-z]|CASE", refused.text)


def test_a_plan_that_waits_names_the_questions_and_leads_to_them(house, client):
    case = added(house, answers={name: one for name, one in ANSWERS.items() if name != "medicines"})
    told = client.get(f"/cases/{case}/plan.json").json()
    assert [one["id"] for one in told["waits"]] == ["medicines"]
    assert told["plan"] is None
    assert f'href="/cases/{case}/questions?of=medicines"' in client.get(f"/cases/{case}/plan").text


def test_the_first_day_stays_where_it_was_put(tmp_path):
    days = [NOON]
    with housed(tmp_path / "home", now=lambda: days[-1]) as house:
        client, case = client_of(house), added(house)
        assert not client.get(f"/cases/{case}/plan.json").json()["begun"]
        client.post(f"/cases/{case}/plan/start", data={"start": TODAY.isoformat()})
        first = client.get(f"/cases/{case}/plan.json").json()
        days.append(NOON + 9 * DAY)
        later = client.get(f"/cases/{case}/plan.json").json()
    assert first["begun"]
    assert first["plan"]["dates"] == later["plan"]["dates"]
    assert first["plan"]["today"]["iso"] == "2026-05-04"  # a Monday
    assert later["plan"]["today"]["iso"] == "2026-05-13"  # the Wednesday of the second week
    assert later["plan"]["week"][0]["iso"] == "2026-05-11"


def test_before_it_begins_a_plan_starts_on_the_next_day_of_training(house, client):
    case = added(house, answers={**ANSWERS, "training_days": ["thursday"]})
    told = client.get(f"/cases/{case}/plan.json").json()
    assert (told["start"], told["plan"]["today"]["iso"]) == ("2026-05-07", "2026-05-07")


def test_the_first_day_of_a_case_file_is_that_of_the_plan():
    asking = read_asking()
    assert build_case(content(start=TODAY), asking).begun == TODAY
    assert build_case(content(), asking).begun is None
    with pytest.raises(InputError, match="is no date"):
        build_case(content(plan={"start": "soon"}), asking)
    with pytest.raises(InputError, match="there is no 'begin'"):
        build_case(content(plan={"begin": "2026-01-01"}), asking)


def test_an_exercise_is_ticked_off_and_back(house, client):
    case = added(house, start=TODAY)
    exercise = client.get(f"/cases/{case}/plan.json").json()["plan"]["today"]["cards"][0]["id"]
    sent = {"exercise": exercise, "day": TODAY.isoformat(), "done": "yes"}
    assert client.post(f"/cases/{case}/plan/ticks", data=sent).status_code == 303
    assert client.get(f"/cases/{case}/plan.json").json()["done"] == [exercise]
    client.post(f"/cases/{case}/plan/ticks", data={**sent, "done": "no"})
    assert client.get(f"/cases/{case}/plan.json").json()["done"] == []


@pytest.mark.parametrize("start", ["9999-12-31", "0001-01-01", "soon", "", "2027-06-01"])
def test_a_plan_does_not_begin_in_another_age(house, client, start):
    case = added(house)
    assert client.post(f"/cases/{case}/plan/start", data={"start": start}).status_code == 422
    assert "plan" not in house.store.case(case).content


@pytest.mark.parametrize(
    "wrong",
    [{"exercise": "somersault"}, {"day": "2026-05-05"}, {"day": "today"}, {"day": "0001-01-01"}],
    ids=str,
)
def test_what_cannot_be_ticked_off_is_refused(house, client, wrong):
    case = added(house, start=TODAY)
    sent = {"exercise": "squat", "day": TODAY.isoformat(), "done": "yes", **wrong}
    assert client.post(f"/cases/{case}/plan/ticks", data=sent).status_code == 422
    assert house.store.entries(case) == ()


def test_a_day_between_sessions_shows_the_next_one_and_nothing_to_tick_off(house, client):
    case = added(house, start=TODAY - 6 * DAY, answers={**ANSWERS, "training_days": ["tuesday"]})
    told = client.get(f"/cases/{case}/plan.json").json()
    assert (told["is_today"], told["plan"]["today"]["iso"]) == (False, "2026-05-05")
    page = client.get(f"/cases/{case}/plan").text
    assert "Your next session" in page
    assert "data-player" not in page


def test_a_plan_that_is_over_says_so(house, client):
    case = added(house, start=TODAY - 365 * DAY)
    assert "has come to its end" in client.get(f"/cases/{case}/plan").text


def test_a_changed_plan_says_what_changed_and_shows_the_one_before(house, client):
    case = added(house, start=TODAY)
    before = client.get(f"/cases/{case}/plan.json").json()
    assert before["changed"] is None
    tried = [{"condition": "heels_raised", "pain_before": 4, "pain_after": 1}]
    house.store.save_case(case, content(start=TODAY, trial=tried), 1, NOON)
    changed = client.get(f"/cases/{case}/plan.json").json()["changed"]
    assert changed["before"]["technique"] == before["plan"]["technique"]
    assert any("raised heels" in line for line in changed["departures"])
    house.store.save_case(case, content(start=TODAY, trial=tried, checkin=[]), 2, NOON)
    assert client.get(f"/cases/{case}/plan.json").json()["changed"]["departures"] == changed["departures"]


def test_a_plan_departs_from_itself_in_nothing(house, client):
    case = added(house, start=TODAY)
    told = client.get(f"/cases/{case}/plan.json").json()["plan"]
    assert tell_departures(told, told) == ()


def test_the_session_of_a_day_is_that_of_the_calendar(house):
    plan = house.understand(house.open(added(house))).conclusion.plan
    for session in date_plan(plan, TODAY).sessions:
        sheet = lay_out(plan, TODAY, session.on)
        assert [card["id"] for card in sheet["today"]["cards"]] == [e.exercise.id for e in session.exercises]
        (day,) = (day for day in sheet["week"] if day["iso"] == session.on.isoformat())
        assert day["exercises"] == [e.exercise.name for e in session.exercises]


def test_pages_carry_no_style_and_no_script_of_their_own(house, client):
    case = added(house, start=TODAY - 7 * DAY)
    write(house, case, 0, 3, None, "squat")
    for path in ("plan", "diary", "progress", "whatif", "keep", "erase"):
        page = client.get(f"/cases/{case}/{path}").text
        assert not re.search(r'\sstyle=|<style|\son\w+="', page)
        assert all("src=" in tag or "application/json" in tag for tag in re.findall(r"<script[^>]*>", page))


def test_pages_keep_to_the_words_of_the_house(house, client):
    case = added(house, start=TODAY - 7 * DAY)
    write(house, case, 0, 3, None, "squat")
    for path in ("plan", "diary", "progress", "whatif", "keep", "erase"):
        told = words_of(client.get(f"/cases/{case}/{path}").text)
        assert BANNED.findall(told) == []


def test_the_sheets_begin_on_the_first_day(house, client):
    pypdf = pytest.importorskip("pypdf")
    case = added(house, start=date(2026, 4, 27))
    answered = client.get(f"/cases/{case}/plan.pdf")
    assert answered.headers["content-type"] == "application/pdf"
    told = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answered.content)).pages)
    assert "27April" in told.replace(" ", "")


# ------------------------------------------------------------------------------------------------- the diary


def test_a_number_is_kept_and_the_others_stay(house, client):
    case = added(house, start=TODAY)
    for name, value in (("worst_pain", "3"), ("function", "7")):
        client.post(f"/cases/{case}/diary", data={"day": TODAY.isoformat(), name: value})
    client.post(f"/cases/{case}/diary", data={"day": TODAY.isoformat(), "worst_pain": "4"})
    (day,) = house.store.entries(case)
    assert (day.worst_pain, day.pain_after, day.function) == (4, None, 7)


@pytest.mark.parametrize(
    "wrong",
    [{"worst_pain": "11"}, {"worst_pain": "2.5"}, {"day": "2026-05-05"}, {"day": "2026-03-01"}, {"day": "x"}],
    ids=str,
)
def test_what_no_diary_holds_is_refused(house, client, wrong):
    case = added(house, start=TODAY)
    sent = {"day": TODAY.isoformat(), "worst_pain": "3", **wrong}
    assert client.post(f"/cases/{case}/diary", data=sent).status_code == 422
    assert house.store.entries(case) == ()


def test_the_day_after_a_session_the_page_asks_for_the_second_number(house, client):
    case = added(house, start=TODAY - 3 * DAY)
    write(house, case, 1, 2, None, "squat")
    assert client.get(f"/cases/{case}/diary.json").json()["unrated"]
    yesterday = (TODAY - DAY).isoformat()
    sent = {"day": yesterday, "shown": TODAY.isoformat(), "pain_after": "1"}
    answered = client.post(f"/cases/{case}/diary", data=sent)
    assert answered.headers["location"] == f"/cases/{case}/diary"
    told = client.get(f"/cases/{case}/diary.json").json()
    assert not told["unrated"]
    assert (told["answer"]["verdict"], told["answer"]["light"]) == ("step on", "green")
    assert all(rule["source"] for rule in told["answer"]["rules"])


def test_two_red_sessions_answer_on_both_pages(house, client):
    case = added(house, start=TODAY - 7 * DAY)
    write(house, case, 3, 7, 2, "squat")
    write(house, case, 1, 8, 2, "squat")
    for path in ("plan", "diary"):
        answer = client.get(f"/cases/{case}/{path}.json").json()["answer"]
        assert (answer["verdict"], answer["rules"][0]["id"]) == ("step back", "red_twice")


def test_a_new_sign_opens_a_check_in_and_the_plan_waits_until_every_warning_sign_is_answered(house, client):
    case = added(house, start=TODAY - 7 * DAY)
    answered = client.post(f"/cases/{case}/diary/signs")
    assert answered.headers["location"] == f"/cases/{case}/checkin"
    assert client.get(f"/cases/{case}/plan.json").json()["waits"]
    assert client.get(f"/cases/{case}/coach").status_code == 422
    assert client.post(f"/cases/{case}/tests", data={}).status_code == 422
    every = {name: answer for name, answer in NOTHING.items() if house.asking.asked[name].again}
    for answers, waits in (({"swelling": "none"}, True), (every, False)):
        kept = house.store.case(case)
        checkin = {"date": TODAY.isoformat(), "new": True, "answers": answers}
        house.store.save_case(case, {**kept.content, "checkin": [checkin]}, kept.revision, NOON)
        assert bool(client.get(f"/cases/{case}/plan.json").json()["waits"]) == waits


def test_a_sign_of_the_diary_that_refers_takes_the_plan_away(house, client):
    case = added(house, start=TODAY - 7 * DAY)
    client.post(f"/cases/{case}/diary/signs")
    kept = house.store.case(case)
    checkin = {"date": TODAY.isoformat(), "answers": {"bend_straighten": "gets_stuck"}}
    house.store.save_case(case, {**kept.content, "checkin": [checkin]}, kept.revision, NOON)
    assert client.get(f"/cases/{case}/plan.json").json()["refers"]


# ----------------------------------------------------------------------------------------- progress, what if


def test_weeks_count_sessions_sets_and_the_worst_pain(house):
    opened = house.open(added(house))
    plan = house.understand(opened).conclusion.plan
    squat = plan.programme.exercises["squat"]
    days = (
        DiaryNumbers(on=TODAY, pain=5, done=frozenset({"squat"})),
        DiaryNumbers(on=TODAY + DAY, pain=2),
        DiaryNumbers(on=TODAY + 7 * DAY, pain=1, done=frozenset({"squat", "unheard_of"})),
    )
    diary = Diary(today=TODAY + 8 * DAY, days=days)
    first, second = read_weeks(plan.programme.exercises, date_plan(plan, TODAY), diary)
    assert (first.pain, first.planned, first.done, first.sets) == (5, 3, 1, squat.dose.sets[0])
    assert (second.pain, second.planned, second.done) == (None, 1, 1)


def test_two_points_less_pain_are_a_real_change_and_one_is_not(house, client):
    for now, real in ((3, True), (4, False)):
        case = added(house, start=TODAY - 14 * DAY)
        for ago, pain in ((14, 5), (13, 4), (2, now), (1, now - 1)):
            write(house, case, ago, pain)
        assert client.get(f"/cases/{case}/progress.json").json()["pain"]["real"] is real


def test_a_test_done_again_is_held_against_its_error(house, client):
    case = added(house, start=TODAY, test=[{"id": "knee_to_wall_cm", "side": "left", "value": 7.0}])
    client.get(f"/cases/{case}/plan")
    for revision, (value, real) in enumerate(((7.5, False), (10.0, True)), 1):
        again = [{"id": "knee_to_wall_cm", "side": "left", "value": value}]
        house.store.save_case(case, content(start=TODAY, test=again), revision, NOON)
        (row,) = client.get(f"/cases/{case}/progress.json").json()["tests"]
        assert (row["then"], row["now"], row["real"]) == (7.0, value, real)


def test_a_meaning_is_kept_once_for_each_state_of_a_case_that_is_complete(house, client):
    waiting = added(house, answers={name: one for name, one in ANSWERS.items() if name != "medicines"})
    case = added(house)
    for _ in range(2):
        client.get(f"/cases/{case}/why")
        client.get(f"/cases/{waiting}/why")
    (kept,) = house.store.meanings(case)
    assert kept.knowledge == hash_of_tables()
    assert kept.summary["plan"]["technique"]["id"]
    assert house.store.meanings(waiting) == ()


def test_what_an_older_kneewise_said_is_told_only_where_it_differs(house, client):
    case = added(house)
    client.get(f"/cases/{case}/why")
    (kept,) = house.store.meanings(case)
    house.store.keep_meaning(replace(kept, version="0.0.1"))
    assert client.get(f"/cases/{case}/progress.json").json()["otherwise"] is None
    first, *rest = kept.summary["factors"]
    older = {**kept.summary, "factors": [{**first, "band": "unheard of"}, *rest]}
    house.store.keep_meaning(replace(kept, version="0.0.2", summary=older, made=NOON + DAY))
    told = client.get(f"/cases/{case}/progress.json").json()["otherwise"]
    assert told["version"] == "0.0.2"
    assert "unheard of" in told["says"][0]


def test_two_films_of_the_usual_squat_are_compared(house, client):
    case = added(house, start=TODAY)
    filmed(house, case, 0.8, ago=20)
    assert client.get(f"/cases/{case}/progress.json").json()["films"] is None
    filmed(house, case, 0.9, ago=1)
    films = client.get(f"/cases/{case}/progress.json").json()["films"]
    assert films["told"]["because"] is None
    assert not any(row["real"] for row in films["told"]["rows"])  # the same body twice


def test_what_if_needs_a_film_and_is_worked_out_once(house, client):
    case = added(house)
    assert "This needs a film" in client.get(f"/cases/{case}/whatif").text
    filmed(house, case)
    first = client.get(f"/cases/{case}/whatif").text
    assert "wait=1" in first
    assert "data-whatif" not in first
    told = client.get(f"/cases/{case}/whatif.json?wait=1").json()["told"]
    assert told["named"]
    assert told["film"] == "squat0.8.mp4"
    assert "data-whatif" in client.get(f"/cases/{case}/whatif").text


def test_a_referral_has_no_what_if(house, client):
    case = added(house, answers={**ANSWERS, "straight_leg": "no"})
    filmed(house, case)
    told = client.get(f"/cases/{case}/whatif.json?wait=1").json()
    assert (told["refers"], told["told"]) == (True, None)


def test_a_curve_of_weeks_has_a_point_for_each_week_that_is_known():
    words = Words(title="Pain", description="By week.", unit="")
    svg = draw_weeks(words, ["1", "2", "3"], np.array([4.0, np.nan, 2.0]), 10.0)
    assert svg.count("<circle") == 2
    heights = [float(y) for y in re.findall(r'cy="([\d.]+)"', svg)]
    assert heights[0] < heights[1]  # more pain is further up
    assert draw_amounts(words, ["1", "2", "3"], np.array([0.0, 3.0, 6.0])).count("<rect") == 2


# ---------------------------------------------------------------------------------------------- what is kept


def test_a_case_is_renamed(house, client):
    case = added(house)
    client.post(f"/cases/{case}/keep/name", data={"name": " Berta "})
    assert house.store.case(case).name == "Berta"
    assert client.post(f"/cases/{case}/keep/name", data={"name": " "}).status_code == 422


def test_a_case_leaves_is_erased_and_comes_back(house, client):
    case = added(house, start=TODAY)
    write(house, case, 0, 3, None, "squat")
    before = house.store.case(case), house.store.entries(case)
    parcel = client.get(f"/cases/{case}/export")
    assert parcel.headers["content-type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(parcel.content)).testzip() is None
    told = client.get(f"/cases/{case}/erase").text
    assert all(word in told for word in ("Consents", "notes", "Backups"))
    client.post(f"/cases/{case}/erase", data={"sure": "Anna"})
    assert house.store.cases() == ()
    sent = {"parcel": ("anna.zip", parcel.content, "application/zip")}
    answered = client.post("/import", files=sent)
    assert answered.headers["location"] == f"/cases/{case}"
    assert (house.store.case(case), house.store.entries(case)) == before


@pytest.mark.parametrize("content", [{"answers": {"age": "x"}}, {"answers": [1]}, {"plan": {"start": 5}}])
def test_a_case_that_cannot_be_understood_stays_outside_or_can_be_taken_away(house, client, content):
    case = house.store.add_case("Anna", NOON, content).id
    for end in ("keep", "keep.json", "erase", "export"):
        assert client.get(f"/cases/{case}/{end}").status_code == 200
    parcel = client.get(f"/cases/{case}/export").content
    assert client.post(f"/cases/{case}/keep/name", data={"name": "Berta"}).status_code == 303
    assert client.post(f"/cases/{case}/erase", data={"sure": "Berta"}).status_code == 303
    sent = {"parcel": ("anna.zip", parcel, "application/zip")}
    assert client.post("/import", files=sent).status_code == 422
    assert house.store.cases() == ()


def test_an_old_meaning_that_cannot_be_read_is_ignored(house, client):
    case = added(house, start=TODAY)
    client.get(f"/cases/{case}/why")
    (kept,) = house.store.meanings(case)
    for n, summary in enumerate(({"plan": {"dates": 1}}, {}, {**kept.summary, "factors": [1]})):
        house.store.keep_meaning(replace(kept, version=f"0.0.{n}", summary=summary))
    for end in ("progress", "plan"):
        assert client.get(f"/cases/{case}/{end}").status_code == 200
    assert client.get(f"/cases/{case}/progress.json").json()["otherwise"] is None


def test_every_film_that_is_still_here_is_told_with_its_state(house, client):
    case = added(house)
    film = house.store.add_film(case, io.BytesIO(b"film"), "squat.mp4", Label(), NOON)
    house.store.cancel(film.id)
    (told,) = client.get(f"/cases/{case}/keep.json").json()["films"]
    assert (told["name"], told["says"], told["kept"]) == ("squat.mp4", "Stopped", False)
    page = client.get(f"/cases/{case}/keep").text
    assert "None is here" not in page
    assert "choose Erase" in page
    house.store.erase_film(film.id)
    assert "None is here" in client.get(f"/cases/{case}/keep").text


@pytest.mark.parametrize("summary", [b"{}", b"[]", b"\xff{", b'{"films": [1]}'])
def test_results_that_cannot_be_read_are_none(house, client, summary):
    case = added(house)
    film = house.store.add_film(case, io.BytesIO(b"film"), "squat.mp4", Label(), NOON)
    house.store.take_film("worker", NOON)
    house.store.finish(film.id, "worker", Failed(words="It broke off."))
    place = results_of(house.store, film)
    place.mkdir(parents=True)
    (place / "summary.json").write_bytes(summary)
    for end in ("films", f"films/{film.id}"):
        assert client.get(f"/cases/{case}/{end}").status_code == 200


def test_what_films_show_leaves_as_numbers_for_other_programs(house, client, tmp_path):
    case = added(house)
    films = [filmed(house, case, 0.8, ago=1), filmed(house, case, 1.6)]
    assert f"/cases/{case}/tables" not in client.get(f"/cases/{case}/keep").text  # nothing was left of them
    assert client.get(f"/cases/{case}/tables").status_code == 422
    for number, film in enumerate(films):
        place = results_of(house.store, house.store.film(film))
        place.parent.mkdir(parents=True, exist_ok=True)
        write_results(place, {"squat": squat((0.8, 1.6)[number])})
    assert f'href="/cases/{case}/tables"' in client.get(f"/cases/{case}/keep").text
    answer = client.get(f"/cases/{case}/tables")
    assert answer.headers["content-type"] == "application/zip"
    words = ["export", case, "--as", "tables", "--home", str(house.store.home), "--out", str(tmp_path)]
    assert CliRunner().invoke(app, words).exit_code == 0
    with zipfile.ZipFile(tmp_path / f"{case}-tables.zip") as parcel:
        written = {name: parcel.read(name) for name in parcel.namelist()}
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parcel:
        assert sorted(parcel.namelist()) == sorted(
            f"{folder}/results.{suffix}" for folder in ("01-baseline", "02-baseline") for suffix in FORMATS
        )
        assert written == {name: parcel.read(name) for name in parcel.namelist()}
        parcel.extractall(tmp_path)
    for folder, start in (("01-baseline", 0.8), ("02-baseline", 1.6)):
        table = parquet.read_table(tmp_path / folder / "results.parquet").to_pylist()
        heights = [
            (row["time_s"], row["value"])
            for row in table
            if (row["quantity"], row["side"]) == ("hip_z", "left") and row["value"] is not None
        ]
        pose = squat(start)
        expected = pose.joints[:, Side.LEFT, Joint.HIP, 2]
        assert [at for at, _ in heights] == pytest.approx(pose.time, abs=1e-5)
        assert [height for _, height in heights] == pytest.approx(expected, abs=1e-5)


def test_the_name_of_a_condition_leads_nowhere(house, client):
    case = added(house)
    film = house.store.film(filmed(house, case))
    place = results_of(house.store, film)
    place.parent.mkdir(parents=True, exist_ok=True)
    write_results(place, {"squat": squat()})
    with sqlite3.connect(house.store.home / "kneewise.db") as database:
        database.execute("UPDATE films SET condition = '../../../out'")
    database.close()
    answer = client.get(f"/cases/{case}/tables")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as parcel:
        assert {name.partition("/")[0] for name in parcel.namelist()} == {"01-out"}


def test_a_file_that_is_no_parcel_is_refused(client):
    answered = client.post("/import", files={"parcel": ("x.zip", b"no zip", "application/zip")})
    assert answered.status_code == 422


def test_nothing_is_erased_unless_the_name_is_typed(house, client):
    case = added(house)
    assert "cannot be brought back" in client.get(f"/cases/{case}/erase").text
    assert client.post(f"/cases/{case}/erase", data={"sure": "yes"}).status_code == 422
    assert len(house.store.cases()) == 1


def test_the_summary_of_a_begun_plan_has_its_dates(house):
    plan = house.understand(house.open(added(house))).conclusion.plan
    told = house.understand(house.open(added(house, start=TODAY))).told["plan"]
    assert told["dates"] == summarise_plan(plan, TODAY)["dates"]
