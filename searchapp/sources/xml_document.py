"""XML: news agencies' formats, feeds and exports, told apart by their root element; entities are never expanded.

XML that is not well-formed (a bare ``&``, an HTML entity, a control character, a missing end) is repaired, with a
remark.
"""

from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

from searchapp.sentences import recorded
from searchapp.sources import feeds, issues, mets, newsml, newsml1, nitf, scanned, xml_records
from searchapp.sources.drafts import Draft, Encoding, Remark
from searchapp.sources.opening import Opened
from searchapp.sources.xml_parsing import decoded, parsed
from searchapp.sources.xml_repair import divided
from searchapp.sources.xml_tree import local_name

_KINDS: dict[str, Callable[[Element], Iterator[Draft | Remark]]] = {
    "nitf": nitf.drafts,
    "newsItem": newsml.drafts,
    "newsMessage": newsml.drafts,
    "packageItem": newsml.drafts,
    "NewsML": newsml1.drafts,
    "NewsItem": newsml1.drafts,
    "rss": feeds.drafts,
    "feed": feeds.drafts,
    "RDF": feeds.drafts,
    "channel": feeds.drafts,
    "alto": scanned.alto,
    "mets": mets.refuse,
    "TEI": scanned.tei,
    "TEI.2": scanned.tei,
    "teiCorpus": scanned.tei,
}


def read(opened: Opened) -> Iterator[Draft | Remark | Encoding]:
    """Read an ``.xml``, ``.rss`` or ``.atom`` file."""
    data = opened.document()
    text, encoding = decoded(data)
    yield encoding
    if pages := issues.pages(opened.file, data):
        yield from mets.drafts(text, pages, opened.options)
        return
    parts = divided(text)
    for number, part in enumerate(parts, start=1):
        yield from _document(part, recorded("document {number}", number=number) if len(parts) > 1 else "", opened)


def _document(text: str, where: str, opened: Opened) -> Iterator[Draft | Remark]:
    root, remark = parsed(text)
    if remark:
        yield Remark(where, remark, left_out=False)
    kind = local_name(root)
    if kind in _KINDS:
        yield from _KINDS[kind](root)
    elif next(xml_records.inner_kinds(root, _KINDS), None) is not None:
        for inner in xml_records.inner_kinds(root, _KINDS):
            yield from _KINDS[local_name(inner)](inner)
    else:
        yield from xml_records.drafts(root, opened.options.columns)
