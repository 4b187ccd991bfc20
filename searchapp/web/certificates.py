"""The certificate of a search: a page to print or keep as PDF, and the same as a JSON file."""

from base64 import b64encode

from flask import Blueprint, Response, make_response, render_template, request

from searchapp.answers.certificate import Values, certify
from searchapp.answers.query_string import PARAMETERS
from searchapp.answers.request import Request
from searchapp.render.json_values import json_text
from searchapp.web.admission import budget
from searchapp.web.caching import unkept
from searchapp.web.open_index import library
from searchapp.web.request_args import read_request, takes
from searchapp.web.sending import attached

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
        file_url=file_address(values),
    )
    return unkept(make_response(page))


@certificates.get("/api/v1/certificate")
@takes(*PARAMETERS)
def certificate_file() -> Response:
    """Hand out the certificate of a search as a file, which `searchapp verify` checks."""
    response = Response(_file(_certified()[1]), mimetype="application/json")
    return unkept(attached(response, "certificate.json"))


def file_address(certificate: Values) -> str:
    """Return an address that holds the file of a certificate: asked for again, it would be another one, made later."""
    return f"data:application/json;base64,{b64encode(_file(certificate)).decode('ascii')}"


def _file(certificate: Values) -> bytes:
    return f"{json_text(certificate)}\n".encode()


def _certified() -> tuple[Request, Values]:
    asked = read_request(request.args, ())
    return asked, certify(library(), asked, budget())
