"""Certificates: made for any search, checked anywhere, and never taken for good when something was changed."""

import csv
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from searchapp.answers.certificate import hash_of
from searchapp.indexer.migrating import migrate
from tests.corpus import ARTICLES, write_articles
from tests.indexing import sync
from tests.shell import Run, shell


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_articles(tmp_path / "news", ARTICLES)
    return tmp_path / "news"


@pytest.fixture
def index(tmp_path: Path, folder: Path) -> Path:
    sync([folder], tmp_path / "index", processes=0)
    return tmp_path / "index"


@pytest.fixture
def run(index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return shell(monkeypatch, capsys, index)


@pytest.fixture
def certified(run: Run, tmp_path: Path) -> Callable[..., Path]:
    """Return a function that certifies, and keeps the certificate in a file."""

    def certified(*arguments: object) -> Path:
        code, out, err = run("certify", *arguments)
        assert code == 0, err
        file = tmp_path / f"certificate-{len(list(tmp_path.glob('certificate-*')))}.json"
        file.write_text(out, encoding="utf-8")
        return file

    return certified


def any_file(folder: Path) -> Path:
    return min(folder.rglob("*.*"))


def test_an_answer_with_nothing_in_it_is_certified_and_verified(run: Run, certified: Callable[..., Path]) -> None:
    file = certified("qqqqunknown")
    values = json.loads(file.read_text())
    assert values["answer"]["total"] == 0
    assert values["query"]["words"] == "qqqqunknown"
    assert values["searched"]["articles"] == len(ARTICLES)
    assert "+" in values["made"][10:] or "-" in values["made"][10:]  # the zone
    code, out, _ = run("verify", file)
    assert code == 0
    assert "Answer: the same 0 articles." in out


SEARCHES = [
    (), ("the",), ("=the",), ('"of the"',), ("a", "OR", "the"), ("the", "--not-date", "2024"), ("the", "--date", "2025.."),
    ("title:the",), ("the", "-a"), ("th*",), ("qqqq",), ("source:none",), ("--author", "none"), ("lang:en",), ("ANY 1 (a the)",),
    ("a NEAR/5 the",), ("added:2026..",), ("copies:none",), ("*)(",), ("the", "--sort", "newest"),
]  # fmt: skip


def test_certificates_hold_after_a_rebuild_a_migration_and_a_move(
    run: Run, certified: Callable[..., Path], index: Path, folder: Path, tmp_path: Path
) -> None:
    files = [certified("--", *words) if words and words[0][0] != "-" and not any(w.startswith("--") for w in words)
             else certified(*words) for words in SEARCHES]  # fmt: skip
    sync([], index, rebuild=True, processes=0)
    assert [run("verify", file)[0] for file in files] == [0] * len(files)
    migrate(index, "tantivy")
    assert [run("verify", file)[0] for file in files] == [0] * len(files)
    migrate(index, "whoosh")
    assert [run("verify", file)[0] for file in files] == [0] * len(files)
    moved = shutil.move(folder, tmp_path / "elsewhere")
    sync([moved], tmp_path / "second", processes=0)
    assert [run("verify", file, tmp_path / "second")[0] for file in files] == [0] * len(files)


def test_a_search_that_asks_for_moments_of_this_index_is_told_to_be_one(
    run: Run, certified: Callable[..., Path], folder: Path
) -> None:
    file = certified("the", "added:2026..")
    assert "It asks when articles were added or edited." in run("verify", file, folder)[1]
    assert "It asks when" not in run("verify", certified("the"), folder)[1]


def test_the_files_alone_are_enough(run: Run, certified: Callable[..., Path], folder: Path, index: Path) -> None:
    file = certified("the")
    shutil.rmtree(index)
    code, out, _ = run("verify", file, folder)
    assert code == 0
    assert "Corpus: the same" in out


@pytest.mark.parametrize("with_index", [True, False])
def test_a_changed_letter_is_named(
    run: Run, certified: Callable[..., Path], folder: Path, index: Path, *, with_index: bool
) -> None:
    file = certified("qqqqunknown")
    changed = any_file(folder)
    changed.write_bytes(changed.read_bytes().replace(b"e", b"f", 1))
    sync([], index, processes=0)
    code, out, _ = run("verify", file, *([] if with_index else [folder]))
    assert code == 1
    assert "here whose text was not searched then: 1. Texts searched then that are missing here: 1." in out
    assert changed.name in out
    assert "Answer: the same 0 articles." in out


def test_what_is_new_edited_or_gone_in_an_answer_is_told_apart(
    run: Run, certified: Callable[..., Path], folder: Path, index: Path
) -> None:
    for name in ("one", "two", "three"):
        (folder / f"{name}.txt").write_text(f"Zebras {name}\n\nA text on zebras, number {name}.\n")
    sync([], index, processes=0)
    file = certified("zebras")
    (folder / "one.txt").unlink()
    (folder / "two.txt").write_text("Zebras two\n\nA text on zebras that was edited.\n")
    (folder / "four.txt").write_text("Zebras four\n\nA text on zebras, number four.\n")
    sync([], index, processes=0)
    code, out, _ = run("verify", file)
    assert code == 1
    assert "3 now; 3 as of" in out
    assert "1 new, 1 edited, 1 removed" in out
    values = json.loads(run("verify", file, "--json")[1])
    assert [one["title"] for one in values["new"] + values["edited"]] == ["Zebras four", "Zebras two"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("made", "2020-01-01T00:00:00+00:00"), ("filters", [{"name": "source", "value": "x"}]), ("answer", {})],
)
def test_a_certificate_that_was_changed_is_refused(
    run: Run, certified: Callable[..., Path], name: str, value: object
) -> None:
    file = certified("the")
    file.write_text(json.dumps(json.loads(file.read_text()) | {name: value}))
    code, out, err = run("verify", file)
    assert (code, out) == (2, "")
    assert "changed after it was made" in err


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "7", "[" * 100_000, '{"kind": "searchapp certificate"}'])
def test_what_is_no_certificate_is_refused_with_a_sentence(run: Run, tmp_path: Path, text: str) -> None:
    (tmp_path / "any.json").write_text(text)
    code, out, err = run("verify", tmp_path / "any.json")
    assert (code, out) == (2, "")
    assert err.startswith("searchapp: ")


