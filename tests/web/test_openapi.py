"""The description of the API is true: schemathesis asks what it allows and what it forbids, and checks the answers."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from searchapp.answers.request import FILTERS
from searchapp.web import create_app
from searchapp.web.admission import Places
from searchapp.web.openapi import describe

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="session")
def schema(index):
    # It reads answers to their end and never closes them, so that each export would keep its place.
    app = create_app(index, places=Places(exports=10_000))
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)


# Where there are no parameters but ids in the path, there is nothing to say wrongly.
ASKED = [
    (path, method, mode)
    for path, item in describe("")["paths"].items()
    for method, operation in item.items()
    for mode in GenerationMode
    if any(one["in"] == "query" for one in operation["parameters"]) or not mode.is_negative
]


@pytest.mark.parametrize(("path", "method", "mode"), ASKED)
def test_the_api_keeps_to_its_description(schema, path, method, mode):
    operation = schema[path][method.upper()]

    @given(operation.as_strategy(generation_mode=mode))
    @settings(max_examples=15, suppress_health_check=list(HealthCheck))
    def asked(case):
        case.call_and_validate(checks=CHECKS, headers={"Host": "localhost", "Accept-Encoding": "identity"})

    asked()


def test_the_description_is_served_and_names_every_route(app, client):
    served = client.get("/api/v1/openapi.json").json
    assert served == describe("")
    routes = {
        rule.rule.removeprefix("/api/v1")
        .replace("<article_id>", "{id}")
        .replace("<other_id>", "{other}")
        .replace("<int:number>", "{number}")
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1")
    }
    assert set(served["paths"]) == routes


def test_every_filter_is_described():
    names = [parameter["name"] for parameter in describe("")["paths"]["/search"]["get"]["parameters"]]
    assert set(FILTERS) <= set(names)
