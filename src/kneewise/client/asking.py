"""A server and a token → what the pages show, as dicts; films sent, and waited for."""

import http.client
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote, urlencode, urlsplit

from ..errors import Error

Told = dict[str, Any]
Report = Callable[[int, int], None]
"""Told how much of a film has gone, and how much there is. [bytes]"""

_BLOCK = 1 << 18
_ANSWER, _WAIT = 60.0, 900.0
"""Patience with an answer, and with a measurement. [s]"""
_LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})
_FORM = "application/x-www-form-urlencoded"


class RestError(Error):
    """The server refused, or did not answer.

    Attributes
    ----------
    status : of its answer; 0 where it gave none.
    """

    def __init__(self, status: int, what: str, *, remedy: str) -> None:
        super().__init__(what, remedy=remedy)
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A film to send.

    Attributes
    ----------
    place : of the file.
    condition : id of the way to squat.
    load : carried. [kg]
    bar : where it sits.
    """

    place: Path
    condition: str = "baseline"
    load: float = 0.0
    bar: str = "none"


class Client:
    """Asks one server, with one token.

    Parameters
    ----------
    address
        Of the server, such as ``http://127.0.0.1:8321``; ``https`` but for this computer, as a token goes
        along.
    token
        As ``kneewise token add`` printed it.
    patience
        How long to wait for an answer. [s]

    Raises
    ------
    ValueError
        When the address is none, or the token would go over the network for everybody to read.
    """

    def __init__(self, address: str, token: str, patience: float = _ANSWER) -> None:
        parts = urlsplit(address)
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
        if not secure or parts.path not in ("", "/") or not parts.hostname or parts.query or parts.username:
            raise ValueError(f"{address!r} is no address of a server: https://…, or http://127.0.0.1:….")
        self._secure, self._host, self._port = parts.scheme == "https", parts.hostname, parts.port
        self._token, self._patience = token, patience

    def __repr__(self) -> str:
        return f"Client({self._host!r})"

    def get(self, path: str, **asked: str) -> Told:
        """What a page shows.

        Parameters
        ----------
        path
            Of its twin, such as ``/cases/ID/why.json``.
        **asked
            What stands behind the question mark.

        Raises
        ------
        RestError
            When the server refuses, or does not answer.
        """
        told: Told = json.loads(self._ask("GET", _with(path, asked))[1])
        return told

    def download(self, path: str) -> bytes:
        """A file, such as ``/cases/ID/export``; as `get`."""
        return self._ask("GET", path)[1]

    def post(self, path: str, **form: Any) -> Told:
        """Change something; ``see`` in what is told says where to see what came of it.

        Parameters
        ----------
        path
            Such as ``/cases/ID/questions``.
        **form
            Fields of the form; a list is sent as one field for each, and None not at all.
        """
        fields = {name: value for name, value in form.items() if value is not None}
        body = urlencode(fields, doseq=True).encode()
        content = self._ask("POST", path, body, {"Content-Type": _FORM})[1]
        told: Told = json.loads(content) if content else {}
        return told

    def cases(self) -> list[Told]:
        """Every case that the token opens."""
        rows: list[Told] = self.get("/start.json")["cases"]
        return rows

    def add_case(self, name: str) -> str:
        """Begin with somebody new; the id."""
        return str(self.post("/cases", name=name)["case"])

    def answer(self, case: str, answers: Mapping[str, Any]) -> Iterator[Told]:
        """Answer questions in the order in which the server asks them, the urgent ones first.

        One that is not answered here stays open; an answer to what the server does not ask is not sent.

        Parameters
        ----------
        case
            Id.
        answers
            Question → answer: a word, a number, True or False, a list of words or of eight numbers, or for
            each side one: ``{"left": 7, "right": 9}``.

        Yields
        ------
        dict
            Each question as it was asked, once its answer is kept.
        """
        left = dict(answers)
        while left:
            told = self.get(f"/cases/{case}/questions.json")
            if told["question"] is None or told["question"]["id"] not in left:
                # What is open here holds up nothing else: the others are asked for by their names.
                name = next(iter(left))
                told = self.get(f"/cases/{case}/questions.json", of=name)
                if told["question"] is None or told["question"]["id"] != name:
                    del left[name]
                    continue
            asked = told["question"]
            form = _form_of(asked, left.pop(asked["id"]))
            self.post(f"/cases/{case}/questions", of=asked["id"], revision=told["case"]["revision"], **form)
            yield asked

    def erase_case(self, case: str, name: str) -> None:
        """Remove a case for good; its name says that it is the one that is meant."""
        self.post(f"/cases/{case}/erase", sure=name)

    def add_film(self, case: str, film: Film, report: Report | None = None) -> str:
        """Send a film; its id.

        Parameters
        ----------
        case
            Id.
        film
            To be measured.
        report
            Told how much has gone.
        """
        size = film.place.stat().st_size
        told = {
            "name": film.place.name,
            "condition": film.condition,
            "load": f"{film.load:g}" if film.load else "",
            "bar": film.bar,
        }
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        with film.place.open("rb") as file:
            body = _blocks(file, size, report)
            answer = self._ask("PUT", _with(f"/cases/{case}/films.json", told), body, headers)[1]
        return str(json.loads(answer)["id"])

    def wait_for(
        self, case: str, film: str, patience: float = _WAIT, report: Callable[[Told], None] | None = None
    ) -> Told:
        """What was seen in a film, once it is measured or refused: as ``/films/FILM.json`` tells it.

        Parameters
        ----------
        case, film
            Ids.
        patience
            How long to wait. [s]
        report
            Told how far it is, each time it was asked.

        Raises
        ------
        TimeoutError
            When it takes longer; it goes on being measured.
        """
        end, rest = time.monotonic() + patience, 0.2
        while True:
            told = self.get(f"/cases/{case}/films/{film}.json")
            if report is not None:
                report(told["card"])
            if not told["card"]["busy"]:
                return told
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"The film is not measured yet after {patience:g} s.")
            time.sleep(min(rest, left))
            rest = min(1.5 * rest, 5.0)

    def _ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        told = {"Authorization": f"Bearer {self._token}", "Accept": "application/json", **(headers or {})}
        with closing(kind(self._host, self._port, timeout=self._patience)) as connection:
            try:
                connection.request(method, path, body, told)
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException) as error:
                raise RestError(
                    0,
                    f"The server at {self._host} does not answer: {error or type(error).__name__}.",
                    remedy="look whether kneewise serve runs, and at which address.",
                ) from error
        if answer.status >= 300:  # nothing is followed: the token is for this server alone
            raise _refusal(answer.status, content)
        return answer.status, content


def _with(path: str, asked: Mapping[str, str]) -> str:
    path = quote(path, safe="/.-_~")
    return f"{path}?{urlencode(asked)}" if asked else path


def _refusal(status: int, content: bytes) -> RestError:
    try:
        told = json.loads(content)
        return RestError(status, str(told["error"]), remedy=str(told["try"]))
    except (ValueError, KeyError, TypeError):
        return RestError(status, f"The server answered {status}.", remedy="look whether it is kneewise.")


def _blocks(file: IO[bytes], size: int, report: Report | None) -> Iterator[bytes]:
    gone = 0
    while block := file.read(_BLOCK):
        yield block
        gone += len(block)
        if report is not None:
            report(gone, size)


def _form_of(asked: Told, answer: Any) -> Told:
    """Fields in which a question wants its answer."""
    if isinstance(answer, Mapping):
        return {f"value_{side}": one for side, one in answer.items()}
    if asked["type"] == "weeks":
        return {field["name"]: one for field, one in zip(asked["fields"], answer, strict=True)}
    if isinstance(answer, bool):
        return {"value": "yes" if answer else "no"}
    return {"value": answer}
