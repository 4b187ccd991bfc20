"""Search a folder of news articles, with answers that you can rely on.

with searchapp.open("index") as library:
for line in library.concordance("harbour"):
print(line.left, line.match, line.right)
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from searchapp.library import Library, cite, frame
    from searchapp.library import open_index as open  # noqa: A004  # the word for it, as in gzip.open

__all__ = ["Library", "__version__", "cite", "frame", "open"]
__version__ = "1.0.0"


def __getattr__(name: str) -> Any:
    """Import the library when it is first used, so that commands of the shell start without it."""
    if name not in {"Library", "cite", "frame", "open"}:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from searchapp import library

    return getattr(library, "open_index" if name == "open" else name)
