"""How many articles and files a ledger has, as each commit says: counted once in a run, and then kept up to date.

To count them goes through all of them, which took more than half of the time of a run at two million articles.
"""

import sqlite3

_COUNT = (
    """CREATE TEMP TABLE counts AS SELECT
    (SELECT count(*) FROM main.articles WHERE duplicate_of IS NULL) AS articles,
    (SELECT count(*) FROM main.files) AS files,
    (SELECT count(*) FROM main.files WHERE status IN ('skipped', 'error')) AS left_out,
    (SELECT count(*) FROM main.files WHERE remarks > 0) AS with_remarks""",
    "PRAGMA recursive_triggers = ON",  # so that a row that another one replaces counts as removed
    """CREATE TEMP TRIGGER article_added AFTER INSERT ON main.articles BEGIN
    UPDATE counts SET articles = articles + (NEW.duplicate_of IS NULL);
END""",
    """CREATE TEMP TRIGGER article_removed AFTER DELETE ON main.articles BEGIN
    UPDATE counts SET articles = articles - (OLD.duplicate_of IS NULL);
END""",
    """CREATE TEMP TRIGGER article_changed AFTER UPDATE OF duplicate_of ON main.articles BEGIN
    UPDATE counts SET articles = articles + (NEW.duplicate_of IS NULL) - (OLD.duplicate_of IS NULL);
END""",
    """CREATE TEMP TRIGGER file_added AFTER INSERT ON main.files BEGIN
    UPDATE counts SET files = files + 1, left_out = left_out + (NEW.status IN ('skipped', 'error')),
        with_remarks = with_remarks + (NEW.remarks > 0);
END""",
    """CREATE TEMP TRIGGER file_removed AFTER DELETE ON main.files BEGIN
    UPDATE counts SET files = files - 1, left_out = left_out - (OLD.status IN ('skipped', 'error')),
        with_remarks = with_remarks - (OLD.remarks > 0);
END""",
    """CREATE TEMP TRIGGER file_changed AFTER UPDATE OF status, remarks ON main.files BEGIN
    UPDATE counts SET
        left_out = left_out + (NEW.status IN ('skipped', 'error')) - (OLD.status IN ('skipped', 'error')),
        with_remarks = with_remarks + (NEW.remarks > 0) - (OLD.remarks > 0);
END""",
)


class LedgerCounts:
    """The counts of a ledger that is open for writing."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        for statement in _COUNT:
            self._db.execute(statement)

    def now(self) -> tuple[int, int, int, int]:
        """Return the numbers of articles without duplicates, of files, of files left out, and of those with remarks."""
        row: tuple[int, int, int, int] = self._db.execute("SELECT * FROM temp.counts").fetchone()
        return row
