"""The settings of a sync: what it does, and how it reads files."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from searchapp.indexer.worker_process import Limits
from searchapp.sources import Options


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """What a sync does.

    `engine` and `language` are for a new index or a rebuild. A rebuild reads every folder of the index again into a new
    generation, beside the one in force. `engine_settings` are the engine's own, such as the address of a cluster; the
    index remembers them.

    A folder that had two files or more and has none left, or that had a hundred or more and has less than a tenth left,
    may be on a disk that is not connected: its articles are removed only with `allow_removals`.

    `keep_versions` sets how many former texts are kept of each article whose file changes; None leaves the number as it
    was (`searchapp.catalog.versions.USUAL` in a new index).

    `processes` is the number of worker processes that read files: None is one per core; with 0, files are read in this
    process, where `limits` do not apply. Changes are committed every `commit_articles`, or after `commit_seconds`.
    """

    engine: str | None = None
    language: str | None = None
    rebuild: bool = False
    allow_removals: bool = False
    keep_versions: int | None = None
    options: Options = field(default_factory=Options)
    limits: Limits = field(default_factory=Limits)
    processes: int | None = None
    commit_articles: int = 12_500
    commit_seconds: float = 30.0
    engine_settings: Mapping[str, str] = field(default_factory=dict)
