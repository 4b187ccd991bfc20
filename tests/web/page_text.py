"""What a person reads on a page."""

import re
from html import unescape


def text_of(page: str) -> str:
    """Return the text of a page, without tags, with single spaces."""
    return re.sub(r"\s+", " ", unescape(re.sub("<[^>]+>", "", page)))
