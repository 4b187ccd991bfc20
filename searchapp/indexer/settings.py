"""How an index is brought in line with its folders: what a sync is to do, and how files are read meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from searchapp.indexer.workers import Limits
from searchapp.sources import Options


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """What a sync is to do.

    `engine` and `language` are for a new index or a rebuild. A rebuild reads every folder that the index knows anew,
    beside the index in force. `engine_settings` are the engine's own, such as the address of a cluster, which the index
    remembers.

    A folder that has no file left of two or more, or not a tenth of a hundred or more, may be on a disk that is not
    connected: only with `allow_removals` are its articles removed.

    `keep_versions` is how many former texts of each article whose file changes are kept from now on; None leaves it as
    it was (`searchapp.catalog.versions.USUAL` in a new index).

    `processes` read files beside this one: None is one for each processor, and with 0 files are read in this process,
    where `limits` do not hold. Changes are committed whenever there are `commit_articles`, or after `commit_seconds`.
    """

    engine: str | None = None
    language: str | None = None
    rebuild: bool = False
    allow_removals: bool = False
    keep_versions: int | None = None
    options: Options = field(default_factory=Options)
    limits: Limits = field(default_factory=Limits)
    processes: int | None = None
    commit_articles: int = 25_000
    commit_seconds: float = 30.0
    engine_settings: Mapping[str, str] = field(default_factory=dict)
