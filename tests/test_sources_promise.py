"""The promise of readers: each visible word of a file is in an article, or a remark is left.

Pages and office documents are in test_sources_promise_documents.
"""

import csv
import io
import json
import re
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from searchapp.article import Article
from searchapp.errors import UnreadableFile
from searchapp.sources import Remark, read

PLACES = ("Harbour", "mill", "wren", "ferry", "council", "Köln", "bridge", "Łódź", "порт", "market")
SENTENCES = st.lists(st.sampled_from(PLACES), min_size=2, max_size=9).map(lambda words: " ".join(words) + ".")
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=6)


def numbered(paragraphs: list[str]) -> list[str]:
    """Give each word a number, so that none can stand for another."""
    count, found = 0, []
    for paragraph in paragraphs:
        words = paragraph.split()
        found.append(" ".join(f"{word.strip('.')}{count + place}" for place, word in enumerate(words)) + ".")
        count += len(words)
    return found


def mail(title: str, paragraphs: list[str]) -> str:
    message = EmailMessage()
    message["Subject"], message["From"] = title, "Jane Doe <jane@example.org>"
    message.set_content("\n\n".join(paragraphs), cte="8bit")
    message.add_attachment("\n\n".join(paragraphs).encode(), maintype="text", subtype="plain", filename="a.txt")
    return message.as_string(policy=default.clone(max_line_length=0))  # folding loses spaces between encoded words


def table(title: str, paragraphs: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([["title", "text", "note"], [title, "\n\n".join(paragraphs), "x"]])
    return written.getvalue()


def blocks(paragraphs: list[str], *around: str) -> str:
    """Put paragraphs into elements, one kind after another, nested and not."""
    kinds = around or ("<p>{}</p>", "<ul><li><p>{}</p></li></ul>", "<table><tr><td>{}</td></tr></table>")
    return "".join(kinds[place % len(kinds)].format(escape(one)) for place, one in enumerate(paragraphs))


WRITERS: dict[str, Callable[[str, list[str]], str]] = {
    ".txt": lambda title, parts: "\n\n".join([title, *parts]),
    ".md": lambda title, parts: f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n\n" + "\n\n".join(parts),
    ".jsonl": lambda title, parts: json.dumps({"headline": title, "body": [{"type": "p", "text": one} for one in parts]}),
    ".json": lambda title, parts: json.dumps({"data": [{"title": title, "content": {"rendered": blocks(parts)}}]}),
    ".csv": table,
    ".eml": mail,
    ".mbox": lambda title, parts: "From jane@example.org Tue Mar  3 10:00:00 2020\n" + mail(title, parts),
    ".rss": lambda title, parts: f"<rss><channel><item><title>{title}</title><description>{escape(blocks(parts))}</description></item></channel></rss>",
    ".nitf": lambda title, parts: f"<nitf><body><body.head><hedline><hl1>{title}</hl1></hedline></body.head><body.content>{blocks(parts)}</body.content></body></nitf>",
    ".xml": lambda title, parts: f"<newsItem><contentMeta><headline>{title}</headline></contentMeta><contentSet><inlineXML><html><body>{blocks(parts)}</body></html></inlineXML></contentSet></newsItem>",
}  # fmt: skip


@pytest.mark.parametrize("suffix", WRITERS)
@settings(max_examples=12, deadline=None)
@given(title=SENTENCES, paragraphs=PARAGRAPHS)
def test_every_visible_word_is_in_an_article_or_a_remark_is_left(
    suffix: str, title: str, paragraphs: list[str]
) -> None:
    title, *parts = numbered([title, *paragraphs])
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"a{suffix}"
        file.write_text(WRITERS[suffix](title, parts), encoding="utf-8")
        try:
            items = [*read(file, file.name)]
        except UnreadableFile:
            return  # told for the file as a whole
    texts = " ".join(f"{item.title} {item.body}" for item in items if isinstance(item, Article))
    missing = {word for one in (title, *parts) for word in one.strip(".").split()} - {*re.findall(r"\w+", texts)}
    assert not missing or any(isinstance(item, Remark) for item in items)
