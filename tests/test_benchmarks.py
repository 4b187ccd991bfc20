"""The benchmarks measure what they say, on a few made-up articles."""

import itertools
import json
import re
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks import __main__ as main
from benchmarks import (
    choosing,
    copies,
    copy_costs,
    copy_pairs,
    datasette,
    extraction,
    large,
    latency,
    profile,
    reading,
    tables,
)
from benchmarks.child import answer
from benchmarks.clients import ask
from benchmarks.corpus import Sample, articles, samples
from benchmarks.measuring import SLOW_SIZE, Measured, bearable, build
from benchmarks.over_http import written
from benchmarks.peers import OTHERS, OURS, PEERS, SYNCS, Peer
from benchmarks.peers.records import load
from benchmarks.processes import PeerFailed, Values, caller
from benchmarks.question import Question
from searchapp.answers.request import Request
from searchapp.article import Article
from searchapp.indexer import SyncSettings, sync
from tests.corpus import ARTICLES, write_articles

HERE = tuple(peer for peer in PEERS if not peer.installs and not peer.python)
FTS5 = next(peer for peer in OTHERS if peer.name == "sqlite-fts5")
TOWNS = ("Harwick", "Ostby", "Velden", "Marle")
NEWS = ("opens bridge", "closes harbour", "repairs market", "paints bridge", "visits harbour")


def call_here(peer: Peer, request: Values) -> Values:
    try:
        return answer({**request, "module": peer.module, "settings": peer.settings})
    except ImportError as missing:
        raise PeerFailed(str(missing)) from missing


def call_nobody(peer: Peer, _: Values) -> Values:
    raise PeerFailed(f"No module named {peer.name!r}")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    told = enumerate(itertools.product(TOWNS, NEWS))
    articles = [
        Article(
            str(number),
            f"{town} {news}",
            body=f"The council of {town} {news} on Monday.",
            date=f"2024-03-{number + 1:02}",
        )
        for number, (town, news) in told
    ]
    write_articles(tmp_path / "news", articles)
    return tmp_path / "news"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "PER_KIND", 3)


def sample(corpus: Path, work: Path) -> Sample:
    work.mkdir()
    return next(samples(corpus, [None], work))


@pytest.mark.usefixtures("few")
def test_all_engines_that_are_there_are_asked_the_same(corpus: Path, tmp_path: Path) -> None:
    whole = sample(corpus, tmp_path / "work")
    questions = choosing.choose(load(whole.file))
    rows = main.compare(HERE, whole, questions, tmp_path / "work", call_here, {}, 60.0)
    assert {peer.name for peer in OURS} | {"sqlite-fts5"} <= {row.name for row in rows}
    assert {row.articles for row in rows} == {20}
    for kind in set(questions) - {"phrase"}:
        found = {row.name: took.found for row in rows if row.name != "bm25s" and (took := row.plain[kind])}
        assert len(set(found.values())) == 1, (kind, found)
        assert min(found.values()) > 0
    short, _, told = tables.short(rows, {row.name: "1.0" for row in rows}).partition("\n\n")
    for engine in ("Whoosh", "tantivy"):
        assert re.search(rf"Among 20 articles, searchapp on {engine} takes [\d.]+ ms for a word", told)
    assert len(re.findall(r"the first answer of a new process comes \d+ ms after it opens the index", told)) == 2
    assert "| **searchapp on Whoosh** |" in short
    assert "| SQLite FTS5 1.0 |" in short
    for table in (
        short,
        tables.indexing(rows),
        tables.opening(rows),
        tables.searching(rows, snippets=False),
        tables.searching(rows, snippets=True),
    ):
        for name, *cells in columns(table):
            ratios = [float(ratio) for cell in cells for ratio in re.findall(r"\((.+)×\)", cell)]
            assert not ratios or (max(ratios) == 1 if name == "articles/s" else min(ratios) == 1), name
    assert re.search(r"searchapp-whoosh.*\| date \+ snippets \|", tables.latencies(rows)) is None
    assert "| date + snippets | searchapp-whoosh |" in tables.latencies(rows)


def test_an_engine_that_got_fewer_articles_is_told_to_have_had_fewer() -> None:
    rows = [Measured("lucene", 20_000, 1.0, 1, 1), Measured("stock-whoosh", 5_000, 1.0, 1, 1)]
    named = tables.short(rows, {row.name: "1.0" for row in rows})
    assert "| Lucene 1.0 |" in named
    assert "| Whoosh 1.0 (5,000 articles) |" in named


def test_more_articles_are_made_of_the_words_of_few(corpus: Path, tmp_path: Path) -> None:
    made = list(articles(main._made(corpus, 50, tmp_path)))
    assert len(made) == 50
    assert "council" in " ".join(article.body for article in made)


def columns(table: str) -> list[tuple[str, ...]]:
    cells = [line.strip("| ").split(" | ") for line in table.splitlines() if not line.startswith("|-")]
    return list(zip(*cells, strict=True))


