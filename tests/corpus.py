"""A few made-up articles, for tests that need a real index."""

import json
from collections.abc import Iterable
from pathlib import Path

from searchapp.article import Article

ARTICLES = (
    Article(
        "1", "Harbour reopens after storm", "By Jane Doe", "Ships came in again on Monday, after storms had kept them out "
        "for a week. Fishing boats were the first.", "2024-03-04", "Coast Gazette", "en",
    ),
    Article(
        "2", "Parliament votes on fishing", "By Jane Doe and John Smith", "The vote on quotas was close. "
        "Both sides said that they had won.", "2024-05", "Coast Gazette", "en",
    ),
    Article("3", "Harbour fees rise", "By Staff, Agencies", "Boats pay more from June on, the port said.", "2023", "The Port"),
    Article("4", "Le café des pêcheurs", "Par Marie Curie", "Le café du port est ouvert à nouveau.", "2022-07-14", "", "fr"),
    Article("5", "", "", "A note without a title, of which no day is known."),
)  # fmt: skip


def write_articles(folder: Path, articles: Iterable[Article]) -> None:
    """Write articles into one file of a folder, as a stranger's export would have them."""
    folder.mkdir(exist_ok=True)
    names = ("id", "title", "byline", "body", "date", "source", "language")
    lines = (json.dumps({name: getattr(article, name) for name in names}) for article in articles)
    (folder / "articles.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
