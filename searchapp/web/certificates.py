"""The certificate of a search: a page to print or keep as PDF, the same as a JSON file, and a check of such a file."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, make_response, render_template, request

from searchapp.answers.certificate import Values, certify
from searchapp.answers.query_string import PARAMETERS
from searchapp.answers.request import Request, read
from searchapp.answers.verifying import ProofVerdict, Verdict, check, read_certificate, request_of
from searchapp.errors import BadRequest
from searchapp.query.sentence import explain
from searchapp.render.differences import verdict_values
from searchapp.render.json_values import json_text
from searchapp.sentences import marked as _
from searchapp.sentences import sentence
from searchapp.web.admission import budget
from searchapp.web.caching import unkept
from searchapp.web.differences_view import listed
from searchapp.web.open_index import library
from searchapp.web.request_args import read_request, takes
from searchapp.web.sending import attached

MOST_CERTIFICATE = 4_000_000  # bytes: one of 10,000 articles found in 200,000 has about 3,000,000
_OTHER = _("here with a text that was not searched then")
_SHOWN = 500  # articles found that the page lists; the file has more

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
    """Return the certificate of a search as a file, which `searchapp verify` checks."""
    response = Response(_file(_certified()[1]), mimetype="application/json")
    return unkept(attached(response, "certificate.json"))


@certificates.get("/verify")
@takes()
def verify_page() -> Response:
    """Show the form for a certificate to check."""
    return make_response(render_template("verify.html", asked=Request(), certificate=None))


@certificates.post("/verify")
@takes()
def verified_page() -> Response:
    """Check a certificate, or a proof of one article, that was uploaded. It is read in memory and kept nowhere.

    Raises:
        NotACertificate: the file is none, or was changed since it was made.
    """
    _refuse_long()
    uploaded = request.files.get("file")
    values = read_certificate(uploaded.read() if uploaded else b"")
    verdict = check(library(), values, budget())
    kinds = {_OTHER: verdict.other_articles, **verdict.answer.kinds} if isinstance(verdict, Verdict) else {}
    page = render_template(
        "verify.html",
        asked=Request(),
        certificate=values,
        sentence=_sentence(values) if isinstance(verdict, Verdict) else "",
        verdict=verdict,
        is_proof=isinstance(verdict, ProofVerdict),
        differences=listed(kinds),
    )
    return unkept(make_response(page))


@certificates.post("/api/v1/verify")
@takes()
def verify_file() -> Response:
    """Check a certificate, or a proof of one article, which is the body of the request.

    Raises:
        NotACertificate: it is none, or was changed since it was made.
    """
    _refuse_long()
    values = read_certificate(request.get_data())
    found = verdict_values(library(), check(library(), values, budget()))
    return unkept(jsonify({"is_signed": "signature" in values, **found}))


def file_address(certificate: Values) -> str:
    """Return an address that holds the file of a certificate: asked for again, it would be another one, made later."""
    return f"data:application/json;base64,{b64encode(_file(certificate)).decode('ascii')}"


def _file(certificate: Values) -> bytes:
    return f"{json_text(certificate)}\n".encode()


def _sentence(certificate: Mapping[str, Any]) -> str:
    """Return the sentence of a certificate; one that this version says can be told in the reader's language."""
    asked, written = read(request_of(certificate)), str(certificate["query"]["sentence"])
    said = explain(asked.tree, asked.query.typed, library().has_forms)
    return said if said == written else written


def _certified() -> tuple[Request, Values]:
    asked = read_request(request.args, ())
    return asked, certify(library(), asked, budget())


def _refuse_long() -> None:
    if (request.content_length or 0) > MOST_CERTIFICATE:
        raise BadRequest(
            sentence("A certificate can have up to {most} bytes here. Check it in the shell.", most=MOST_CERTIFICATE)
        )
