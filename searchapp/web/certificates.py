"""The certificate of a search: a page to print or keep as PDF, and the same as a JSON file."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for

from searchapp.answers.certificate import certify
from searchapp.answers.query_string import PARAMETERS, to_query_string
from searchapp.answers.request import Request
from searchapp.render.json_values import json_text
from searchapp.web.admission import budget
from searchapp.web.caching import unkept
from searchapp.web.open_index import library
from searchapp.web.request_args import read_request, takes

_SHOWN = 500  # articles that the page lists; the file has more

certificates = Blueprint("certificates", __name__)


@certificates.get("/certificate")
@takes(*PARAMETERS)
def certificate_page() -> Response:
    """Show the certificate of a search."""
    asked, values = _certified()
    page = render_template(
        "certificate.html",
        asked=asked,
        certificate=values,
        articles=values["answer"]["articles"][:_SHOWN],
        file_url=f"{url_for('certificates.certificate_file')}?{to_query_string(asked)}",
    )
    return unkept(make_response(page))


@certificates.get("/api/v1/certificate")
@takes(*PARAMETERS)
def certificate_file() -> Response:
    """Hand out the certificate of a search as a file, which `searchapp verify` checks."""
    response = Response(json_text(_certified()[1]) + "\n", mimetype="application/json")
    response.headers["Content-Disposition"] = "attachment; filename=certificate.json"
    return unkept(response)


def _certified() -> tuple[Request, dict[str, Any]]:
    asked = read_request(request.args, ())
    return asked, certify(library(), asked, budget())
