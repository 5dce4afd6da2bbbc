"""Every route of the server, in one table: its name, the scope it belongs to, what it takes and tells.

A route that is not here is open to no token. The document of the interface is made of this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from fastapi import Request
from pydantic import BaseModel

from . import answers, sent
from .scopes import Scope

JSON, FHIR, ZIP = "application/json", "application/fhir+json", "application/zip"
PDF, HTML, CALENDAR, JPEG = "application/pdf", "text/html", "text/calendar", "image/jpeg"
ANY = "*/*"


class Tag(StrEnum):
    """What operations are about."""

    CASES = "cases"
    QUESTIONS = "questions"
    FILMS = "films"
    TESTS = "tests"
    FEET = "feet and shoes"
    MEANING = "what it means"
    PLAN = "plan and diary"
    DESK = "the coach's desk"
    KEEP = "export and erase"
    ITSELF = "the interface itself"


@dataclass(frozen=True, slots=True)
class Operation:
    """One route.

    Attributes
    ----------
    id : name of the operation; stays as it is.
    scope : that opens it to a token.
    tag : what it is about; None of what is no part of the interface for programs.
    tells : what it answers: a type, or the media type of a file; None where it answers nothing.
    takes : fields of its form.
    status : of an answer, where all is well.
    uploads : whether a file is in its form.
    """

    id: str
    scope: Scope
    tag: Tag | None = None
    tells: type[BaseModel] | str | None = None
    takes: type[BaseModel] | None = None
    status: int = 200
    uploads: bool = False


def _read(id: str, tag: Tag, tells: type[BaseModel] | str, scope: Scope = Scope.READ) -> Operation:
    return Operation(id, scope, tag, tells)


def _write(id: str, tag: Tag, takes: type[BaseModel] | None = None, scope: Scope = Scope.WRITE) -> Operation:
    return Operation(id, scope, tag, answers.Changed, takes)


def _page(id: str, scope: Scope = Scope.READ) -> Operation:
    return Operation(id, scope)


_CASE, _DESK, _GROUP = "/cases/{id}", "/cases/{id}/desk", "/desk/groups/{group}"
_MEMBER = f"{_GROUP}/who/{{id}}"
_FILM = f"{_CASE}/films/{{film}}"
_PHOTO = f"{_CASE}/feet/photos/{{photo}}"
_FILMS, _EXPORT = Scope.FILMS, Scope.EXPORT

OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("GET", "/openapi"): _read("describe_interface", Tag.ITSELF, answers.Open),
    ("GET", "/"): _read("list_cases", Tag.CASES, answers.Start),
    ("POST", "/cases"): _write("add_case", Tag.CASES, sent.NewCase),
    ("GET", _CASE): _read("show_way", Tag.CASES, answers.Way),
    ("POST", "/import"): replace(_write("import_case", Tag.CASES), uploads=True),
    ("POST", f"{_CASE}/keep/name"): _write("rename_case", Tag.CASES, sent.NewCase),
    ("GET", f"{_CASE}/questions"): _read("show_question", Tag.QUESTIONS, answers.Sitting),
    ("POST", f"{_CASE}/questions"): _write("answer_question", Tag.QUESTIONS, sent.GivenAnswer),
    ("GET", f"{_CASE}/checkin"): _read("show_checkin", Tag.QUESTIONS, answers.Sitting),
    ("POST", f"{_CASE}/checkin"): _write("answer_checkin", Tag.QUESTIONS, sent.GivenAnswer),
    ("GET", f"{_CASE}/answers"): _read("list_answers", Tag.QUESTIONS, answers.Answers),
    ("GET", f"{_CASE}/referral"): _read("show_referral", Tag.QUESTIONS, answers.Referral),
    ("POST", f"{_CASE}/referral/mistake"): _write("take_back_emergency", Tag.QUESTIONS, sent.Same),
    ("POST", f"{_CASE}/referral/looked"): _write("keep_look", Tag.QUESTIONS, sent.Looked),
    ("GET", f"{_CASE}/clinician"): _read("print_answers", Tag.QUESTIONS, HTML),
    ("GET", f"{_CASE}/films"): _read("show_films", Tag.FILMS, answers.Films),
    ("PUT", f"{_CASE}/films"): Operation("add_film", _FILMS, Tag.FILMS, answers.Added, status=201),
    ("POST", f"{_CASE}/films"): _page("add_films_of_form", _FILMS),
    ("GET", f"{_CASE}/films/list"): _read("list_films", Tag.FILMS, answers.FilmList),
    ("GET", _FILM): _read("show_film", Tag.FILMS, answers.Film),
    ("GET", f"{_FILM}/label"): _read("show_label", Tag.FILMS, answers.FilmLabel),
    ("POST", f"{_FILM}/label"): _write("label_film", Tag.FILMS, sent.LabelOfFilm, _FILMS),
    ("POST", f"{_FILM}/{{what}}"): _write("change_film", Tag.FILMS, scope=_FILMS),
    ("GET", f"{_FILM}/report"): _read("show_report", Tag.FILMS, HTML, _FILMS),
    ("GET", f"{_FILM}/{{name}}"): _read("show_result", Tag.FILMS, ANY, _FILMS),
    ("GET", f"{_CASE}/phone"): _page("show_door", Scope.PERSON),
    ("POST", f"{_CASE}/phone"): _page("open_door", Scope.PERSON),
    ("POST", f"{_CASE}/phone/close"): _page("close_door", Scope.PERSON),
    ("GET", f"{_CASE}/tests"): _read("show_tests", Tag.TESTS, answers.Tests),
    ("POST", f"{_CASE}/tests"): _write("keep_result", Tag.TESTS, sent.TestResult),
    ("GET", f"{_CASE}/tests/changed"): _read("show_outcome", Tag.TESTS, answers.Outcome),
    ("GET", f"{_CASE}/feet"): _read("show_feet", Tag.FEET, answers.Feet),
    ("GET", f"{_CASE}/feet/on-shoe"): _read("show_on_shoe", Tag.FEET, answers.OnShoe),
    ("POST", f"{_CASE}/feet/on-shoe"): _write("keep_on_shoe", Tag.FEET, sent.SeenOnShoe),
    ("GET", f"{_CASE}/feet/standing"): _read("show_standing", Tag.FEET, answers.Standing),
    ("POST", f"{_CASE}/feet/standing"): _write("keep_standing", Tag.FEET, sent.Ratings),
    ("POST", f"{_CASE}/feet/back"): _write("take_back_result", Tag.FEET, sent.TakenBack),
    ("GET", f"{_CASE}/feet/photos"): _read("show_photos", Tag.FEET, answers.Photos),
    ("POST", f"{_CASE}/feet/photos"): replace(_write("add_photo", Tag.FEET, scope=_FILMS), uploads=True),
    ("GET", _PHOTO): _read("show_photo", Tag.FEET, answers.Photo),
    ("GET", f"{_PHOTO}/picture.jpg"): _read("show_picture", Tag.FEET, JPEG, _FILMS),
    ("POST", f"{_PHOTO}/again"): _write("correct_photo", Tag.FEET, scope=_FILMS),
    ("POST", f"{_PHOTO}/remove"): _write("remove_photo", Tag.FEET, scope=_FILMS),
    ("GET", f"{_CASE}/feet/shoe"): _read("show_shoe", Tag.FEET, answers.Shoe),
    ("POST", f"{_CASE}/feet/shoe"): _write("keep_shoe", Tag.FEET, sent.Same),
    ("GET", f"{_CASE}/feet/phone"): _page("show_door_of_photos", Scope.PERSON),
    ("POST", f"{_CASE}/feet/phone"): _page("open_door_of_photos", Scope.PERSON),
    ("POST", f"{_CASE}/feet/phone/close"): _page("close_door_of_photos", Scope.PERSON),
    ("GET", f"{_CASE}/why"): _read("show_why", Tag.MEANING, answers.Why),
    ("GET", f"{_CASE}/whatif"): _read("show_whatif", Tag.MEANING, answers.Whatif),
    ("GET", f"{_CASE}/progress"): _read("show_progress", Tag.MEANING, answers.Progress),
    ("GET", f"{_CASE}/plan"): _read("show_plan", Tag.PLAN, answers.Plan),
    ("GET", f"{_CASE}/plan.pdf"): _read("print_plan", Tag.PLAN, PDF),
    ("GET", f"{_CASE}/plan.ics"): _read("write_calendar", Tag.PLAN, CALENDAR),
    ("POST", f"{_CASE}/plan/start"): _write("begin_plan", Tag.PLAN, sent.FirstDay),
    ("POST", f"{_CASE}/plan/ticks"): _write("tick_exercise", Tag.PLAN, sent.Tick),
    ("GET", f"{_CASE}/diary"): _read("show_diary", Tag.PLAN, answers.Diary),
    ("POST", f"{_CASE}/diary"): _write("write_diary", Tag.PLAN, sent.DayTold),
    ("POST", f"{_CASE}/diary/signs"): _write("report_new_sign", Tag.PLAN),
    ("GET", f"{_CASE}/coach"): _read("show_coach", Tag.PLAN, answers.Coach),
    ("POST", f"{_CASE}/coach"): Operation("keep_session", Scope.WRITE, Tag.PLAN, None, status=204),
    ("GET", f"{_CASE}/keep"): _read("show_kept", Tag.KEEP, answers.Kept),
    ("GET", f"{_CASE}/export"): _read("export_case", Tag.KEEP, ZIP, _EXPORT),
    ("GET", f"{_CASE}/fhir"): _read("export_fhir", Tag.KEEP, FHIR, _EXPORT),
    ("GET", f"{_CASE}/tables"): _read("export_tables", Tag.KEEP, ZIP, _EXPORT),
    ("GET", f"{_CASE}/erase"): _read("show_erasing", Tag.KEEP, answers.Erasing),
    ("POST", f"{_CASE}/erase"): _write("erase_case", Tag.KEEP, sent.Sure, Scope.ERASE),
    ("GET", "/desk"): _read("show_desk", Tag.DESK, answers.Open),
    ("GET", _DESK): _read("show_client", Tag.DESK, answers.Open),
    ("GET", f"{_DESK}/lifts"): _read("show_lifts", Tag.DESK, answers.Open),
    ("GET", f"{_DESK}/consents"): _read("list_consents", Tag.DESK, answers.Open),
    ("GET", f"{_DESK}/client.pdf"): _read("print_for_client", Tag.DESK, PDF, _EXPORT),
    ("GET", f"{_DESK}/colleague.pdf"): _read("print_for_colleague", Tag.DESK, PDF, _EXPORT),
    ("POST", f"{_DESK}/consents"): _page("write_consent", Scope.PERSON),
    ("POST", f"{_DESK}/notes"): _page("write_note", Scope.PERSON),
    ("POST", f"{_DESK}/notes/remove"): _page("remove_note", Scope.PERSON),
    ("POST", "/desk/clients"): _page("add_client", Scope.PERSON),
    ("GET", "/desk/find"): _page("show_desk_again", Scope.PERSON),
    ("POST", "/desk/find"): _page("find_clients", Scope.PERSON),
    ("GET", "/desk/practice"): _page("show_practice", Scope.PERSON),
    ("GET", "/desk/practice/logo.png"): _page("show_logo", Scope.PERSON),
    ("POST", "/desk/practice"): _page("change_practice", Scope.PERSON),
    ("GET", "/desk/compare"): _page("compare_clients", Scope.PERSON),
    ("GET", "/desk/groups"): _page("list_groups", Scope.PERSON),
    ("POST", "/desk/groups"): _page("add_group", Scope.PERSON),
    ("GET", _GROUP): _page("show_group", Scope.PERSON),
    ("POST", f"{_GROUP}/people"): _page("join_group", Scope.PERSON),
    ("POST", f"{_GROUP}/remove"): _page("remove_group", Scope.PERSON),
    ("GET", f"{_GROUP}/queue"): _page("show_queue", Scope.PERSON),
    ("GET", f"{_GROUP}/overview"): _page("show_overview", Scope.PERSON),
    ("GET", f"{_GROUP}/phone"): _page("show_door_of_group", Scope.PERSON),
    ("POST", f"{_GROUP}/phone"): _page("open_door_of_group", Scope.PERSON),
    ("POST", f"{_GROUP}/phone/close"): _page("close_door_of_group", Scope.PERSON),
    ("GET", f"{_MEMBER}/signs"): _page("show_signs", Scope.PERSON),
    ("POST", f"{_MEMBER}/signs"): _page("answer_signs", Scope.PERSON),
    ("POST", f"{_MEMBER}/consent"): _page("keep_consent", Scope.PERSON),
    ("POST", f"{_MEMBER}/later"): _page("film_later", Scope.PERSON),
    ("POST", f"{_MEMBER}/leave"): _page("leave_group", Scope.PERSON),
    ("PUT", f"{_MEMBER}/film"): _page("film_member", Scope.PERSON),
    ("GET", "/tokens"): _page("list_tokens", Scope.PERSON),
    ("POST", "/tokens"): _page("add_token", Scope.PERSON),
    ("POST", "/tokens/{token}/revoke"): _page("revoke_token", Scope.PERSON),
    ("GET", "/webhooks"): _page("list_webhooks", Scope.PERSON),
    ("POST", "/webhooks"): _page("add_webhook", Scope.PERSON),
    ("POST", "/webhooks/{hook}/remove"): _page("remove_webhook", Scope.PERSON),
    ("GET", "/account"): _page("show_account", Scope.PERSON),
    ("POST", "/account/password"): _page("change_password", Scope.PERSON),
    ("POST", "/account/out"): _page("sign_out", Scope.PERSON),
    ("POST", "/account/everywhere"): _page("sign_out_everywhere", Scope.PERSON),
    ("POST", "/account/visits/{visit}/end"): _page("sign_out_there", Scope.PERSON),
    ("GET", "/people"): _page("list_people", Scope.PERSON),
    ("POST", "/people/invite"): _page("invite", Scope.PERSON),
    ("POST", "/people/{account}/link"): _page("make_link", Scope.PERSON),
    ("POST", "/people/{account}/close"): _page("close_account", Scope.PERSON),
    ("POST", "/people/{account}/open"): _page("open_account", Scope.PERSON),
    ("POST", "/people/{account}/role"): _page("change_role", Scope.PERSON),
    ("GET", "/records"): _page("list_records", Scope.PERSON),
    ("GET", f"{_CASE}/sharing"): _page("show_sharing", Scope.PERSON),
    ("POST", f"{_CASE}/sharing/invite"): _page("invite_client", Scope.PERSON),
    ("POST", f"{_CASE}/sharing/share"): _page("share", Scope.PERSON),
    ("POST", f"{_CASE}/sharing/unshare"): _page("unshare", Scope.PERSON),
    ("POST", f"{_CASE}/sharing/hand-over"): _page("hand_over", Scope.PERSON),
    ("GET", "/moves.css"): _page("style_moves"),
    ("GET", "/whatif.css"): _page("style_whatif"),
}
"""(method, address of the page) → the operation; the twin of a page is the same operation."""


def operation_of(method: str, path: str) -> Operation | None:
    """The operation at an address; None where a token finds nothing.

    Parameters
    ----------
    method
        As HTTP calls it.
    path
        Of the route, with names in braces.
    """
    page = "/" if path == "/start.json" else path.removesuffix(".json")
    return OPERATIONS.get(("GET" if method == "HEAD" else method, page))


def asked_operation(request: Request) -> Operation | None:
    """The operation that a request asks for."""
    route = request.scope.get("route")
    return operation_of(request.method, getattr(route, "path", ""))
