"""Settings for every test: machines may be slow, and a nightly run may ask for more examples."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.cluster import shared

settings.register_profile("default", deadline=None)
settings.register_profile("thorough", deadline=None, max_examples=20_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let tests of the pages keep pictures of all that they look at."""
    parser.addoption("--pictures", metavar="FOLDER", help="look at every page in every language, and keep pictures")


def pytest_configure(config: pytest.Config) -> None:
    """Give the processes of this run a folder for the cluster that they share, should a test need one."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # a shell starts its background jobs so, and they their own
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        os.environ[shared.FOLDER] = tempfile.mkdtemp(prefix="searchapp-cluster-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """End that cluster."""
    if not hasattr(config, "workerinput"):
        shared.end()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Fail a skipped test where everything has to be there: a skip is for a stranger's machine."""
    report = yield
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but nothing may be skipped where CI is set: {report.longrepr}"
    return report


@pytest.fixture
def unprivileged(tmp_path: Path) -> Iterator[Path]:
    """Yield a folder to work in with the rights of anybody: root, who may do everything, is nobody meanwhile."""
    if os.name == "nt" or os.geteuid() != 0:
        yield tmp_path
        return
    nobody = 65534
    folder = Path(tempfile.mkdtemp())
    os.chown(folder, nobody, nobody)
    os.seteuid(nobody)
    try:
        yield folder
    finally:
        os.seteuid(0)
        shutil.rmtree(folder)
