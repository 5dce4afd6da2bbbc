"""The interface, asked with all that its document allows and much that it does not, by schemathesis."""

import copy

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from programs import bearer, token_for
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from served import housed
from trained import TODAY, added, filmed

from kneewise.web import build_app
from kneewise.web.app import interface
from kneewise.web.rest.bearer import Patience

NAMED = [(path, method) for path, rows in interface()["paths"].items() for method in rows]


def narrowed(document, **known):
    """The document, with ids of what is there in place of all that could be."""
    told = copy.deepcopy(document)
    for operations in told["paths"].values():
        for operation in operations.values():
            for row in operation["parameters"]:
                if row["in"] == "path" and row["name"] in known:
                    row["schema"] = {"enum": [known[row["name"]]]}
    return told


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A server with somebody who trains, and a token for all of it."""
    with housed(tmp_path_factory.mktemp("fuzzed") / "home") as house:
        case = added(house, start=TODAY)
        film = filmed(house, case)
        app = build_app(house)
        app.state.patience = Patience(most=1_000_000)
        document = narrowed(app.state.interface(), id=case, film=film)
        app.state.interface = lambda: document
        headers = {**bearer(token_for(house)), "Host": "127.0.0.1"}
        config = SchemathesisConfig.from_dict(
            {
                "headers": headers,
                "generation": {"mode": "all", "deterministic": True, "database": "none"},
                "checks": {
                    # What is well-formed can still be too early, or too late.
                    "positive_data_acceptance": {"expected-statuses": ["2xx", 404, 409, 422]},
                    "negative_data_rejection": {"expected-statuses": ["4xx"]},
                },
            }
        )
        yield schemathesis.openapi.from_asgi("/openapi.json", app, config=config, headers=headers)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), NAMED, ids=lambda word: word)
def test_the_interface_is_as_its_document_says(asked, path, method, mode):
    @given(case=asked[path][method].as_strategy(generation_mode=mode))
    @settings(max_examples=8, suppress_health_check=list(HealthCheck))
    def ask(case):
        case.call_and_validate()

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing of it can be wrong
