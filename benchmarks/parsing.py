"""How long queries take to be read: a million strings of signs and words, and the densest that a box can hold.

    python -m benchmarks.parsing [--strings 1000000] [--seed 1]

Prints what made `parse` raise, or did not read back as the same query, and the slowest string; then, for each dense text
of 1,000 characters, the quickest of its readings. Times are those of the processor, since others may be using it, too.
"""

import argparse
import random
import time
from collections.abc import Iterator
from itertools import islice

from searchapp.query import bounds, parse
from searchapp.query.tree import Nothing

_SIGNS = ('"', "(", ")", "-", "|", "&", "=", "*", "?", "~", "^2", ":", "/", "..", ",", "'", "״", "„", "»", "+", "$")
_NAMES = ("title:", "by:", "source:", "date:", "url:", "copies:", "added:")
_OPERATORS = ("AND", "OR", "NOT", "NEAR/5", "PRE/3", "w/5", "ATLEAST 3", "ANY 2 (", "ANY(", "or", "and not")
_WORDS = (
    "iran",
    "part*",
    "p?sh",
    "9/11",
    "é",
    "北京大学",
    "北",
    "ไทย",
    "كتاب",
    "2024..2025",
    "none",
    "https://a.b/c?d=e",
)
_PIECES = (*_SIGNS, *_NAMES, *_OPERATORS, *_WORDS, " ", " ", " ", "\n")
DENSE = (
    "a ", "(a|", "(a ", "a|", "a*b ", "ab*-c ", "-a ", "=a ", "a~ ", '"a b" ', '="a* b" ', '"', "(", "((a) ", "a^2 ", "北 ",
    "title:a ", "title:(a ", "source:a ", "date:2024 ", "a NEAR/5 b ", "a PRE/1 ", "ANY 2 (a ", "ATLEAST 3 a ", "NOT ",
    "https://a/b ", "E*T ", "$1 ", "A&B ", "copies:>5 ", "a?b*-", "‘a’ ", "״", "a\"b ", "é", "ไทย", "북한 ", "한",
    "كتاب ", "כתב ", "हिन्दी", "ភាសា", "မြန်", "ກຳ", "é\u0301", "😀 ", "a-b ", "a-b*-", "o'b ", "ß", "：", "「a」", "or ", "a w/5 ", "field = a ",
    "date = 2024-1..2 ", "٢٠٢٤ ", "(a OR b) NEAR/5 ", "-(a ", "a\u200d", "\ufffd ",
)  # fmt: skip
_READINGS = 25


def main() -> None:
    """Read strings, then dense texts."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--strings", type=int, default=1_000_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    _fuzz(islice(_strings(chosen.seed), chosen.strings))
    print("\n| 1,000 characters of | ms |\n|---|--:|")
    for piece, seconds in sorted(((piece, reading(piece)) for piece in DENSE), key=lambda pair: -pair[1]):
        print(f"| `{piece}` | {1000 * seconds:.2f} |")


def reading(piece: str) -> float:
    """Return the seconds of the quickest reading of 1,000 characters of a piece again and again."""
    limit = bounds.CHARACTERS.limit
    text = (piece * (limit // len(piece) + 1))[:limit]
    return min(_seconds(text) for _ in range(_READINGS))


def _fuzz(strings: Iterator[str]) -> None:
    failed, count, total = 0, 0, 0.0
    slowest: tuple[float, str] = (0.0, "")
    for text in strings:
        count += 1
        started = time.process_time()
        try:
            query = parse(text)
            taken = time.process_time() - started
            is_same = isinstance(query.tree, Nothing) or parse(query.text, longest=10**9).tree == query.tree
            told = "" if is_same else f"reads back as another query: {query.text!r}"
        except Exception as error:  # whatever it is, it is what this looks for
            taken, told = 0.0, f"raises {error!r}"
        if told:
            failed += 1
            print(f"{text!r} {told}")
        total += taken
        slowest = max(slowest, (taken, text))
    print(f"{count:,} strings, {failed:,} failed; {1e6 * total / max(count, 1):.0f} µs each.")
    print(f"Slowest: {1000 * slowest[0]:.2f} ms for {slowest[1]!r}")


def _strings(seed: int) -> Iterator[str]:
    chance = random.Random(seed)
    while True:
        pieces = chance.choices(_PIECES, k=chance.randrange(1, 25))
        if chance.random() < 0.3:
            pieces.append(chr(chance.choice((chance.randrange(0x250), chance.randrange(0x3000, 0x110000)))))
        yield "".join(pieces)


def _seconds(text: str) -> float:
    started = time.process_time()
    parse(text)
    return time.process_time() - started


if __name__ == "__main__":
    main()
