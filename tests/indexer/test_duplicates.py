"""Articles with the same text, source, day and address are indexed once."""

from pathlib import Path

import pytest

from tests.indexing import adds_up, article, contents, ledger, lines, looking, paths, run, write


@pytest.mark.parametrize(
    "differs", [{"source": "Evening Star"}, {"date": "2007-03-04"}, {"url": "https://example.org/2"}, {"title": "Gas!"}]
)
@pytest.mark.parametrize("engine", ["plain", "whoosh"])
def test_a_text_printed_elsewhere_or_again_is_an_article_of_its_own(
    index: Path, tmp_path: Path, differs: dict[str, str], engine: str
) -> None:
    story = {
        "title": "Gas",
        "body": "The same text.",
        "source": "Courier",
        "date": "2007-03-03",
        "url": "https://a.org",
    }
    write(tmp_path / "news" / "a.jsonl", lines(story, {**story, **differs}))
    write(tmp_path / "news" / "b.jsonl", lines(story))
    summary = run(index, tmp_path / "news", engine=engine)
    assert (summary.articles, summary.duplicates) == (2, 1)
    assert adds_up(index, summary)


def test_the_same_text_under_two_names_is_one_article_with_two_paths(index: Path, tmp_path: Path) -> None:
    news = tmp_path / "news"
    for name in ("a.txt", "b.txt", "sub/c.txt"):
        write(news / name, article(1))
    summary = run(index, news)
    assert (summary.indexed, summary.duplicates, summary.articles) == (1, 2, 1)
    assert paths(index) == ["news/a.txt"]
    with looking(index) as catalog:
        assert catalog.other_paths(next(iter(contents(index)))) == ("news/b.txt", "news/sub/c.txt")
        assert [file.duplicate_of for file in catalog.files("duplicate").files] == ["news/a.txt"] * 2
    assert adds_up(index, summary)
    assert adds_up(index, run(index, news))


def test_the_same_text_twice_in_a_file_is_one_article(index: Path, tmp_path: Path) -> None:
    write(tmp_path / "news" / "a.jsonl", lines({"id": "1", "body": "same"}, {"id": "2", "body": "same"}))
    summary = run(index, tmp_path / "news")
    assert (summary.indexed, summary.articles) == (1, 1)
    assert adds_up(index, summary)


@pytest.mark.parametrize("engine", ["plain", "whoosh"])
@pytest.mark.parametrize("change", ["removed", "changed", "emptied", "ignored"])
def test_a_duplicate_steps_in_when_the_first_one_goes(index: Path, tmp_path: Path, change: str, engine: str) -> None:
    news = tmp_path / "news"
    for name in ("a.txt", "b.txt", "c.txt"):
        write(news / name, article(1))
    run(index, news, engine=engine)
    match change:
        case "removed":
            (news / "a.txt").unlink()
        case "changed":
            write(news / "a.txt", article(2))
        case "emptied":
            write(news / "a.txt", "")
        case "ignored":
            write(news / ".searchappignore", "a.txt")
    summary = run(index, news, engine=engine)
    assert [path for path in paths(index) if path != "news/a.txt"] == ["news/b.txt"]
    assert ledger(index)["news/c.txt"] == ("duplicate", "")
    with looking(index) as catalog:
        assert catalog.files("duplicate").files[0].duplicate_of == "news/b.txt"
    assert adds_up(index, summary)
    assert adds_up(index, run(index, news, engine=engine))


def test_an_article_that_becomes_a_duplicate_leaves_the_engine(index: Path, tmp_path: Path) -> None:
    write(tmp_path / "news" / "a.txt", article(1))
    write(tmp_path / "news" / "b.txt", article(2))
    run(index, tmp_path / "news")
    write(tmp_path / "news" / "b.txt", article(1))
    summary = run(index, tmp_path / "news")
    assert paths(index) == ["news/a.txt"]
    assert adds_up(index, summary)


def test_two_files_that_swap_their_texts_both_stay(index: Path, tmp_path: Path) -> None:
    write(tmp_path / "news" / "a.txt", article(1))
    write(tmp_path / "news" / "b.txt", article(2))
    write(tmp_path / "news" / "c.txt", article(2))
    run(index, tmp_path / "news")
    write(tmp_path / "news" / "a.txt", article(2))
    write(tmp_path / "news" / "b.txt", article(1))
    summary = run(index, tmp_path / "news")
    assert summary.articles == 2
    assert adds_up(index, summary)
    assert len({digest for _, digest in contents(index).values()}) == 2


def test_a_duplicate_that_has_gone_itself_does_not_step_in(index: Path, tmp_path: Path) -> None:
    first = write(tmp_path / "one" / "a.txt", article(1))
    second = write(tmp_path / "two" / "b.txt", article(1))
    run(index, tmp_path / "one", tmp_path / "two")
    first.unlink()
    second.unlink()
    summary = run(index, tmp_path / "one")
    assert summary.articles == 0
    assert ledger(index) == {}


def test_a_duplicate_on_a_disk_that_is_away_steps_in_when_that_is_back(index: Path, tmp_path: Path) -> None:
    write(tmp_path / "one" / "a.txt", article(1))
    write(tmp_path / "two" / "b.jsonl", lines({"body": "other"}, {"title": "Title 1", "body": "text"}))
    write(tmp_path / "one" / "c.jsonl", lines({"title": "Title 1", "body": "text"}))
    run(index, tmp_path / "one", tmp_path / "two")
    (tmp_path / "two").rename(tmp_path / "away")
    (tmp_path / "one" / "c.jsonl").unlink()
    assert run(index, tmp_path / "one").articles == 2
    assert ledger(index)["two/b.jsonl"] == ("indexed", "")
    (tmp_path / "away").rename(tmp_path / "two")
    summary = run(index)
    assert summary.articles == 3
    assert adds_up(index, summary)
