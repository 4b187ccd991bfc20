"""Commands that prove an answer, and check the proof: certify, verify."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import click

from searchapp.answers.certificate import certify as certify_search
from searchapp.answers.certificate import prove
from searchapp.answers.differences import Differences
from searchapp.answers.library import Library, opened
from searchapp.answers.request import Authors, Request
from searchapp.answers.signing import check_signature, sign
from searchapp.answers.verifying import ProofVerdict, Verdict, check, read_certificate
from searchapp.catalog import is_index
from searchapp.cli.console import counted
from searchapp.cli.differing import difference_counts, difference_lines, named_lines
from searchapp.cli.options import filter_options, index_option, kept_filters, words_argument
from searchapp.engines import ENGINES, Sort
from searchapp.errors import BadRequest, NotACertificate
from searchapp.indexer import SyncSettings, sync
from searchapp.render.differences import verdict_values
from searchapp.render.json_values import json_text
from searchapp.render.terminal import one_line


@click.command(epilog="Example: searchapp certify 'strategic partnership' > search.json")
@words_argument()
@index_option
@click.option(
    "--sort", type=click.Choice(get_args(Sort)), default="relevance", show_default=True, help="Order of the hits."
)
@filter_options
@click.option(
    "--authors",
    type=click.Choice(get_args(Authors)),
    default="any",
    help="Articles by any of several authors, or by all.",
)
@click.option(
    "--article", "article_id", metavar="ID", help="Prove that this article is in the index, without showing others."
)
@click.option("--sign", "key", type=click.Path(path_type=Path), help="Sign with this private key of OpenSSH.")
def certify(
    words: tuple[str, ...],
    index: Path,
    sort: Sort,
    authors: Authors,
    article_id: str | None,
    key: Path | None,
    **filters: tuple[str, ...],
) -> int:
    """Print a certificate of a search for WORDS: what was asked, what was found, and in which corpus.

    It is a JSON file with a hash of itself. It contains digests and ids of articles, and none of their texts; `verify`
    checks it. A search that finds nothing is certified like any other.
    """
    if article_id and (words or any(filters.values())):
        raise click.UsageError("--article proves a single article: leave out words and filters.")
    with opened(index) as library:
        if article_id:
            values = prove(library, article_id)
        else:
            values = certify_search(library, Request(" ".join(words), kept_filters(filters), sort, authors=authors))
    if key:
        values["signature"] = sign(values["hash"], key)
    click.echo(json_text(values))
    return 0


@click.command(epilog="Example: searchapp verify search.json ~/articles")
@click.argument("certificate", type=click.Path(path_type=Path, allow_dash=True))
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@index_option
@click.option("--key", type=click.Path(path_type=Path), help="The public key of the expected signer.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify(certificate: Path, folder: Path | None, index: Path, key: Path | None, *, as_json: bool) -> int:
    """Check CERTIFICATE: that it is unchanged, that the corpus is the same, and that the search finds the same.

    FOLDER has the articles, which are indexed again in a temporary folder, or it is an index. Without it, the index
    of --index is compared.

    The exit code is 0 if nothing differs, 1 if something does, and 2 if the certificate was changed or its signature
    is invalid.
    """
    values = _read(certificate)
    signer = _check_signature(values, key)
    with _compared(folder, index, values) as library:
        verdict = check(library, values)
        if as_json:
            click.echo(json_text({"signed_by": signer, **verdict_values(library, verdict)}))
        else:
            lines = (*_signature_lines(signer), *_lines(library, values, verdict))
            click.echo("\n".join(map(one_line, lines)))
    return 0 if verdict.is_good else 1


def _read(certificate: Path) -> Mapping[str, Any]:
    try:
        return read_certificate(sys.stdin.read() if str(certificate) == "-" else certificate.read_text("utf-8-sig"))
    except OSError as fault:
        raise BadRequest(f"The certificate {str(certificate)!r} cannot be read: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise NotACertificate(f"{str(certificate)!r} is not a certificate: it is not text.") from fault


def _check_signature(values: Mapping[str, Any], key: Path | None) -> str:
    """Return the fingerprint of the key that signed a certificate; "" if it is not signed and need not be."""
    if "signature" in values:
        return check_signature(str(values["hash"]), str(values["signature"]), key)
    if key:
        raise NotACertificate("This certificate is not signed.")
    return ""


@contextmanager
def _compared(folder: Path | None, index: Path, values: Mapping[str, Any]) -> Iterator[Library]:
    """Open the index to compare with a certificate, after indexing a folder of articles if need be."""
    if folder is None or is_index(folder):
        with opened(folder or index) as library:
            yield library
        return
    program = values.get("program", {})
    engine = program.get("engine") if program.get("engine") in ENGINES else None
    with TemporaryDirectory() as place:
        sync([folder], Path(place) / "index", SyncSettings(engine, program.get("stems")))
        with opened(Path(place) / "index") as library:
            yield library


def _signature_lines(signer: str) -> Iterator[str]:
    yield f"Signature: good, by the key {signer}." if signer else "Signature: none."


def _lines(library: Library, values: Mapping[str, Any], verdict: Verdict | ProofVerdict) -> Iterator[str]:
    if isinstance(verdict, ProofVerdict):
        return _proof_lines(values, verdict)
    return _verdict_lines(library, values, verdict)


def _proof_lines(values: Mapping[str, Any], verdict: ProofVerdict) -> Iterator[str]:
    corpus = "the same" if verdict.is_same_corpus else "different: it has changed, or is not the one that was certified"
    yield f"The article {values['article']['id']} was in the corpus with the root {values['root']}."
    yield f"An article with its text is {'here' if verdict.is_here else 'not here'}."
    yield f"The corpus here is {corpus}."


def _verdict_lines(library: Library, values: Mapping[str, Any], verdict: Verdict) -> Iterator[str]:
    yield f"Certificate: as it was made, on {values['made']}, of: {values['query']['sentence']}"
    if verdict.is_same_corpus:
        yield f"Corpus: the same {counted(values['searched']['articles'], 'article')}."
    else:
        yield from _corpus_lines(library, verdict)
    yield from _answer_lines(library, verdict.answer, values["searched"]["as_of"])
    yield from verdict.notes


def _corpus_lines(library: Library, verdict: Verdict) -> Iterator[str]:
    if not verdict.is_listed:
        yield "Corpus: different. It was too large for the certificate to list its articles."
        return
    yield (
        f"Corpus: different. Articles here whose text was not searched then: {len(verdict.other_articles):,}. "
        f"Texts searched then that are missing here: {verdict.missing:,}."
    )
    yield from named_lines(library, "other text", verdict.other_articles)


def _answer_lines(library: Library, answer: Differences, as_of: str) -> Iterator[str]:
    if answer.is_same:
        yield f"Answer: the same {counted(answer.now, 'article')}."
        return
    counts = f"{answer.now:,} now; {answer.then:,} as of {as_of}"
    if not answer.is_listed:
        yield f"Answer: different. {counts}. There were too many for the certificate to list them."
        return
    yield f"Answer: different. {counts}: {difference_counts(answer)}."
    yield from difference_lines(library, answer)