def test_a_filter_that_is_not_known_here_is_named(run: Run, certified: Callable[..., Path]) -> None:
    file = certified("the", "--source", "none")
    values = json.loads(file.read_text())
    values["filters"][0]["name"] = "section"
    file.write_text(json.dumps({**values, "hash": hash_of(values)}))
    code, _, err = run("verify", file)
    assert code == 2
    assert "filter has to be one of author, " in err
    assert "not 'section'" in err


def test_a_proof_shows_that_one_article_is_there_and_nothing_of_others(
    run: Run, index: Path, folder: Path, tmp_path: Path
) -> None:
    first = json.loads(run("query", "--json")[1])["hits"][0]
    code, out, _ = run("certify", "--article", first["id"])
    assert code == 0
    values = json.loads(out)
    assert values["article"]["title"] == first["title"]["text"]
    assert len(values["steps"]) < 40
    file = tmp_path / "proof.json"
    file.write_text(out)
    assert run("verify", file)[0] == 0
    (folder / "another.txt").write_text("Another article\n\nIt came later.\n")
    sync([], index, processes=0)
    code, out, _ = run("verify", file)
    assert code == 1
    assert "An article with its text is here." in out
    assert run("certify", "--article", "unknown")[0] == 2


@pytest.fixture
def keygen() -> str:
    program = shutil.which("ssh-keygen")
    if not program:
        pytest.skip("there is no ssh-keygen")
    return program


def new_key(keygen: str, file: Path) -> Path:
    subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(file)], check=True)
    return file


def test_a_signature_is_good_for_what_was_signed_by_whom(
    run: Run, certified: Callable[..., Path], tmp_path: Path, keygen: str
) -> None:
    key, other = new_key(keygen, tmp_path / "key"), new_key(keygen, tmp_path / "other")
    file = certified("the", "--sign", key)
    code, out, _ = run("verify", file, "--key", f"{key}.pub")
    assert code == 0
    assert "Signature: good, by the key SHA256:" in out
    assert run("verify", file)[0] == 0
    assert run("verify", file, "--key", f"{other}.pub")[0] == 2
    unsigned = certified("the")
    assert run("verify", unsigned, "--key", f"{key}.pub")[0] == 2
    borrowed = json.loads(unsigned.read_text()) | {"signature": json.loads(file.read_text())["signature"]}
    borrowed["made"] = "2020-01-01T00:00:00+00:00"
    unsigned.write_text(json.dumps(borrowed))
    assert run("verify", unsigned)[0] == 2


def test_openssh_alone_verifies_a_signature(certified: Callable[..., Path], tmp_path: Path, keygen: str) -> None:
    values = json.loads(certified("the", "--sign", new_key(keygen, tmp_path / "key")).read_text())
    (tmp_path / "hash.sig").write_text(values["signature"])
    command = [keygen, "-Y", "check-novalidate", "-n", "searchapp", "-s", str(tmp_path / "hash.sig")]
    assert subprocess.run(command, input=values["hash"].encode(), capture_output=True).returncode == 0
    assert subprocess.run(command, input=b"another", capture_output=True).returncode != 0


def test_what_became_of_each_file_is_printed_as_csv(run: Run, index: Path, folder: Path) -> None:
    (folder / "=empty.txt").write_text("")
    sync([], index, processes=0)
    code, out, _ = run("files", "--csv")
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    values = [json.loads(line) for line in run("files", "--json")[1].splitlines()]
    assert code == 0
    assert [(row["path"], row["status"], row["reason"]) for row in rows] == [
        (one["path"], one["status"], one["reason"]) for one in values
    ]
    assert run("files", "--csv", "--reason", "qqqq")[0] == 1
