"""Name the known vulnerabilities of the versions that CI installs; exit with 1 where there are any.

    python .ci/audit.py ADVISORIES [--versions .ci/constraints.txt]

ADVISORIES is a checkout of https://github.com/pypa/advisory-database: a YAML file for each advisory, in the format of
https://ossf.github.io/osv-schema/. Of what an advisory affects, listed versions and ranges of type ECOSYSTEM are read.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version


def pinned(constraints: Path) -> dict[str, Version]:
    """Return the version of each package that a constraints file pins, by canonical name."""
    lines = [line for line in constraints.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {canonicalize_name(one.name): Version(next(iter(one.specifier)).version) for one in map(Requirement, lines)}


def advisories(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the advisories on a package that were not withdrawn."""
    for file in sorted((folder / "vulns" / name).glob("*.yaml")):
        found = yaml.safe_load(file.read_text("utf-8"))
        if "withdrawn" not in found:
            yield found


def concerns(advisory: dict[str, Any], version: Version) -> bool:
    """Return whether an advisory is about a version."""
    return any(
        str(version) in affected.get("versions", ())
        or any(_within(one["events"], version) for one in affected.get("ranges", ()) if one["type"] == "ECOSYSTEM")
        for affected in advisory["affected"]
    )


def _within(events: list[dict[str, str]], version: Version) -> bool:
    """Replay the events of a range up to a version."""
    inside = False
    for limit, kind in sorted((Version(limit), kind) for event in events for kind, limit in event.items()):
        if kind == "introduced" and version >= limit:
            inside = True
        elif (kind == "fixed" and version >= limit) or (kind == "last_affected" and version > limit):
            inside = False
    return inside


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("advisories", type=Path)
    parser.add_argument("--versions", type=Path, default=Path(__file__).with_name("constraints.txt"))
    options = parser.parse_args()
    if not (options.advisories / "vulns").is_dir():
        parser.error(f"{options.advisories} is no checkout of the advisory database: it has no folder vulns")
    versions = pinned(options.versions)
    found = 0
    for name, version in versions.items():
        for advisory in advisories(options.advisories, name):
            if concerns(advisory, version):
                found += 1
                print(f"{name} {version}: {advisory['id']} {', '.join(advisory.get('aliases', ()))}")
    print(f"{len(versions)} packages, {found} known vulnerabilities")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
