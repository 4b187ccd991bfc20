"""XML in no known format: elements whose children are named like a title and a text (Factiva's XML, exports)."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from xml.etree.ElementTree import Element

from searchapp.errors import UnreadableFile
from searchapp.sentences import recorded
from searchapp.sources.columns import assign
from searchapp.sources.drafts import Draft, Remark
from searchapp.sources.records import Columns
from searchapp.sources.xml_tree import blocks, local_name, outermost

_LEAD, _TAIL = "leadParagraph", "tailParagraphs"  # Factiva's: together they are the text
_PARAGRAPHS = ("p", "para", "paragraph")
_MOST_FIELDS = 200
_SHARED = ("date", "source", "language")


def inner_kinds(root: Element, kinds: Container[str]) -> Iterator[Element]:
    """Yield the elements of known formats inside a wrapper."""
    return outermost(root, kinds)


def drafts(root: Element, given: Mapping[str, str]) -> Iterator[Draft | Remark]:
    """Read each element that is an article by its children.

    Raises:
        UnreadableFile: there is no such element.
    """
    columns = Columns(given)
    read = list[Element]()
    waiting: list[tuple[Element, dict[str, str]]] = [(root, {})]
    while waiting:
        element, shared = waiting.pop()
        if (record := _record(element, given)) and _is_article(record, given):
            read.append(element)
            yield columns.draft(
                {**_missing(shared, record, given), **record}, recorded("article {number}", number=len(read))
            )
        elif len(element):
            shared = {**shared, **_shared(element)}
            waiting += [(inner, shared) for inner in reversed(element)]
    if not read:
        kind = local_name(root)[:40]
        raise UnreadableFile(recorded("It is XML, but not in a news format that is read (<{kind}>).", kind=kind))
    for name, count in _unread(root, {*read}).items():
        yield Remark(f"{count:,} <{name[:40]}>", "no children that are named like a title and a text: not read")
    yield from columns.remarks()


def _unread(root: Element, read: set[Element]) -> Counter[str]:
    """Count, by name, the elements with text that are named like an article but neither are one nor contain one."""
    kinds = set(map(local_name, read))
    order = [(root, -1)]  # each element with the place of its parent, which comes before it
    for place, (element, _) in enumerate(order):
        if element not in read:
            order += [(inner, place) for inner in element]
    around, within = set[int](), set[int]()  # places of elements around articles, and in elements that were counted
    for place, (element, parent) in reversed([*enumerate(order)]):
        if element in read or place in around:
            around.add(parent)
    found = Counter[str]()
    for place, (element, parent) in enumerate(order):
        if parent in within:
            within.add(place)
        elif place not in around and element not in read and (name := local_name(element)) in kinds:
            within.add(place)
            found[name] += bool(blocks(element))
    return +found


def _shared(element: Element) -> dict[str, str]:
    """Return the fields that an element gives for all articles in it: date, source and language."""
    plain = {local_name(one): one.text.strip() for one in element[:_MOST_FIELDS] if not len(one) and one.text}
    found = assign(tuple(plain), {})
    return {field: plain[found[field][0]] for field in _SHARED if found[field]}


def _missing(shared: Mapping[str, str], record: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the shared fields that an article lacks."""
    found = assign(tuple(record), given)
    return {field: value for field, value in shared.items() if not found[field]}


def _record(element: Element, given: Mapping[str, str]) -> dict[str, str]:
    """Return the fields of an element by the names of its children; children with the same name are joined."""
    names = tuple(dict.fromkeys(map(_name, element)))
    if len(element) > _MOST_FIELDS or not _may_be_article(names, given):
        return {}
    texts: dict[str, list[str]] = {}
    for one in element:
        texts.setdefault(_name(one), []).extend(blocks(one) if local_name(one) else [])
    record = {name: "\n\n".join(paragraphs) for name, paragraphs in texts.items() if paragraphs}
    if _TAIL in record or _LEAD in record:
        record["body"] = "\n\n".join(filter(None, (record.pop(_LEAD, ""), record.pop(_TAIL, ""))))
    for name, value in element.attrib.items():
        record.setdefault(name.rpartition("}")[2], value)
    return record


def _name(element: Element) -> str:
    """Return the name of a child; a paragraph beside the title is text of the article."""
    name = local_name(element)
    return "body" if name.lower() in _PARAGRAPHS else name


def _is_article(record: Mapping[str, str], given: Mapping[str, str]) -> bool:
    return _may_be_article(tuple(record), given)


def _may_be_article(names: tuple[str, ...], given: Mapping[str, str]) -> bool:
    found = assign(names, given)
    has_text = bool(found["body"] or found["lead"]) or _LEAD in names or _TAIL in names
    return bool(found["title"]) and has_text
