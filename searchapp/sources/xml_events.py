"""XML without a tree: its parts called out one after the other, so that neither depth nor size takes memory."""

from xml.sax import SAXException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

import defusedxml.sax
from defusedxml import DefusedXmlException

from searchapp.errors import UnreadableFile


class Events(ContentHandler):
    """What is called out: elements by their names without a prefix, and text. To be filled by those who listen."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Hear that an element begins; its attributes are named without prefixes, too."""

    def end(self, name: str) -> None:
        """Hear that an element ends."""

    def characters(self, content: str) -> None:
        """Hear text; one run of it may come in several parts."""

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802 - the parser's names
        """Pass on that an element begins."""
        self.start(name.rpartition(":")[2], {key.rpartition(":")[2]: value for key, value in attrs.items()})

    def endElement(self, name: str) -> None:  # noqa: N802
        """Pass on that an element ends."""
        self.end(name.rpartition(":")[2])


class Said(Events):
    """Hears what a document says of itself: the first text of each element, by the name of that."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self._name = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:  # noqa: ARG002
        """Hear that an element begins."""
        self._name = name if name not in self.values else ""

    def end(self, name: str) -> None:  # noqa: ARG002
        """Hear that an element ends."""
        self._name = ""

    def characters(self, content: str) -> None:
        """Hear text."""
        if self._name:
            self.values[self._name] = self.values.get(self._name, "") + content


def listen(data: bytes, events: Events) -> None:
    """Parse XML and call out what it holds.

    Raises:
        UnreadableFile: it is not XML, or defines entities.
    """
    try:
        defusedxml.sax.parseString(data, events)
    except DefusedXmlException as error:
        raise UnreadableFile("It defines entities, which can make a small file grow without limit.") from error
    except (SAXException, ValueError, LookupError) as error:
        raise UnreadableFile(f"It is not XML: {error}.") from error
