import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from searchapp.catalog.writing import writing
from searchapp.engines import discard_engine
from searchapp.errors import UnreadableFolder
from searchapp.indexer import Done, SyncSettings
from searchapp.indexer import watching as watching
from searchapp.indexer.watching import Failed, Watching, sends_events, watch
from tests.indexing import article, paths, write

SETTINGS = SyncSettings(engine="plain", processes=0)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return write(tmp_path / "news" / "a.txt", article(1)).parent


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


class Steps:
    """Does the next step whenever a watch has done one; stops it after the last, or when it takes too long."""

    def __init__(self, *steps: Callable[[], object], when: type = Done) -> None:
        self.events: list[object] = []
        self.stop = threading.Event()
        self._steps = list(steps)
        self._when = when
        self._timer = threading.Timer(60, self.stop.set)
        self._timer.daemon = True
        self._timer.start()

    def __call__(self, event: object) -> None:
        self.events.append(event)
        if not isinstance(event, self._when):
            return
        if self._steps:
            self._steps.pop(0)()
        else:
            self._timer.cancel()
            self.stop.set()

    def watch(self, *folders: Path, index: Path, **more: bool) -> None:
        watch(folders, index, SETTINGS, self, every=0.05, stop=self.stop, **more)


@pytest.mark.parametrize("polling", [True, False])
def test_changes_are_taken_up_as_they_come(news: Path, index: Path, polling: bool) -> None:
    def nothing() -> None:
        """The second sync is for what changed before the watch began; it may come with the first change."""

    steps = Steps(nothing, lambda: write(news / "b.txt", article(2)), lambda: (news / "a.txt").unlink())
    steps.watch(news, index=index, polling=polling)
    assert not steps._steps
    assert [event.by_polling for event in steps.events if isinstance(event, Watching)] == [polling]
    assert paths(index) == ["news/b.txt"]


def test_a_single_file_and_an_index_inside_a_folder_can_be_watched(news: Path, tmp_path: Path) -> None:
    file = write(tmp_path / "alone" / "one.txt", article(3))
    steps = Steps(lambda: None, lambda: write(file, article(4)))
    steps.watch(news, file, index=news / "index", polling=False)
    assert paths(news / "index") == ["news/a.txt", "one.txt"]


def test_without_folders_those_of_the_index_are_watched(news: Path, index: Path) -> None:
    Steps().watch(news, index=index, polling=True)
    steps = Steps(lambda: None)
    steps.watch(index=index, polling=True)
    assert Watching((news,), by_polling=True) in steps.events


@pytest.mark.parametrize("polling", [True, False])
def test_a_sync_that_is_not_possible_is_told_of_once_and_tried_again(news: Path, index: Path, polling: bool) -> None:
    away = news.with_name("away")
    steps = Steps(lambda: news.rename(away))
    failures: list[Failed] = []

    def on_event(event: object) -> None:
        if isinstance(event, Failed):
            failures.append(event)
            away.rename(news)
        steps(event)

    watch([news], index, SETTINGS, on_event, every=0.05, polling=polling, stop=steps.stop)
    assert len(failures) == 1
    assert "connected" in failures[0].reason
    assert paths(index) == ["news/a.txt"]


@pytest.mark.parametrize("is_away_at_first", [True, False])
@pytest.mark.parametrize("polling", [True, False])
def test_a_disk_that_is_not_connected_is_waited_for(
    news: Path, index: Path, polling: bool, is_away_at_first: bool
) -> None:
    write(news / "b.txt", article(2))
    away = news.with_name("away")
    failures: list[str] = []

    def disconnect() -> None:
        news.rename(away)
        news.mkdir()

    def connect() -> None:
        news.rmdir()
        away.rename(news)

    steps = Steps(lambda: write(news / "c.txt", article(3)))
    if is_away_at_first:
        Steps().watch(news, index=index, polling=True)
        disconnect()
    else:
        steps._steps.insert(0, disconnect)

    def on_event(event: object) -> None:
        if isinstance(event, Failed):
            failures.append(event.reason)
            connect()
        steps(event)

    watch([news], index, SETTINGS, on_event, every=0.05, polling=polling, stop=steps.stop)
    assert not steps._steps
    assert len(failures) == 1
    assert "no files to be read, where 2 were indexed before. If it is on another disk, check that" in failures[0]
    assert paths(index) == ["news/a.txt", "news/b.txt", "news/c.txt"]


def test_a_folder_made_anew_is_watched_like_the_one_before(news: Path, index: Path) -> None:
    def make_anew() -> None:
        news.rename(news.with_name("old"))
        write(news / "b.txt", article(2))

    steps = Steps(lambda: None, make_anew, lambda: write(news / "c.txt", article(3)))
    steps.watch(news, index=index, polling=False)
    assert not steps._steps
    assert paths(index) == ["news/b.txt", "news/c.txt"]


def test_while_another_process_writes_the_watch_waits(news: Path, index: Path) -> None:
    held = writing(index, discard_engine)
    stop = threading.Event()
    failures: list[Failed] = []

    def on_event(event: object) -> None:
        if isinstance(event, Watching):  # the first sync has let go of the lock
            held.__enter__()
        elif isinstance(event, Failed):
            failures.append(event)
            held.__exit__(None, None, None)
        elif isinstance(event, Done) and failures:
            stop.set()

    watch([news], index, SETTINGS, on_event, every=0.05, polling=True, stop=stop)
    assert len(failures) == 1
    assert "being written to" in failures[0].reason


def test_the_first_sync_has_to_be_possible(index: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFolder):
        watch([tmp_path / "nowhere"], index)


def test_where_no_watch_can_be_had_the_folders_are_polled(
    news: Path, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr(watching, "changes_in", refuse)
    steps = Steps(lambda: write(news / "b.txt", article(2)))
    steps.watch(news, index=index, polling=False)
    assert [event for event in steps.events if isinstance(event, Watching)] == [
        Watching((news,), by_polling=False),
        Watching((news,), by_polling=True),
    ]
    assert paths(index) == ["news/a.txt", "news/b.txt"]


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("/home/me/news", True),
        ("/srv/share", False),
        ("/srv/share/deep/below", False),
        ("/srv/share/local/disk", True),
        ("/mnt/two words/news", False),
        ("/mnt/ssh", False),
        ("/over", False),
    ],
)
def test_network_file_systems_send_no_events(tmp_path: Path, folder: str, expected: bool) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        "23 22 0:44 / /srv/share rw - nfs4 server:/share rw\n"
        "24 23 8:2 / /srv/share/local rw - ext4 /dev/sdb1 rw\n"
        "25 22 0:45 / /mnt/two\\040words rw - cifs //server/share rw\n"
        "26 22 0:46 / /mnt/ssh rw - fuse.sshfs me@host: rw\n"
        "27 22 8:3 / /over rw - ext4 /dev/sdc1 rw\n"
        "28 27 0:47 / /over rw - nfs server:/over rw\n"
    )
    assert sends_events(Path(folder), mounts) is expected


def test_what_is_not_known_about_mounts_is_taken_to_be_well(tmp_path: Path) -> None:
    assert sends_events(tmp_path, tmp_path / "nothing")
    (tmp_path / "nothing").write_text("")
    assert sends_events(tmp_path, tmp_path / "nothing")
