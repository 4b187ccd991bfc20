"""A certificate of a search: what was asked, what was found, and in which corpus, for someone who relies on it later.

It is one JSON object, dated, with a hash of itself. Texts are represented by their digests, so that it can be handed to
a stranger: anyone with the articles can check it (`verifying`), and nobody else learns a text from it.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from searchapp import __version__
from searchapp.answers.library import Library, article, digests_found
from searchapp.answers.notes import notes_on_hits
from searchapp.answers.request import Asked, Request, read
from searchapp.catalog import root_of_digests
from searchapp.engines import Ask, Budget
from searchapp.errors import IndexChanging
from searchapp.query.sentence import explain
from searchapp.sentences import sentence
from searchapp.text import ANALYSIS_VERSION

KIND = "searchapp certificate"
PROOF_KIND = "searchapp proof"
FORMAT = 1
MOST_LISTED = 10_000  # articles found whose ids are listed; for more, only the root is
MOST_IN_CORPUS = 200_000  # articles whose short digests are listed: 1.6 MB of text
SHORT = 6  # bytes of a short digest: among a million articles, two are equal with a probability of 1 in 500
_MOST_REASONS = 100
_CHANGING = sentence(
    "The index changed while the certificate was made. Wait until indexing has finished, and make it again."
)

Values = dict[str, Any]


def certify(library: Library, request: Request, budget: Budget | None = None) -> Values:
    """Certify a request: everything that it finds, whatever its page; without `budget` it takes the time it needs.

    Raises:
        BadRequest: a filter has no such value.
        IndexChanging: the answer could not be taken from one commit, or not within the budget.
    """
    asked, budget, root = read(request), budget or Budget(), library.catalog.root()
    values = {
        "kind": KIND,
        "format": FORMAT,
        "made": datetime.now().astimezone().isoformat(timespec="seconds"),
        **_question(library, request, asked),
        "answer": _answer(library, asked, budget),
        "searched": _searched(library, root),
        "program": _program(library),
    }
    if root != library.catalog.root():
        raise IndexChanging(_CHANGING)
    return {**values, "hash": hash_of(values)}


def prove(library: Library, article_id: str) -> Values:
    """Prove that an article is in the corpus, by a few hashes that lead from its digest to the root.

    Raises:
        NotFound: there is no such article.
        IndexChanging: another commit was made meanwhile.
    """
    found = article(library, article_id)
    values = {
        "kind": PROOF_KIND,
        "format": FORMAT,
        "made": datetime.now().astimezone().isoformat(timespec="seconds"),
        "article": {"id": found.id, "title": found.title, "digest": found.digest},
        "steps": [list(step) for step in library.catalog.proof(found.digest)],
        "root": library.catalog.root(),
        "as_of": library.catalog.coverage().as_of,
        "program": _program(library),
    }
    if not values["steps"]:
        raise IndexChanging(_CHANGING)
    return {**values, "hash": hash_of(values)}


def hash_of(values: Values) -> str:
    """Return the SHA-256 of a certificate's JSON without hash and signature, with sorted keys, no spaces, in ASCII."""
    hashed = {name: value for name, value in values.items() if name not in ("hash", "signature")}
    return sha256(json.dumps(hashed, sort_keys=True, separators=(",", ":")).encode("ascii")).hexdigest()


def root_over(digests: Iterable[str]) -> str:
    """Return the root over hexadecimal digests."""
    return root_of_digests(map(bytes.fromhex, digests))


def short_digests(digests: Iterable[str]) -> Sequence[bytes]:
    """Return the first bytes of digests, sorted."""
    return sorted(bytes.fromhex(digest)[:SHORT] for digest in digests)


def _question(library: Library, request: Request, asked: Asked) -> Values:
    return {
        "query": {
            "words": request.words,
            "text": asked.query.text,
            "sentence": explain(asked.tree, asked.query.typed, library.has_forms),
            "notes": list(asked.notes),
        },
        "filters": [{"name": name, "value": value} for name, value in request.filters],
        "authors": request.authors,
        "sort": request.sort,
    }


def _answer(library: Library, asked: Asked, budget: Budget) -> Values:
    hits = library.engine.search(Ask(asked.tree, limit=0, budget=budget))
    found = digests_found(library, asked.tree, budget)
    listed = sorted(found.items()) if len(found) <= MOST_LISTED else []
    return {
        "total": len(found),
        "total_is": hits.total_is,
        "notes": list(notes_on_hits(library, asked.query, asked.tree, hits, budget)),
        "root": root_over(found.values()),
        "articles": [{"id": one, "digest": digest} for one, digest in listed],
        "is_listed": len(listed) == len(found),
    }


def _searched(library: Library, root: str) -> Values:
    catalog, coverage = library.catalog, library.catalog.coverage()
    reasons = [line for line in catalog.reasons() if line[0] in ("skipped", "error")]
    corpus = catalog.all_digests() if coverage.articles <= MOST_IN_CORPUS else {}
    return {
        "articles": coverage.articles,
        "files": coverage.files,
        "left_out": coverage.left_out,
        "reasons": [
            {"status": status, "reason": reason, "files": count} for status, reason, count in reasons[:_MOST_REASONS]
        ],
        "with_remarks": coverage.with_remarks,
        "remarks": [{"reason": reason, "count": count} for reason, count in catalog.remark_reasons(_MOST_REASONS)],
        "as_of": coverage.as_of,
        "is_finished": coverage.is_finished,
        "folders": [one.label for one in catalog.roots],
        "root": root,
        "short_digests": b64encode(b"".join(short_digests(corpus.values()))).decode("ascii"),
    }


def _program(library: Library) -> Values:
    return {
        "name": "searchapp",
        "version": __version__,
        "engine": library.catalog.engine,
        "stems": library.catalog.language,
        "analysis": ANALYSIS_VERSION,
    }
