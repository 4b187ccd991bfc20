"""Who may import whom: the table of ARCHITECTURE.md, and one door for every library."""

import ast
import re
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "searchapp"

# module or package: what of ours it may import beside itself
MAY_IMPORT = {
    "article": set(),
    "errors": {"sentences"},
    "sentences": set(),
    "parts": set(),
    "memory": set(),
    "text": {"errors"},
    "languages": {"errors", "text"},
    "disk": {"errors", "sentences"},
    "query": {"errors", "languages", "sentences", "text"},
    "sources": {"article", "errors", "languages", "sentences", "text"},
    "engines": {"article", "disk", "errors", "languages", "memory", "parts", "query", "sentences", "text"},
    "catalog": {"article", "disk", "errors", "languages", "parts", "sentences", "text"},
    "indexer": {
        "article",
        "catalog",
        "disk",
        "engines",
        "errors",
        "languages",
        "memory",
        "parts",
        "query",
        "sentences",
        "sources",
        "text",
    },
    "answers": {"article", "catalog", "engines", "errors", "languages", "parts", "query", "sentences", "text"},
    "render": {"answers", "article", "catalog", "query", "sentences"},
    "web": {"answers", "article", "catalog", "engines", "errors", "query", "render", "sentences"},
    "assistants": {"answers", "catalog", "engines", "errors", "query", "render"},
    "cli": {"answers", "catalog", "disk", "engines", "errors", "indexer", "query", "render", "sources", "web"},
    "library": {"answers", "article", "engines", "errors", "render"},
    "__main__": {"cli"},
}

# library: the only places that may import it
DOORS = {
    "whoosh": ["engines/whoosh", "languages.py"],
    "xxhash": ["engines/whoosh/arrays.py"],
    "tantivy": ["engines/tantivy"],
    "urllib3": ["engines/opensearch/connection.py"],
    "Stemmer": ["text.py"],
    "py3langid": ["sources/letter_model.py"],
    "bleach": ["render/html.py"],
    "flask": ["web"],
    "babel": ["web/wording.py", "web/formats.py"],
    "werkzeug": ["web"],
    "waitress": ["web/serve.py", "web/connections.py", "web/handover.py"],
    "prometheus_client": ["web"],
    "mcp": ["assistants.py"],
    "mcp_types": ["assistants.py"],
    "pydantic": ["assistants.py"],
    "click": ["cli"],
    "rich": ["cli"],
    "trafilatura": ["sources"],
    "pypdfium2": ["sources/pdf.py"],
    "python_calamine": ["sources/spreadsheets.py"],
    "olefile": ["sources/outlook.py"],
    "warcio": ["sources/web_archive.py"],
    "backports": ["sources/opening.py"],
    "defusedxml": ["sources"],
    "yaml": ["sources/front_matter.py"],
    "filelock": ["catalog"],
    "pathspec": ["indexer/ignoring.py"],
    "re2": ["indexer/ignoring.py"],
    "watchfiles": ["indexer/watching.py"],
    "rapidfuzz": ["engines/distance.py"],
    "rensa": ["indexer/signatures.py"],
    "sqlite3": ["catalog", "disk.py"],
    "chardet": ["sources/encodings.py"],
    "compression": ["sources/opening.py"],
    "jinja2": ["web/app.py", "web/compiling.py"],
    "lxml": ["sources", "render/feeds.py"],
    "markupsafe": ["web"],
    "numpy": [
        "engines",
        "answers/lists.py",
        "catalog/bands.py",
        "catalog/copies.py",
        "catalog/key_",
        "indexer/signatures.py",
        "sources/letter_model.py",
    ],
}


@cache
def imports(file: Path) -> tuple[str, ...]:
    return tuple(_imports(file))


def _imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            if node.module == "searchapp":
                yield from (f"searchapp.{name.name}" for name in node.names)
            else:
                yield str(node.module)


def files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("file", files(), ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_module_imports_only_what_its_place_allows(file: Path) -> None:
    place = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if place == "__init__":
        return
    ours = {name.split(".")[1] for name in imports(file) if name.startswith("searchapp.")}
    assert ours - {place, "__version__"} <= MAY_IMPORT[place]


@pytest.mark.parametrize("library", DOORS)
def test_a_library_enters_through_its_door(library: str) -> None:
    users = [
        file.relative_to(PACKAGE).as_posix() for file in files() if library in {n.split(".")[0] for n in imports(file)}
    ]
    assert [user for user in users if not any(user.startswith(door) for door in DOORS[library])] == []


def test_every_library_has_a_door() -> None:
    used = {name.split(".")[0] for file in files() for name in imports(file)}
    assert used - sys.stdlib_module_names - {"searchapp"} <= DOORS.keys()


@pytest.mark.parametrize("front", ["web", "cli", "render", "library.py", "assistants.py"])
def test_fronts_ask_answers_and_never_an_engine(front: str) -> None:
    place = PACKAGE / front
    modules = [place] if place.is_file() else sorted(place.rglob("*.py"))
    asking = [
        (module.name, node.lineno)
        for module in modules
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute) and node.value.attr == "engine"
    ]
    assert asking == []


@pytest.mark.parametrize("front", ["web", "cli", "render", "library.py", "assistants.py"])
def test_fronts_take_names_and_limits_from_engines_and_nothing_that_opens_or_asks_one(front: str) -> None:
    place = PACKAGE / front
    modules = [place] if place.is_file() else sorted(place.rglob("*.py"))
    taken = {
        (node.module, name.name)
        for module in modules
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("searchapp.engines")
        for name in node.names
    }
    allowed = {"Budget", "ENGINES", "FACETS", "FacetName", "Sort", "is_installed"}
    assert taken <= {("searchapp.engines", name) for name in allowed}


@pytest.mark.parametrize("room", ["answers", "render", "web", "cli"])
def test_a_room_names_all_its_modules(room: str) -> None:
    named = re.findall(r"\w+", ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text("utf-8"))) or "")
    modules = {file.stem for file in (PACKAGE / room).glob("*.py")} - {"__init__"}
    assert modules - {*named} == set()
