"""Summary + Pictures → one HTML page that needs nothing else.

Pictures, clip, style and script are inside the page; a content security policy forbids everything else, also
to a page whose film has a hostile name. Templates hold no arithmetic: rows and words are made here.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from ..conventions import Task, View
from .loads import LoadPictures, tell_loads
from .numbers import Summary
from .pictures import Picture, Pictures
from .space import tell_fused
from .summary import PURPOSE
from .telling import tell_film
from .whatif import Prospects
from .whatif.page import Shown


def render(
    summary: Summary,
    pictures: Sequence[Pictures],
    space: Sequence[Picture] = (),
    loads: Sequence[LoadPictures] = (),
    prospects: Prospects | None = None,
) -> str:
    """The report as one HTML page.

    Parameters
    ----------
    summary
        As `summarise` makes it.
    pictures
        As `illustrate` makes them, one for each film of the summary.
    space
        As `illustrate_fused` makes them; empty where nothing was fused.
    loads
        As `illustrate_loads` makes them, one for each film; empty leaves them out.
    prospects
        As `illustrate_prospect` makes them; None leaves them out.
    """
    css, script = f"{read_style()}\n{read_whatif_style()}", _script()
    weighed = loads or [LoadPictures() for _ in pictures]
    films = [_film(summary, i, *shown) for i, shown in enumerate(zip(pictures, weighed, strict=True))]
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            summary=summary,
            purpose=PURPOSE,
            title=_title(summary["repetitions"]),
            films=films,
            filmed=any(film["view"] != View.SPACE.value for film in films),
            surveyed=any(film["view"] == View.SPACE.value for film in films),
            plates=any("forces" in film["provenance"] for film in films),
            fused=_fused(summary, space),
            whatif=tell_prospects(prospects),
            unmeasured_films=sum(not film["measured"] for film in films),
            assumed=" and ".join(summary["person"]["assumed"]),
            css=Markup(css),
            script=Markup(script),
            phone=Markup(_read("templates/phone.svg")),
            policy=content_policy(css, script),
        )
    )


def _title(repetitions: Sequence[Summary]) -> str:
    tasks = {row["task"] for row in repetitions}
    if not tasks:
        return "No measurement yet"
    return "Your squat" if Task.SQUAT.value in tasks else "Your sit-to-stand"


def environment() -> jinja2.Environment:
    """Templates of the package; a name that is missing is an error."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("kneewise"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def read_style() -> str:
    """Style that every report begins with."""
    return f"{_read('templates/colours.css')}\n{_read('templates/report.css')}"


def _read(name: str) -> str:
    return files("kneewise").joinpath(name).read_text(encoding="utf-8")


def read_whatif_style() -> str:
    """Style sheet of `whatif.html.j2`."""
    return _read("templates/whatif.css")


def _script() -> str:
    """The script that ties film and curves together; the page is complete without it."""
    built = files("kneewise").joinpath("static/report.js")
    return built.read_text(encoding="utf-8").replace("</script", "<\\/script") if built.is_file() else ""


def content_policy(css: str, script: str) -> str:
    """Only this style and this script, pictures and film from inside the page, and nothing else."""

    def allow(text: str) -> str:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        return f"'sha256-{digest}'" if text else "'none'"

    return (
        "default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; media-src data:; "
        f"style-src {allow(css)}; script-src {allow(script)}"
    )


def _film(summary: Summary, number: int, pictures: Pictures, loads: LoadPictures) -> dict[str, Any]:
    """Everything the template says of one film."""
    return {
        **tell_film(summary, number),
        "repetition": pictures.repetition,
        "clip": _data("video/mp4", pictures.clip),
        "poster": _data("image/jpeg", pictures.keys[-1].jpeg if pictures.keys else None),
        "course": pictures.course and _picture(pictures.course),
        "key_pictures": [_picture(picture) for picture in pictures.keys],
        "curves": [_picture(picture) for picture in pictures.curves],
        "loads": _loads(summary, number, loads),
    }


def _fused(summary: Summary, space: Sequence[Picture]) -> dict[str, Any] | None:
    """Everything the template says of several films together; None where nothing was fused."""
    if summary["fused"] is None:
        return None
    pictures = [_picture(picture) for picture in space]
    return {**tell_fused(summary["fused"]), "postures": pictures[:4], "curves": pictures[4:]}


def tell_prospects(prospects: Prospects | None) -> dict[str, Any] | None:
    """Everything the template `whatif.html.j2` says of changes to the squat."""
    if prospects is None:
        return None
    return {
        "film": prospects.film,
        "named": [_change(shown) for shown in prospects.named],
        "best": [_change(shown) for shown in prospects.best],
        "kinds": Markup(prospects.kinds),
        "kind_trades": prospects.kind_trades,
        "ankle": prospects.ankle,
        "tested": prospects.tested,
        "assumptions": prospects.assumptions,
        "chart": prospects.chart and _embedded(prospects.chart),
        "because": prospects.because,
        "remedy": prospects.remedy,
    }


def _change(shown: Shown) -> dict[str, Any]:
    return {
        "title": shown.title,
        "how": shown.how,
        "trade": shown.trade,
        "notes": shown.notes,
        "svg": Markup(shown.svg),
    }


def _embedded(data: Mapping[str, Any]) -> Markup:
    """Data as JSON that cannot end the element it stands in."""
    return Markup(json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c"))


def _data(kind: str, content: bytes | None) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}" if content else ""


def _picture(picture: Picture) -> dict[str, Any]:
    return {
        "title": picture.title,
        "caption": picture.caption,
        "svg": Markup(picture.svg),
        "jpeg": _data("image/jpeg", picture.jpeg),
    }


def _loads(summary: Summary, film: int, drawn: LoadPictures) -> dict[str, Any] | None:
    """Words, tables and pictures of the loads; None where there are none."""
    told = tell_loads(summary["loads"], film, [row["name"] for row in summary["films"]])
    if told is None:
        return None
    return {
        **told,
        "beside": Markup(told["beside"]),
        "splits": Markup(told["splits"]),
        "kneecap": [_picture(picture) for picture in drawn.kneecap],
        "knee": [_picture(picture) for picture in drawn.knee],
        "muscles": [_picture(picture) for picture in drawn.muscles],
    }
