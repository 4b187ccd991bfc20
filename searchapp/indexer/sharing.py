"""What readers without the index folder need, handed to the engine with each manifest that is put in force."""

from pathlib import Path

from searchapp.catalog.manifest import Manifest, values_of
from searchapp.engines import Shared, share_engine


def share(engine: str, folder: Path, manifest: Manifest, ledger: Path) -> None:
    """Give an engine what it lays down for readers elsewhere. Where the roots are is nobody's business there."""
    values = values_of(manifest)
    values["roots"] = [{"label": root.label, "path": ""} for root in manifest.roots]
    is_finished = manifest.coverage.is_finished and bool(manifest.coverage.as_of)
    share_engine(engine, folder, Shared(folder.parent.parent, values, ledger, is_finished))
