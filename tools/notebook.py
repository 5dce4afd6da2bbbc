"""`docs/tutorial/rest.ipynb`: the Python client, step by step, as it went. Run: python -m tools.notebook"""

import ast
import base64
import contextlib
import io
import json
import os
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

PLACE = Path(__file__).parents[1] / "docs" / "tutorial" / "rest.ipynb"

CELLS = (
    """\
# From a film to its numbers, in Python

`kneewise serve` runs on this computer, and a program of yours asks it what the pages show. It needs a token:

    kneewise token add notebook --scope read --scope write --scope films --scope export

prints one, once. The address is the one that `kneewise serve` printed, without what follows the port. Nothing
leaves this computer.""",
    """\
import os

from kneewise.client import Client, Film

client = Client(os.environ["KNEEWISE_ADDRESS"], os.environ["KNEEWISE_TOKEN"])
case = client.add_case("Anna")
client.get(f"/cases/{case}.json")["next"]""",
    """\
## Answer

Nothing is tried before the questions about warning signs are answered. The server asks in its order, the
urgent ones first; what is not answered here stays open. `kneewise questions --json` lists every question with
its choices.""",
    """\
none = ["none"]
answers = {
    "age": 30, "emergency_leg": none, "emergency_body": none, "swelling": "none", "knee_skin": none,
    "ill": none, "leg_swelling": none, "injury": "none", "straight_leg": "yes", "bend_straighten": "free",
    "gives_way": "no", "kneecap_out": "no", "walking": none, "night_pain": "no", "worst_pain": 4,
    "weeks": 8, "onset": "gradual",
    "morning_stiffness": "none", "joints_elsewhere": none, "general_health": none, "bone_pain": none,
    "nerve": none, "hip_pain": none, "pain_elsewhere": ["no"], "vessels": none, "medicines": none,
    "knee_history": none, "health": none, "pregnant": "no", "tried": "no", "painful_side": "left",
    "knee_map": ["kneecap"], "pain_when": ["squat", "stairs_down"], "squat_pain": 4,
    "height_cm": 175, "mass_kg": 70,
}
answered = list(client.answer(case, answers))
print(len(answered), "answered;", client.get(f"/cases/{case}.json")["next"]["what"])""",
    """\
## Send a film, and wait

The sample film that comes with kneewise, of a person made by a computer. It is measured in a process of its
own; the client asks now and then how far it is.""",
    """\
from kneewise.samples import sample_film

with sample_film() as place:
    film = client.add_film(case, Film(place=place), lambda gone, size: print(f"{gone / size:.0%} sent"))
told = client.wait_for(case, film)
print(told["card"]["says"])
for sentence in told["card"]["seen"]:
    print(sentence)""",
    """\
## What was seen

Each finding is a sentence with its numbers, and each number comes with its error. What the film could not
tell is said, too, with what would help.""",
    """\
for row in told["findings"]:
    print(row["says"])
    print("   ", "; ".join(row["numbers"]))
for row in told["unmeasured"]:
    print("Not told by this film:", row)""",
    """\
## The numbers themselves

`/cases/ID/tables` has what was measured in every film, as `kneewise export` writes it. Here the bend of the
knees over time, with a band of two standard deviations.""",
    """\
import csv
import io
import zipfile

import matplotlib

matplotlib.use("agg")
from matplotlib import pyplot

with zipfile.ZipFile(io.BytesIO(client.download(f"/cases/{case}/tables"))) as tables:
    name = next(name for name in tables.namelist() if name.endswith(".csv"))
    rows = list(csv.DictReader(io.TextIOWrapper(tables.open(name), encoding="utf-8")))

figure, axes = pyplot.subplots(figsize=(7, 3), dpi=80, layout="constrained")
for side in ("left", "right"):
    knee = [row for row in rows if row["quantity"] == "knee_flexion" and row["side"] == side and row["value"]]
    time, bend = [float(row["time_s"]) for row in knee], [float(row["value"]) for row in knee]
    low, high = ([float(row["value"]) + sign * 2 * float(row["sd"]) for row in knee] for sign in (-1, 1))
    axes.plot(time, bend, label=side)
    axes.fill_between(time, low, high, alpha=0.2)
axes.set(xlabel="time (s)", ylabel="knee bend (°)")
axes.legend()
figure""",
    """\
## And then

`client.get("/cases/ID/why.json")` is what may contribute, `/plan.json` the plan, `/progress.json` how it
goes; `client.post` changes what the pages change. [The reference](../reference/rest.md) lists all of it. At
the end everything of Anna can be removed again; that takes a token with the scope `erase`, so it stays here:

    client.erase_case(case, "Anna")""",
)
"""Words and code by turns, words first."""


def make(address: str, token: str) -> dict[str, Any]:
    """The notebook, run against a server."""
    os.environ.update({"KNEEWISE_ADDRESS": address, "KNEEWISE_TOKEN": token})
    names: dict[str, Any] = {"__name__": "__main__"}
    cells = [
        _words(number, text) if number % 2 == 0 else _code(number, text, run(text, names))
        for number, text in enumerate(CELLS)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}


def run(source: str, names: dict[str, Any]) -> list[dict[str, Any]]:
    """What a cell puts out: what it prints, and the value of its last line."""
    tree, said = ast.parse(source), io.StringIO()
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(said):
        exec(compile(tree, "<cell>", "exec"), names)
        value = None
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)
    outputs: list[dict[str, Any]] = []
    if said.getvalue():
        outputs.append({"name": "stdout", "output_type": "stream", "text": _lines(said.getvalue())})
    if value is not None:
        outputs.append({"data": _shown(value), "metadata": {}, "output_type": "display_data"})
    return outputs


def _shown(value: Any) -> dict[str, Any]:
    if hasattr(value, "savefig"):
        drawn = io.BytesIO()
        value.savefig(drawn, format="png", metadata={"Software": None})
        return {"image/png": base64.b64encode(drawn.getvalue()).decode(), "text/plain": ["a figure"]}
    return {"text/plain": _lines(repr(value))}


def _words(number: int, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": f"cell-{number}", "metadata": {}, "source": _lines(text)}


def _code(number: int, text: str, outputs: list[dict[str, Any]]) -> dict[str, Any]:
    told = {"execution_count": None, "id": f"cell-{number}", "metadata": {}, "outputs": outputs}
    return {"cell_type": "code", **told, "source": _lines(text)}


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@contextlib.contextmanager
def serving() -> Iterator[tuple[str, str]]:
    """Address and token of a server of its own, that measures."""
    import socket
    import threading
    import time
    from datetime import datetime

    import uvicorn

    from kneewise.measuring import Workshop
    from kneewise.pipeline import read_knowledge, read_reasoning
    from kneewise.store import NewToken, open_store
    from kneewise.web import House, build_app

    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "home") as store:
        scopes = frozenset({"read", "write", "films", "export"})
        wanted = NewToken(name="notebook", scopes=scopes, lasts=timedelta(days=1))
        token, _ = store.add_token(wanted, datetime.now().astimezone())
        house = House(store=store, knowledge=read_knowledge(), reasoning=read_reasoning())
        with socket.socket() as listener, Workshop(store.home):
            listener.bind(("127.0.0.1", 0))
            server = uvicorn.Server(uvicorn.Config(build_app(house), log_level="error"))
            thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
            thread.start()
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", token
            server.should_exit = True
            thread.join(10)


def main() -> None:
    """Write the notebook."""
    with serving() as (address, token):
        PLACE.write_text(
            json.dumps(make(address, token), indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
