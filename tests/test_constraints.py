"""CI installs exactly the versions of .ci/constraints.txt, and they can be compared with known vulnerabilities."""

import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
CONSTRAINTS = ROOT / ".ci" / "constraints.txt"
ADVISORY = """\
id: PYSEC-2031-1
aliases: [CVE-2031-1]
affected:
- package: {name: newsprint, ecosystem: PyPI}
  ranges:
  - type: ECOSYSTEM
    events: [{introduced: '1.0'}, {fixed: '1.4'}, {introduced: '2.0'}]
  versions: ['0.9']
"""


def pins() -> dict[str, Requirement]:
    lines = [line for line in CONSTRAINTS.read_text("utf-8").splitlines() if not line.startswith("#")]
    return {canonicalize_name(one.name): one for one in map(Requirement, lines)}


def test_every_dependency_has_one_exact_version_that_pyproject_allows() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = [*declared["dependencies"], *(one for extra in declared["optional-dependencies"].values() for one in extra)]
    locked = pins()
    assert all([one.operator for one in pin.specifier] == ["=="] for pin in locked.values())
    for requirement in map(Requirement, asked):
        if requirement.name != "searchapp":
            pin = next(iter(locked[canonicalize_name(requirement.name)].specifier))
            assert requirement.specifier.contains(pin.version), requirement


def test_what_dependencies_need_has_an_exact_version_too() -> None:
    locked = pins()
    for name in list(locked):
        for needed in map(Requirement, requires(name) or ()):
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                assert canonicalize_name(needed.name) in locked, f"{name} needs {needed}"


@pytest.mark.parametrize(
    ("version", "concerned"),
    [("0.9", True), ("0.9.1", False), ("1.0", True), ("1.3.9", True), ("1.4", False), ("1.10", False), ("2.1", True)],
)
def test_the_audit_names_a_version_that_an_advisory_is_about(tmp_path: Path, version: str, concerned: bool) -> None:
    advisories, versions = tmp_path / "vulns" / "newsprint", tmp_path / "versions.txt"
    advisories.mkdir(parents=True)
    (advisories / "PYSEC-2031-1.yaml").write_text(ADVISORY, "utf-8")
    versions.write_text(f"# locked\nNewsprint=={version}\nother==1\n", "utf-8")
    command = [sys.executable, ROOT / ".ci" / "audit.py", tmp_path, "--versions", versions]
    audit = subprocess.run(command, capture_output=True, text=True, check=False)
    assert audit.returncode == int(concerned)
    assert ("PYSEC-2031-1 CVE-2031-1" in audit.stdout) == concerned
