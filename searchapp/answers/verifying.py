"""Check a certificate later: that it is unchanged, that the corpus is the same, and that the answer is."""

import json
from base64 import b64decode
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from searchapp.answers.certificate import FORMAT, KIND, PROOF_KIND, SHORT, hash_of, root_over, short_digests
from searchapp.answers.differences import Differences, compare
from searchapp.answers.library import Library, digests_found
from searchapp.answers.query_string import read_choice
from searchapp.answers.request import AUTHORS, FILTERS, SORTS, Request, read
from searchapp.catalog import Step, follow
from searchapp.engines import Budget
from searchapp.errors import NotACertificate
from searchapp.query.tree import Amount, Node, children
from searchapp.sentences import marked, sentence
from searchapp.text import ANALYSIS_VERSION

Values = Mapping[str, Any]

_OTHER_ANALYSIS = marked(
    "It was made with version {made} of the analysis of texts; this is {here}. The same corpus may give another answer."
)
_OTHER_STEMS = marked(
    "It was made with the stems {made}; those of this index are {here}. The same corpus may give another answer."
)
_MOMENTS = marked("It asks when articles were added or edited. Another index has other moments than the certified one.")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a check. `other_articles` are ids of articles that are not in the certified corpus, and `missing`
    counts those of it that are not here; unless `is_listed`, these are unknown.
    """

    is_same_corpus: bool
    answer: Differences
    other_articles: tuple[str, ...] = ()
    missing: int = 0
    is_listed: bool = True
    notes: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether nothing differs."""
        return self.is_same_corpus and self.answer.is_same


@dataclass(frozen=True, slots=True)
class ProofVerdict:
    """The result of checking a proof: whether an article with that text is here, and the corpus is the same."""

    is_here: bool
    is_same_corpus: bool

    @property
    def is_good(self) -> bool:
        """Whether nothing differs."""
        return self.is_here and self.is_same_corpus


def read_certificate(text: str | bytes) -> Values:
    """Read a certificate or a proof from JSON, and check its hash.

    Raises:
        NotACertificate: it is not one, has an unknown format, or was changed since.
    """
    try:
        values = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise NotACertificate(sentence("This file is not a certificate: it is not valid JSON.")) from fault
    if not isinstance(values, dict) or values.get("kind") not in (KIND, PROOF_KIND):
        raise NotACertificate(
            sentence(
                "This file is not a certificate of a search. Make one with: {command}", command="searchapp certify"
            )
        )
    if values.get("format") != FORMAT:
        has = repr(values.get("format"))
        raise NotACertificate(
            sentence("This certificate has format {has}; this version reads {known}.", has=has, known=str(FORMAT))
        )
    if values.get("hash") != hash_of(values):
        raise NotACertificate(
            sentence("This certificate was changed after it was made: its hash does not match its content.")
        )
    return values


def request_of(values: Values) -> Request:
    """Return the request of a certificate.

    Raises:
        BadRequest: a filter, the sort order or the way of combining authors is unknown here.
    """
    filters = [(str(one["name"]), str(one["value"])) for one in values["filters"]]
    return Request(
        words=str(values["query"]["words"]),
        filters=tuple((read_choice("filter", name, FILTERS), value) for name, value in filters),
        sort=read_choice("sort", str(values["sort"]), SORTS),
        authors=read_choice("authors", str(values["authors"]), AUTHORS),
    )


def check(library: Library, values: Values, budget: Budget | None = None) -> Verdict | ProofVerdict:
    """Compare an index with a valid certificate or proof; without `budget` it takes the time it needs.

    Raises:
        NotACertificate: something in it is missing, or the hashes of a proof do not lead from its article to its root.
        IndexChanging: the index is being written to, or there was not enough time to find all articles.
    """
    return _verify_proof(library, values) if values["kind"] == PROOF_KIND else verify(library, values, budget)


