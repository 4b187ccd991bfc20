"""The wheel is whole: installed in a fresh environment, with the sources gone, it indexes and serves."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TRY = """
import sys
from pathlib import Path
from searchapp.web import create_app
index = Path(sys.argv[1])
client = create_app(index).test_client()
page = client.get("/?q=harbour")
assert page.status_code == 200, page.status_code
assert b"<mark>Harbour</mark> reopens" in page.data, page.data
for address in ("/", "/help", "/static/style.css", "/opensearch.xml"):
    assert client.get(address).status_code == 200, address
import searchapp
assert "site-packages" in searchapp.__file__, searchapp.__file__
"""


def run(*command: str | Path, cwd: Path) -> str:
    environment = {
        name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "COVERAGE_PROCESS_START")
    }
    done = subprocess.run([*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python in a fresh environment, with the wheel and what it needs installed."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    (wheel,) = folder.glob("searchapp-*.whl")
    run(python, "-m", "pip", "install", "--quiet", wheel, cwd=folder)
    return python


def test_an_installed_wheel_indexes_and_serves_without_its_sources(python: Path, tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "harbour.txt").write_text("Harbour reopens\nBy Jane Doe\nShips came in again on Monday.\n")
    page = "<html><head><title>Fishing quotas</title></head><body><article><p>%s</p></article></body></html>"
    (articles / "quotas.html").write_text(page % ("The quotas for herring were raised again this year. " * 8))
    said = run(python, "-m", "searchapp", "index", articles, "--index", tmp_path / "index", cwd=tmp_path)
    assert "2 indexed" in said
    run(python, "-c", TRY, tmp_path / "index", cwd=tmp_path)
    found = run(python.with_name("searchapp"), "query", "ships", "--index", tmp_path / "index", cwd=tmp_path)
    assert "Harbour reopens" in found


def test_a_wheel_holds_the_package_with_its_pages_and_nothing_else(python: Path) -> None:
    (wheel,) = python.parents[2].glob("searchapp-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"searchapp"}
    templates = {f"searchapp/{file.relative_to(ROOT).as_posix()}" for file in (ROOT / "templates").iterdir()}
    assert templates <= set(names)
    assert "searchapp/py.typed" in names
