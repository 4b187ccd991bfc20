"""XML as a stream of events instead of a tree, so that neither depth nor size costs memory."""

from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

import defusedxml.sax
from defusedxml import DefusedXmlException

from searchapp.errors import UnreadableFile
from searchapp.sentences import recorded


class Events(ContentHandler):
    """A listener's events: the starts and ends of elements, named without prefixes, and text. Subclass it."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Handle the start of an element; its attributes are named without prefixes, too."""

    def end(self, name: str) -> None:
        """Handle the end of an element."""

    def characters(self, content: str) -> None:
        """Handle text; one run may come in several parts."""

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the parser's names
        """Pass on the start of an element."""
        self.start(name.rpartition(":")[2], {key.rpartition(":")[2]: value for key, value in attrs.items()})

    def endElement(self, name: str) -> None:  # noqa: N802
        """Pass on the end of an element."""
        self.end(name.rpartition(":")[2])


class Said(Events):
    """Collects a document's properties: the first text of each element, by the element's name."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[str]] = {}
        self._name = ""

    @property
    def values(self) -> dict[str, str]:
        """The texts by the names of their elements."""
        return {name: "".join(pieces) for name, pieces in self._pieces.items()}

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        """Handle the start of an element."""
        self._name = name if name not in self._pieces else ""

    def end(self, name: str) -> None:  # noqa: ARG002
        """Handle the end of an element."""
        self._name = ""

    def characters(self, content: str) -> None:
        """Handle text."""
        if self._name:
            self._pieces.setdefault(self._name, []).append(content)


def listen(data: bytes, events: Events) -> None:
    """Parse XML and pass its events to a listener.

    Raises:
        UnreadableFile: it is not XML, or defines entities.
    """
    try:
        defusedxml.sax.parseString(data, events)
    except DefusedXmlException as error:
        raise UnreadableFile("It defines entities, which can make a small file grow without limit.") from error
    except (SAXException, ValueError, LookupError) as error:
        raise UnreadableFile(recorded("It is not XML: {fault}.", fault=str(error))) from error
