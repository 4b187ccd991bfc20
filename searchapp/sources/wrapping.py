"""Undo line breaks made by typesetters and programs: join hyphenated words and the lines of a paragraph."""

import re

_LETTER = r"[^\W\d_]"
_CUT = re.compile(rf"(?<!{_LETTER})({_LETTER}+)(?:[-\u2010\ufffe\x02]|(\xad))[ \t]*\r?\n[ \t]*({_LETTER}+)")
_HYPHENED = re.compile(rf"(?<!{_LETTER}){_LETTER}+-{_LETTER}+")  # tried at the first letter of a run only
_SOFT = re.compile(rf"(?<={_LETTER})[\ufffe\x02]\s*(?={_LETTER})")
_KEEPS_HYPHEN = frozenset(("self", "ex", "non", "all", "well", "half", "vice", "so"))
_JOINS_HALVES = frozenset(("and", "or", "und", "oder", "bzw", "et", "ou", "y", "o", "e", "en", "of", "och", "og"))
_WITHOUT_SPACES = "[\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\u0e00-\u0eff]"  # Chinese, Japanese, Thai, Lao
_GLUED = re.compile(rf"(?<={_WITHOUT_SPACES})[ \t]*\n[ \t]*(?={_WITHOUT_SPACES})")


def with_whole_words(text: str) -> str:
    """Join words that were divided at the end of a line.

    The hyphen is removed, unless the text has the word with a hyphen elsewhere (``long-term``), its first half is a
    prefix such as ``self-``, or the next line begins with a capital or with *and* (``pre- and post-war``).
    """
    if not ("-\n" in text or "-\r" in text or any(mark in text for mark in "\u2010\xad\ufffe\x02")):
        return text
    known = frozenset(_HYPHENED.findall(text.casefold())) if "-" in text else frozenset()

    def whole(found: re.Match[str]) -> str:
        first, soft, second = found.groups()
        if soft:
            return first + second
        if second.casefold() in _JOINS_HALVES:
            return f"{first}- {second}"
        hyphened = f"{first}-{second}"
        keeps = not second[0].islower() or first.casefold() in _KEEPS_HYPHEN or hyphened.casefold() in known
        return hyphened if keeps else first + second

    return _SOFT.sub("", _CUT.sub(whole, text))


def with_glued_lines(text: str) -> str:
    """Join the lines within a paragraph in scripts that have no spaces between words."""
    return text if text.isascii() else _GLUED.sub("", text)
