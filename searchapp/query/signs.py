"""What a keyboard or a pasted text has in the place of the language's own signs, one character for one."""

import re

# Quotation marks of every script. Apostrophes are left to the analysis; single quotation marks count only in pairs.
_QUOTES = "“”„‟«»″〝〞＂‹›「」『』｢｣"
_DASHES = "‐‑‒–—―−﹣－"
_FULL_WIDTH = {
    "（": "(", "）": ")", "：": ":", "＊": "*", "？": "?", "～": "~", "＝": "=", "＾": "^", "｜": "|", "＋": "+",
    "／": "/",
}  # fmt: skip
_INVISIBLE = (
    "\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # they come with pasted text
)
_PLAIN_SIGNS = str.maketrans(
    {**dict.fromkeys(_QUOTES, '"'), **dict.fromkeys(_DASHES, "-"), **_FULL_WIDTH, **dict.fromkeys(_INVISIBLE, " ")}
)

# ‘a b’ and ‚a b‘, with apostrophes inside words among them: it begins before a word, and ends after one.
_SINGLE = re.compile(r"(?<!\w)[‘‚‛](?=\S)((?:[^‘’‚‛\"]|(?<=\w)[’‘](?=\w))+)(?<=\S)[’‘](?!\w)")
_GERSHAYIM = re.compile(r"(?<!\w)״|״(?!\w)")


def plain_signs(query: str) -> str:
    """Write a query with the signs of the language; as long as it was, so that places in it stay the same."""
    if query.isascii():
        return query
    plain = _GERSHAYIM.sub('"', query.translate(_PLAIN_SIGNS))
    return _SINGLE.sub(r'"\1"', plain)
