"""Time: what an answer may take holds for marking, too."""

from pathlib import Path

from searchapp.answers.library import opened
from searchapp.answers.request import Request
from searchapp.answers.search import search
from searchapp.article import Article
from searchapp.engines import Budget
from tests.corpus import write_articles
from tests.indexing import sync


class Stopping(Budget):
    """A budget that is spent after it was asked so many times: a clock that a test can rely on."""

    def __init__(self, times: int) -> None:
        super().__init__()
        object.__setattr__(self, "left", [times])

    @property
    def is_spent(self) -> bool:
        self.left[0] -= 1  # type: ignore[attr-defined]
        return self.left[0] < 0  # type: ignore[attr-defined]


def test_articles_beyond_the_time_are_shown_without_marks_and_a_note_says_so(tmp_path: Path) -> None:
    write_articles(
        tmp_path / "news", [Article(str(n), f"Harbour {n}", body=f"The harbour {n} is open.") for n in range(5)]
    )
    sync([tmp_path / "news"], tmp_path / "index", processes=0)
    with opened(tmp_path / "index") as library:
        whole = search(library, Request("harbour"))
        assert all(found.is_marked and found.title.ranges for found in whole.hits)
        results = search(library, Request("harbour"), Budget(deadline=0.0))
        seen = [search(library, Request("harbour"), Stopping(times)) for times in range(12)]
    assert not results.hits or any("marked" in note for note in results.notes)
    late = next(one for one in seen if one.total == 5 and sum(not found.is_marked for found in one.hits) > 0)
    assert [found.article for found in late.hits] == [found.article for found in whole.hits]
    assert any("matched all the same" in note for note in late.notes)
    unmarked = next(found for found in late.hits if not found.is_marked)
    assert unmarked.fragments[0].text == unmarked.article.body
    assert unmarked.title.ranges == ()
