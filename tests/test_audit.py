"""The audit of packages says what it knows, and what it could not look at."""

import json
from datetime import date

import pytest
from tools import audit
from tools.audit import (
    Accepted,
    Answer,
    Broken,
    Hole,
    complaints_about,
    judge,
    main,
    read_accepted,
    read_npm_audit,
    read_npm_lock,
    read_pip_audit,
    tell,
)

TODAY = date(2026, 5, 4)
SOUND = {"name": "numpy", "version": "2.4.0", "vulns": []}
HOLED = {
    "name": "Jinja2",
    "version": "3.1.0",
    "vulns": [
        {
            "id": "PYSEC-2026-7",
            "fix_versions": ["3.1.6"],
            "aliases": ["CVE-2026-1234", "GHSA-aaaa-bbbb-cccc"],
            "description": "Somebody gets out.",
        }
    ],
}
SKIPPED = {
    "name": "scipy",
    "skip_reason": "Dependency not found on PyPI and could not be audited: scipy",
}
NO_NAME = """Traceback (most recent call last):
  File "urllib3/connection.py", line 1, in connect
requests.exceptions.ConnectionError: HTTPSConnectionPool(host='api.osv.dev', port=443): Max retries exceeded
"""
NPM_REFUSED = {
    "message": "405 Method Not Allowed - POST https://registry.npmjs.org/-/npm/v1/security/advisories/bulk",
    "statusCode": 405,
    "error": {"summary": "", "detail": ""},
}
NPM_HOLED = {
    "auditReportVersion": 2,
    "vulnerabilities": {
        "three": {
            "name": "three",
            "severity": "high",
            "via": [
                {"source": 1, "title": "Loops", "url": "https://github.com/advisories/GHSA-dddd-eeee-ffff"}
            ],
        },
        "viewer": {"name": "viewer", "severity": "high", "via": ["three"]},
    },
}
NPM_SOUND = {"auditReportVersion": 2, "vulnerabilities": {}}
JINJA = Hole("jinja2", "PYSEC-2026-7", frozenset({"CVE-2026-1234", "GHSA-aaaa-bbbb-cccc"}))
THREE = Hole("three", "GHSA-dddd-eeee-ffff")


def pip_told(*rows):
    return json.dumps({"dependencies": rows, "fixes": []})


@pytest.mark.parametrize(
    ("told", "complained", "audited", "holes", "trouble"),
    [
        (pip_told(SOUND, HOLED), "", {"numpy", "jinja2"}, {JINJA}, ""),
        (pip_told(SOUND, SKIPPED), "", {"numpy"}, set(), "not found on PyPI"),
        ("", NO_NAME, set(), set(), "Max retries exceeded"),
    ],
    ids=["hole", "skipped", "unreachable"],
)
def test_what_pip_audit_tells_is_read(told, complained, audited, holes, trouble):
    answer = read_pip_audit("pypi.org", told, complained)
    assert (answer.audited, answer.holes) == (audited, holes)
    assert trouble in answer.trouble
    assert bool(trouble) == bool(answer.trouble)


def test_what_npm_tells_is_read():
    packages = frozenset({"three", "viewer"})
    assert read_npm_audit(packages, json.dumps(NPM_HOLED), "").holes == {THREE}
    assert read_npm_audit(packages, json.dumps(NPM_SOUND), "").audited == packages
    refused = read_npm_audit(packages, json.dumps(NPM_REFUSED), "")
    assert refused.audited == frozenset()
    assert "405" in refused.trouble


@pytest.mark.parametrize(
    "read",
    [
        lambda: read_pip_audit("pypi.org", "", "error: unrecognized arguments"),
        lambda: read_npm_audit(frozenset(), "", "node: not found"),
        lambda: read_npm_audit(frozenset(), json.dumps({"error": {"code": "ENOLOCK"}}), ""),
    ],
)
def test_an_audit_that_broke_off_is_not_taken_for_one_that_found_nothing(read):
    with pytest.raises(Broken, match="broke off"):
        read()


def test_of_a_lock_of_npm_what_only_builds_is_left_out():
    lock = {
        "packages": {
            "": {"name": "web"},
            "node_modules/three": {"version": "1"},
            "node_modules/@types/three": {"version": "1", "dev": True},
            "node_modules/a/node_modules/@b/c": {"version": "1"},
        }
    }
    assert read_npm_lock(json.dumps(lock)) == {"three", "@b/c"}


