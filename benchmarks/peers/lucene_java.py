"""Lucene, the last version for Java 17, by a small Java program that is asked over a pipe, which takes some 30 µs a question.

Its jars come from Maven Central once, into the cache; without a Java compiler it is left out.
"""

import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

from benchmarks.peers.records import day, month
from benchmarks.peers.records import load as load_records
from benchmarks.question import Question

_VERSION = "9.12.3"
_JARS = ("core", "analysis-common", "highlighter", "memory", "queries")
_CENTRAL = "https://repo1.maven.org/maven2/org/apache/lucene"
_CACHE = Path.home() / ".cache" / "searchapp-benchmarks" / f"lucene-{_VERSION}"
_SOURCE = Path(__file__).parent / "java" / "Lucene.java"


def version() -> str:
    _CACHE.mkdir(parents=True, exist_ok=True)
    for name in _JARS:
        jar = _CACHE / f"lucene-{name}.jar"
        if not jar.exists():
            with urlopen(f"{_CENTRAL}/lucene-{name}/{_VERSION}/lucene-{name}-{_VERSION}.jar") as sent:
                jar.write_bytes(sent.read())
    subprocess.run(["javac", "-cp", f"{_CACHE}/*", "-d", str(_CACHE), str(_SOURCE)], check=True, capture_output=True)
    return _VERSION


def load(file: Path) -> Path:
    """Write the articles so that they are read without a library for JSON."""
    lines = file.with_suffix(".tsv")
    with lines.open("w", encoding="utf-8") as out:
        for record in load_records(file):
            texts = (" ".join(str(record[name]).split()) for name in ("id", "title", "body"))
            out.write("\t".join((*texts, str(day(record["date"])), month(record))) + "\n")
    return lines


def build(lines: Path, folder: Path) -> int:
    return int(subprocess.run([*_java(), "index", str(lines), str(folder)], check=True, capture_output=True).stdout)


def open_index(folder: Path) -> Callable[[Question, bool], Callable[[], int]]:
    searching = subprocess.Popen([*_java(), "search", str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert searching.stdin is not None and searching.stdout is not None
    asked, answers = searching.stdin, searching.stdout

    def prepare(question: Question, snippets: bool) -> Callable[[], int]:
        days = [str(day(one)) for one in (question.first, question.last)]
        line = "\t".join((question.kind, " ".join(question.words), *days, str(int(snippets)))).encode() + b"\n"

        def search() -> int:
            asked.write(line)
            asked.flush()
            return int(answers.readline())

        return search

    return prepare


def _java() -> list[str]:
    return ["java", "-cp", f"{_CACHE}:{_CACHE}/*", "Lucene"]