def verify(library: Library, values: Values, budget: Budget | None = None) -> Verdict:
    """Compare an index with a valid certificate; without `budget` it takes the time it needs.

    Raises:
        NotACertificate: something in it is missing.
        IndexChanging: the index is being written to, or there was not enough time to find all articles.
    """
    try:
        other, missing = _corpus(library, values["searched"])
        searched = values["searched"]
        return Verdict(
            is_same_corpus=searched["root"] == library.catalog.root(),
            answer=differences(library, values, budget),
            other_articles=other,
            missing=missing,
            is_listed=bool(searched["short_digests"]) or not searched["articles"],
            notes=tuple(_notes(library, values)),
        )
    except (KeyError, TypeError, ValueError) as fault:
        raise NotACertificate(sentence("This certificate is incomplete: {fault}.", fault=str(fault))) from fault


def differences(library: Library, values: Values, budget: Budget | None = None) -> Differences:
    """Compare what a search finds now with what its certificate lists."""
    answer, now = values["answer"], digests_found(library, read(request_of(values)).tree, budget)
    if not answer["is_listed"]:
        return Differences(len(now), answer["total"], is_same=_is_root(answer["root"], now), is_listed=False)
    corpus, as_of = _short_digests_then(values["searched"]), str(values["searched"]["as_of"])

    def was_there(article_id: str) -> bool:
        if not corpus:  # there were too many to list
            found = library.engine.get(article_id)
            return found is not None and found.added < as_of
        return any(_has(corpus, bytes.fromhex(digest)[:SHORT]) for _, digest in library.catalog.texts_of(article_id))

    return compare(library, now, {one["id"]: one["digest"] for one in answer["articles"]}, was_there)


def _is_root(root: str, found: Mapping[str, str]) -> bool:
    return root_over(found.values()) == root


def _verify_proof(library: Library, values: Values) -> ProofVerdict:
    """Compare an index with a valid proof.

    Raises:
        NotACertificate: its hashes do not lead from its article to its root.
    """
    try:
        digest, root = str(values["article"]["digest"]), values["root"]
        leads_there = follow(digest, [Step(*step) for step in values["steps"]]) == root
    except (KeyError, TypeError, ValueError):
        leads_there = False
    if not leads_there:
        raise NotACertificate(sentence("The hashes of this proof do not lead from its article to its root."))
    return ProofVerdict(bool(library.catalog.proof(digest)), library.catalog.root() == root)


def _corpus(library: Library, searched: Values) -> tuple[tuple[str, ...], int]:
    """Return the ids of articles that are not in the certified corpus, and the number of its articles missing here."""
    then = _short_digests_then(searched)
    if not then and searched["articles"]:
        return (), 0
    now = library.catalog.all_digests()
    shorts = short_digests(now.values())
    other = tuple(sorted(one for one, digest in now.items() if not _has(then, bytes.fromhex(digest)[:SHORT])))
    return other, sum(not _has(shorts, one) for one in then)


def _short_digests_then(searched: Values) -> list[bytes]:
    """Return the sorted short digests of the certified corpus; none if it had too many articles."""
    packed = b64decode(searched["short_digests"])
    return [packed[at : at + SHORT] for at in range(0, len(packed), SHORT)]


def _has(listed: Any, wanted: bytes) -> bool:
    at = bisect_left(listed, wanted)
    return at < len(listed) and listed[at] == wanted


def _notes(library: Library, values: Values) -> list[str]:
    program, notes = values["program"], list[str]()
    if program["analysis"] != ANALYSIS_VERSION:
        versions = {"made": str(program["analysis"]), "here": str(ANALYSIS_VERSION)}
        notes.append(sentence(_OTHER_ANALYSIS, **versions))
    if program["stems"] != library.catalog.language:
        notes.append(sentence(_OTHER_STEMS, made=repr(program["stems"]), here=repr(library.catalog.language)))
    if _asks_for_moments(read(request_of(values)).tree):
        notes.append(sentence(_MOMENTS))
    return notes


def _asks_for_moments(node: Node) -> bool:
    if isinstance(node, Amount):
        return node.field in ("added", "edited")
    return any(map(_asks_for_moments, children(node)))