def test_a_hole_is_told_unless_it_is_accepted_under_one_of_its_names():
    told = list(judge([THREE, JINJA], ()))
    assert len(told) == 2
    assert "CVE-2026-1234" in told[0]
    accepted = Accepted("CVE-2026-1234", "jinja2", "no template is anybody's", TODAY)
    assert list(judge([JINJA], [accepted])) == []
    assert len(list(judge([THREE], [accepted]))) == 1


def test_what_two_services_know_is_told_once():
    assert len(list(judge([JINJA, Hole("jinja2", "CVE-2026-1234")], ()))) == 1


def test_what_was_accepted_is_over_some_day_and_never_for_long():
    def about(until):
        return list(complaints_about([Accepted("CVE-2026-1", "numpy", "why", until)], TODAY))

    assert about(TODAY) == []
    assert "was accepted until 2026-05-03" in about(date(2026, 5, 3))[0]
    assert about(date(2026, 8, 2)) == []
    assert "more than 90 days" in about(date(2026, 8, 3))[0]


ENTRY = '[[accepted]]\nid = "CVE-2026-1"\npackage = "numpy"\nwhy = "because"\nuntil = 2026-05-05\n'


def test_what_is_accepted_is_read():
    assert read_accepted(ENTRY) == (Accepted("CVE-2026-1", "numpy", "because", date(2026, 5, 5)),)
    assert read_accepted("") == ()


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('why = "because"\n', ""),
        ('"because"', '" "'),
        ("2026-05-05", '"soon"'),
        ("until", "till"),
        ("]]", "]"),
    ],
)
def test_what_is_accepted_without_a_reason_and_a_day_is_refused(was, becomes):
    with pytest.raises(Broken):
        read_accepted(ENTRY.replace(was, becomes, 1))


def test_it_is_said_how_many_were_audited_by_whom_and_how_many_were_not():
    packages = frozenset({"numpy", "scipy", "jinja2"})
    answers = [
        Answer("pypi.org", frozenset({"numpy"}), trouble="404"),
        Answer("api.osv.dev", frozenset({"numpy", "scipy"}), trouble="503"),
    ]
    assert list(tell("Python", packages, answers)) == [
        "3 Python packages: 1 audited by pypi.org, 1 audited by api.osv.dev; 1 not audited.",
        "  pypi.org could not say: 404",
        "  api.osv.dev could not say: 503",
    ]


@pytest.mark.parametrize(
    ("pip", "npm", "accepted", "status", "says"),
    [
        (("", NO_NAME), NPM_REFUSED, "", 0, "0 audited by registry.npmjs.org; 1 not audited."),
        ((pip_told(SOUND, HOLED), ""), NPM_SOUND, "", 1, "FAILED: jinja2 has a known hole: PYSEC-2026-7"),
        ((pip_told(SOUND), ""), NPM_HOLED, "", 1, "FAILED: three has a known hole"),
        ((pip_told(SOUND), ""), NPM_SOUND, ENTRY, 0, "2 Python packages: 1 audited by pypi.org"),
        ((pip_told(SOUND), ""), NPM_SOUND, ENTRY.replace("05-05", "05-03"), 1, "FAILED: CVE-2026-1 in numpy"),
        (("", "broken"), NPM_SOUND, "", 1, "pip-audit broke off: broken"),
    ],
    ids=["unreachable", "Python", "npm", "accepted", "expired", "broken"],
)
def test_it_fails_on_what_is_known_and_not_accepted_only(
    tmp_path, monkeypatch, capsys, pip, npm, accepted, status, says
):
    files = {
        "requirements/run.txt": "numpy==2.4.0 \\\n    --hash=sha256:00\n",
        "requirements/test.txt": "numpy==2.4.0\nJinja2==3.1.0\n",
        "requirements/accepted.toml": accepted,
        "web/package-lock.json": json.dumps({"packages": {"node_modules/three": {}}}),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(audit, "ROOT", tmp_path)

    def run(command, _folder):
        return (json.dumps(npm), "") if command[0] == "npm" else pip

    assert main(run, TODAY) == status
    assert says in "".join(capsys.readouterr())
