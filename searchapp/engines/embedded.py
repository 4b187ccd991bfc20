"""What engines share whose store is just a folder: they have no settings, and no readers without the folder."""

from collections.abc import Mapping
from pathlib import Path

from searchapp.engines.contract import Shared
from searchapp.errors import BadRequest
from searchapp.languages import Stems


def check_settings(language: str, settings: Mapping[str, str]) -> None:
    """Check that a store could be created.

    Raises:
        UnknownLanguage: there is no stemmer for `language`.
        BadRequest: there is a setting.
    """
    Stems(language)
    if settings:
        raise BadRequest("Only the opensearch engine lies in a cluster. Add --engine opensearch, or leave out --at.")


def settings_of(folder: Path) -> Mapping[str, str]:
    """Return none: there are no settings."""
    del folder
    return {}


def share_engine(folder: Path, shared: Shared) -> None:
    """Do nothing, since every reader has the folder."""
    del folder, shared
