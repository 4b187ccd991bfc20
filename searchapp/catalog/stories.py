"""How many printings a story may have, and how many stories are full: all that a search has to know of copies."""

import sqlite3

MOST_PRINTINGS = 1_000  # of a story: a text that is in more articles is a form or a notice


def full_stories(connection: sqlite3.Connection) -> int:
    """Count the stories of a ledger that are full: later copies of them are not grouped."""
    row: tuple[int] = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM printings WHERE story IS NOT NULL GROUP BY story HAVING count(*) >= ?)",
        (MOST_PRINTINGS,),
    ).fetchone()
    return row[0]
