"""Differences between answers and earlier ones as values for JSON, for saved searches and certificates."""

from collections.abc import Sequence
from typing import Any

from searchapp.answers.differences import Differences
from searchapp.answers.library import Library, articles
from searchapp.answers.saved import Comparison
from searchapp.answers.verifying import ProofVerdict, Verdict


def comparison_values(library: Library, one: Comparison) -> dict[str, Any]:
    """Return for JSON how the answer of a saved search differs from the kept one."""
    return {
        "name": one.entry.label,
        "query": one.entry.words,
        "kept": one.kept.moment,
        "kept_query": one.kept.query,
        "now": one.differences.now,
        "then": one.differences.then,
        "is_same": one.differences.is_same,
        "is_listed": one.differences.is_listed,
        **difference_values(library, one.differences),
    }


def verdict_values(library: Library, verdict: Verdict | ProofVerdict) -> dict[str, Any]:
    """Return for JSON the result of checking a certificate or a proof."""
    if isinstance(verdict, ProofVerdict):
        return {"is_good": verdict.is_good, "is_here": verdict.is_here, "is_same_corpus": verdict.is_same_corpus}
    answer = verdict.answer
    return {
        "is_good": verdict.is_good,
        "is_same_corpus": verdict.is_same_corpus,
        "other_articles": named_values(library, verdict.other_articles),
        "missing": verdict.missing,
        "is_same_answer": answer.is_same,
        "now": answer.now,
        "then": answer.then,
        **difference_values(library, answer),
        "is_listed": verdict.is_listed and answer.is_listed,
        "notes": list(verdict.notes),
    }


def difference_values(library: Library, answer: Differences) -> dict[str, Any]:
    """Return for JSON the articles in which two answers differ."""
    return {kind.replace(" ", "_"): named_values(library, ids) for kind, ids in answer.kinds.items()}


def named_values(library: Library, ids: Sequence[str]) -> list[dict[str, str]]:
    """Return for JSON the titles and places of some articles."""
    return [
        {"id": one, "title": found.title if found else "", "path": found.path if found else ""}
        for one, found in articles(library, ids)
    ]