def test_a_peer_that_is_not_there_is_left_out_and_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main._versions([FTS5], call_nobody) == {}
    assert capsys.readouterr().out == "Left out: sqlite-fts5, because No module named 'sqlite-fts5'\n"


def test_a_peer_is_built_in_a_process_of_its_own_whose_memory_is_watched(corpus: Path, tmp_path: Path) -> None:
    whole = sample(corpus, tmp_path / "work")
    built = build(FTS5, whole.file, tmp_path / "index", caller(tmp_path))
    assert (built.articles, built.rate > 0, built.size > 0) == (20, True, True)
    assert built.memory is None or built.memory > 1_000_000
    with pytest.raises(PeerFailed, match="File exists"):
        build(FTS5, whole.file, tmp_path / "index", caller(tmp_path))


class Answering(BaseHTTPRequestHandler):
    """Answers as servers do: with a length, in chunks, or with a refusal."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        text = self.path.encode() * 1000
        self.send_response(503 if self.path.startswith("/busy") else 200)
        if self.path.startswith("/chunks"):
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (text, text, b"")))
        else:
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("clients", [1, 3, 20])
def test_many_clients_share_the_addresses_and_refusals_are_counted(port: int, clients: int) -> None:
    answers = ask([port, port], ["/page", "/chunks", "/busy"] * 4, clients)
    assert len(answers.took) == 12
    assert answers.refused == 4
    assert 0 < min(answers.took) <= max(answers.took) <= answers.seconds


def test_what_datasette_serves_holds_the_articles(corpus: Path, tmp_path: Path) -> None:
    datasette.build(articles(corpus), tmp_path / datasette.FILE)
    with closing(sqlite3.connect(tmp_path / datasette.FILE)) as database:
        found = database.execute("SELECT count(*) FROM found WHERE found MATCH 'harbours'").fetchone()
    assert found == (8,)


def test_indexing_is_measured_end_to_end(corpus: Path, tmp_path: Path) -> None:
    assert build(SYNCS[0], corpus, tmp_path / "index", caller(tmp_path)).articles == 20


@pytest.mark.parametrize(
    ("sizes", "taken"), [([5, None], [5, 20]), ([5, 20, None], [5, 20]), ([100], [20]), ([10, 5], [5, 10])]
)
def test_sizes_are_cut_from_the_corpus(
    corpus: Path, tmp_path: Path, sizes: Sequence[int | None], taken: list[int]
) -> None:
    cut = list(samples(corpus, sizes, tmp_path))
    assert [each.size for each in cut] == taken == [len(load(each.file)) for each in cut]
    assert [each.source == corpus for each in cut] == [size == 20 for size in taken]


def test_the_same_questions_are_drawn_each_time(corpus: Path, tmp_path: Path) -> None:
    records = load(sample(corpus, tmp_path / "work").file)
    questions = choosing.choose(records)
    assert questions == choosing.choose(records)
    assert list(questions) == ["term", "and", "or", "phrase", "prefix", "date", "facet"]
    assert "date" not in choosing.choose([{**record, "date": ""} for record in records])


def test_logged_queries_say_how_their_words_are_joined(tmp_path: Path) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_text(
        '{"query": "+new +bridge", "tags": ["intersection"]}\n'
        '{"query": "\\"new bridge\\"", "tags": ["phrase"]}\n'
        '{"query": "new bridge", "tags": ["union"]}\n'
        '{"query": "bridge", "tags": ["union"]}\n'
        '{"query": "new -bridge", "tags": ["negated"]}\n'
    )
    both = ("new", "bridge")
    assert choosing.from_file(file) == [
        Question("and", both), Question("phrase", both), Question("or", both), Question("term", ("bridge",)),
    ]  # fmt: skip


def test_latencies_are_summed_up() -> None:
    took = latency.summary([number / 1000 for number in range(101)][::-1])
    assert (took.p50, took.p95, took.p99, took.mean, took.count) == pytest.approx((50, 95, 99, 50, 101))


def test_a_search_too_short_for_the_clock_is_run_many_times(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count()
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock) // 50)
    runs = itertools.count(1)
    took = latency.measure([lambda: next(runs)], rounds=1)
    assert took.mean == pytest.approx(1000 / 50, rel=0.1)
    assert took.found > 900


def test_a_slow_peer_gets_fewer_articles(corpus: Path, tmp_path: Path) -> None:
    file = tmp_path / "many.jsonl"
    file.write_text("{}\n" * (SLOW_SIZE + 1))
    many = Sample(SLOW_SIZE + 1, file, file)
    assert bearable(many, None, 10.0, tmp_path) == bearable(many, 1000.0, 10.0, tmp_path) == many
    assert len(load(bearable(many, 100.0, 10.0, tmp_path).file)) == SLOW_SIZE


def test_questions_are_written_in_our_language() -> None:
    assert written(Question("or", ("gas", "oil"))) == "gas OR oil"
    assert written(Question("and", ("gas", "oil"))) == "gas oil"


@pytest.mark.parametrize("engine", sorted(profile.STEPS))
def test_a_profile_names_each_step_of_indexing(engine: str, corpus: Path) -> None:
    taken = profile.run(profile.STEPS[engine], corpus, 5)
    assert next(iter(taken)) == "read the files"
    assert len(taken) > 2
    assert min(taken.values()) > 0


@pytest.mark.skipif(sys.platform == "win32", reason="needs a POSIX Python path")
def test_a_python_that_is_not_there_is_no_crash(tmp_path: Path) -> None:
    with pytest.raises(PeerFailed, match="cannot be run"):
        caller(tmp_path)(Peer("xapian", "benchmarks.peers.xapian_bindings", python="/no/such/python"), {})


def test_extraction_counts_a_page_in_which_nothing_is_found(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "<p>The ferry was late again on Monday, and forty people waited in the rain for an hour.</p>" * 3
    (tmp_path / "x_2024_05_03.html").write_text(f"<title>Ferry late</title><article>{text}</article>")
    (tmp_path / "empty.html").write_text("<title>Nothing</title>")
    truths = [{"page": "x_2024_05_03.html", "title": "Ferry late", "byline": "", "date": "2024-05-03", "body": "x"},
              {"page": "empty.html", "title": "Nothing", "byline": "", "date": "", "body": ""}]  # fmt: skip
    (tmp_path / "truth.jsonl").write_text("\n".join(map(json.dumps, truths)))
    monkeypatch.setattr(sys, "argv", ["extraction", str(tmp_path)])
    extraction.main()
    ours = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("| searchapp"))
    assert ours.split(" | ")[1:3] == ["1.000", "0.500"]  # the day in a file's name is not one that was read


def test_pairs_are_judged_by_how_their_words_align_and_none_by_minhash(corpus: Path) -> None:
    told = [" ".join(f"{word}{number}" for word in range(60)) for number in range(12)]
    articles = [Article(str(number), f"T {number}", body=body, date="2024-03-01") for number, body in enumerate(told)]
    pairs = copy_pairs.made(articles, 5, seed=1)
    assert {pair.kind for pair in pairs if pair.are_copies} >= {"exact (made)", "other headline (made)", "cut (made)"}
    half = Article("half", "T", body=f"{' '.join(told[0].split()[:40])} {' '.join(told[1].split()[:40])}")
    found = copy_pairs.found([*articles, replace(articles[0], id="again"), half], 10, seed=1)
    assert {(pair.kind, pair.are_copies) for pair in found} >= {("exact", True)}
    places = copies.group([*articles, *(pair.other for pair in pairs)])
    table = copies.table(pairs, places)
    assert "precision 1.000, recall 1.000" in table


def test_generated_articles_are_copies_as_often_as_they_are_said_to_be(tmp_path: Path) -> None:
    made = copy_costs.generate(tmp_path, 200)
    records = [json.loads(line) for line in (tmp_path / "000000000.jsonl").read_text().splitlines()]
    places = copies.group([Article(**record) for record in records])
    assert 40 <= made <= 80
    assert sum(place.first != one for one, place in places.items()) == made


def test_files_that_are_made_of_articles_are_read_and_their_rates_tabulated(tmp_path: Path) -> None:
    write_articles(tmp_path / "news", ARTICLES[:3])
    reading.make(tmp_path / "news", tmp_path / "made", texts=5, pages=2, pdfs=1)
    groups = dict(reading.by_suffix(tmp_path / "made"))
    assert {suffix: len(files) for suffix, files in groups.items()} == {".txt": 5, ".html": 2, ".pdf": 1}
    rows = [reading.rate(name, groups[".pdf"], 60) for name in ("searchapp", "pypdf", "pypdfium2 alone")]
    assert [(row.files, row.articles, row.failed) for row in rows] == [(1, 1, 0)] * 3
    assert reading.rate("trafilatura", groups[".html"], 60).files == 2
    assert len(reading.table(rows).splitlines()) == 5


def test_a_large_corpus_has_the_words_and_the_lengths_of_a_real_one_and_can_be_asked(tmp_path: Path) -> None:
    real = [article.body.split(" ") * 4 for article in ARTICLES]
    (tmp_path / "news").mkdir()
    large.generate(tmp_path / "news", real, 60)
    lines = (tmp_path / "news" / "000000000.jsonl").read_text(encoding="utf-8").splitlines()
    bodies = [json.loads(line)["body"].split(" ") for line in lines]
    known = {word for text in real for word in text}
    assert sum(word in known for body in bodies for word in body) > 0.9 * sum(map(len, bodies))
    assert max(map(len, bodies)) <= max(map(len, real)) + 10

    sync([tmp_path / "news"], tmp_path / "index", SyncSettings(processes=0))
    took = large.latencies(tmp_path / "index", [Request("the"), Request("the", page=100)])
    assert took.count == 2, "the second has no such page"
    assert took.found > 0 < took.p50 <= took.p95


def test_a_ledger_of_many_files_finds_none_of_them_changed(tmp_path: Path) -> None:
    assert "nothing changed (2,000 unchanged, 0 to read)" in large.unchanged(tmp_path, 2_000)
