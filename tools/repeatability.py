"""`accuracy.json` of `kneewise bench accuracy` → `src/kneewise/knowledge/repeatability.csv`.

Run: `python -m tools.repeatability ACCURACY.json`.
"""

import csv
import json
import sys
from pathlib import Path

from kneewise import knowledge
from kneewise.conventions import DISPLAY_FACTOR, Unit

FIELDS = ("view", "measure", "sem", "mdc", "people", "sessions", "source", "checked", "grade")
_SOURCE = "kneewise bench accuracy: synthetic people on four days, change of the truth taken away"


def rows(summary: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    """Rows of the table, in SI."""
    found = []
    for row in summary["retest"]:
        factor = DISPLAY_FACTOR[Unit(row["unit"])]
        sem, mdc = (float(str(row[name])) / factor for name in ("sem", "mdc"))
        counts = {"people": row["people"], "sessions": row["sessions"]}
        notes = {"source": _SOURCE, "checked": "derived", "grade": "synthetic"}
        sizes = {"sem": f"{sem:.5f}", "mdc": f"{mdc:.5f}"}
        found.append({"view": row["view"], "measure": row["measure"], **sizes, **counts, **notes})
    return found


def main() -> None:
    """Write the table of the package."""
    summary = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    target = Path(knowledge.__file__).with_name("repeatability.csv")
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows(summary))


if __name__ == "__main__":
    main()
