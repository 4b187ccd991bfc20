"""How attacks went, as lines of one table."""

from collections.abc import Iterable
from dataclasses import dataclass, field

HEADING = "| attack | tried | held | told | lost |\n|---|---|---|---|---|"


@dataclass
class Tally:
    """How an attack went: tries that an error or a 503 told of, and what was lost, or wrong in silence, a sentence each."""

    name: str
    tried: int = 0
    told: int = 0
    lost: list[str] = field(default_factory=list)

    def row(self) -> str:
        """Write it as a line of a table."""
        held = max(0, self.tried - len(self.lost))
        return f"| {self.name} | {self.tried:,} | {held:,} | {self.told:,} | {len(self.lost):,} |"


def percentile(seconds: Iterable[float], share: float) -> float:
    """Return the time that a share of all does not exceed; 0 where there is none."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
