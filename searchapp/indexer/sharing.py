"""Give the engine, with each manifest that is put in force, what readers without the index folder need."""

from pathlib import Path

from searchapp.catalog.manifest import Manifest, values_of
from searchapp.engines import Shared, share_engine


def share(engine: str, folder: Path, manifest: Manifest, ledger: Path) -> None:
    """Give an engine the manifest and the ledger for readers elsewhere, without the paths of the roots."""
    values = values_of(manifest)
    values["roots"] = [{"label": root.label, "path": ""} for root in manifest.roots]
    is_finished = manifest.coverage.is_finished and bool(manifest.coverage.as_of)
    share_engine(engine, folder, Shared(folder.parent.parent, values, ledger, is_finished))
