"""The text of pages that show none themselves: scripts that build a page carry its text as JSON."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from searchapp.sources.markup import plain
from searchapp.sources.page_blocks import Element

_PARAGRAPH = 80  # characters from which a string counts as text
_MOST_VALUES = 200_000
_BIG = 20_000  # characters of a script that is long enough to hold a text


def script_text(tree: Element) -> str:
    """Return the texts in the JSON of a page, in order and each once; other scripts are ignored."""
    found: dict[str, None] = {}
    for script in tree.iter("script"):
        if (script.get("type") or "").lower().startswith("application/json"):
            with suppress(ValueError, RecursionError):
                found |= dict.fromkeys(_texts(json.loads(script.text or "", strict=False)))
    return "\n\n".join(found)


def may_hide_text(tree: Element) -> bool:
    """Tell whether a page has a script long enough to hold a text."""
    return any(len(script.text or "") > _BIG for script in tree.iter("script"))


def _texts(whole: Any) -> Iterator[str]:
    waiting = [whole]
    for _ in range(_MOST_VALUES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, dict | list):
            waiting.extend(reversed(list(value.values()) if isinstance(value, dict) else value))
        elif isinstance(value, str) and len(value) >= _PARAGRAPH and _is_prose(text := plain(value).strip()):
            yield text


def _is_prose(text: str) -> bool:
    """Tell sentences from URLs, keys and code: most characters are letters and spaces, and there are both."""
    return " " in text and "{" not in text and sum(c.isalpha() or c.isspace() for c in text) > 0.85 * len(text)
