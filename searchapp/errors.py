"""The errors that are raised on purpose, each with a sentence for the person who reads it.

    SearchappError                exit 2, HTTP 500
    ├── BadRequest                what was asked cannot be done            400
    │   ├── UnknownLanguage
    │   ├── UnknownEngine
    │   ├── UnlistedHost          the request names a host that the server does not serve  (web.safety)
    │   └── CrossSite             another site made the browser send the request           (web.safety)
    ├── NotFound                  what was asked for is not there          404
    ├── IndexProblem              the index cannot be used                 503
    │   ├── NoIndex
    │   ├── NotAnIndex
    │   ├── IndexOutdated
    │   ├── IndexDamaged
    │   ├── ForeignIndex          it was not named, and may be another user's
    │   ├── IndexLocked
    │   ├── IndexChanging         it is being written to
    │   └── ClusterProblem        the cluster that holds it cannot be used
    │       └── Unanswered        it did not answer in time                    (engines.opensearch)
    ├── NotACertificate           a file is not a certificate, or was changed since it was made
    ├── UnreadableFolder          a folder to be indexed cannot be read
    │   └── EmptiedFolder         it holds hardly any of the files that were indexed from it
    ├── UnreadableFile            one file cannot be read: skipped, and listed with the reason
    │   └── NoReader              its kind is not supported
    ├── StorageProblem            the disk is full, or cannot be written
    │   └── NotTaken              a cluster refuses a document                     (engines.opensearch)
    ├── MigrationFailed           another engine did not answer like the one in force
    ├── WorkerProblem             reading processes cannot be started        (indexer.workers)
    ├── TooBusy                   too many searches at once                  503 (web.admission)
    └── AddressTaken              the server cannot listen on its address

Bugs are not among them: they remain tracebacks in the shell and status 500 in the web.
"""

import shlex
from collections.abc import Callable, Sequence
from pathlib import Path

from searchapp import sentences
from searchapp.sentences import marked

_NONE = marked("There is no index in {folder} yet.")
_BEING_BUILT = marked(
    "The index in {folder} is being built ({writer}), and cannot be searched yet. Try again soon; if that run was "
    "interrupted, start it again."
)
_OLDER = marked(
    "The index in {folder} was built by an older searchapp ({what}); searching it would give wrong answers."
)
UNREADABLE = marked("The index in {folder} cannot be read: {fault}.")
NO_ARTICLE = marked("There is no article {id} in this index. It may have been removed since.")
NO_STORE = marked("there is no {engine} index in {folder}")
_STRANGE = marked(
    "{folder} is not an index of searchapp ({why}). Nothing in it was touched. Name another folder with --index."
)
_NEWER = marked("The index in {folder} was built by a newer searchapp ({what}). Install that version.")


class SearchappError(Exception):
    """Anything this package raises on purpose: a sentence that says what happened, where, and what to do.

    `command` is the command line that solves it, if there is one, and `purpose` what that does ("Rebuild it with").
    """

    exit_code = 2
    http_status = 500
    title = marked("Something went wrong")
    retry_after = 0  # seconds, where it passes by itself

    def __init__(self, sentence: str, command: Sequence[str] = (), purpose: str = "Run") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.command = shlex.join(command)
        self.purpose = purpose

    def __str__(self) -> str:
        """Return the sentence, followed by the command."""
        return f"{self.sentence} {self.purpose}: {self.command}" if self.command else self.sentence

    def __reduce__(self) -> "tuple[Callable[..., SearchappError], tuple[object, ...]]":
        """Pickle the error completely, whatever the parameters of a subclass."""
        return _restored, (type(self), self.sentence, self.command, self.purpose)


class BadRequest(SearchappError):
    """The request cannot be carried out as given."""

    http_status = 400
    title = marked("That cannot be searched for")


class UnknownLanguage(BadRequest):
    """There is no stemmer for a language."""

    def __init__(self, language: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no stemmer for {language!r}. Choose one of: {', '.join(known)}.")


class UnknownEngine(BadRequest):
    """An engine's name is unknown, or its library is not installed."""


class NotFound(SearchappError):
    """The thing requested does not exist."""

    http_status = 404
    title = marked("Not found")


class IndexProblem(SearchappError):
    """The index cannot be used."""

    http_status = 503
    title = marked("The index cannot be used")


class NoIndex(IndexProblem):
    """There is no index yet; `writer` is the process that builds it, or was interrupted while it did."""

    title = marked("There is no index yet")

    def __init__(self, folder: Path, writer: str = "") -> None:
        command = () if writer else ("searchapp", "index", "FOLDER", "--index", str(folder))
        template = _BEING_BUILT if writer else _NONE
        super().__init__(
            sentences.sentence(template, folder=repr(str(folder)), writer=writer), command, "Build one with"
        )


class NotAnIndex(IndexProblem):
    """A folder holds something else."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(sentences.sentence(_STRANGE, folder=repr(str(folder)), why=why))


class IndexOutdated(IndexProblem):
    """An index was built by other rules than the ones now in force.

    `roots` have to be named if this version cannot read them from the index.
    """

    def __init__(self, folder: Path, what: str, roots: Sequence[str] = (), *, is_newer: bool = False) -> None:
        command = ("searchapp", "index", *roots, "--rebuild", "--index", str(folder))
        template, purpose = (_NEWER, "Or rebuild it for this one with") if is_newer else (_OLDER, "Rebuild it with")
        super().__init__(sentences.sentence(template, folder=repr(str(folder)), what=what), command, purpose)


class IndexDamaged(IndexProblem):
    """Files of an index are missing or cannot be read. `roots` have to be named if the index has lost them."""

    is_repairable = True  # from the folders that the index knows

    def __init__(self, folder: Path, what: str, roots: Sequence[str] = ()) -> None:
        self.is_repairable = not roots
        super().__init__(
            sentences.sentence("The index in {folder} is damaged: {what}.", folder=repr(str(folder)), what=what),
            ("searchapp", "index", *roots, "--rebuild", "--index", str(folder)),
            "Rebuild it with",
        )


class ForeignIndex(IndexProblem):
    """An index that was not named explicitly may have been made by another user."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            f"The index in {str(folder)!r} {why}, and you did not name it; nothing in it was read. "
            f"If you trust it, name it: --index {shlex.quote(str(folder))}"
        )


class IndexLocked(IndexProblem):
    """Another process is writing to the index."""


class IndexChanging(IndexProblem):
    """The answer has to come from one commit, but another was made meanwhile."""

    title = marked("The index is being written to")
    retry_after = 5


class ClusterProblem(IndexProblem):
    """The cluster that holds an index cannot be reached, or refuses a request."""

    title = marked("The cluster cannot be used")
    retry_after = 5


class NotACertificate(SearchappError):
    """A file is not a certificate, was changed since it was made, or has an invalid signature."""

    title = marked("Not a certificate")
    http_status = 400


class UnreadableFolder(SearchappError):
    """A folder to be indexed is missing or cannot be read."""

    http_status = 400


class EmptiedFolder(UnreadableFolder):
    """A folder has lost so many of its files that its disk may not be connected."""


class UnreadableFile(SearchappError):
    """One file cannot be read as articles; the run goes on and lists it with this reason."""


class NoReader(UnreadableFile):
    """A file is of an unsupported kind, which is not a fault of the file."""

    def __init__(self, suffix: str) -> None:
        no_suffix = sentences.recorded("no suffix, and no text that can be read")
        super().__init__(sentences.recorded("no reader for {suffix} files", suffix=suffix) if suffix else no_suffix)


class StorageProblem(SearchappError):
    """The index cannot be written: no space, no permission, or a fault of the disk."""

    http_status = 503


class MigrationFailed(SearchappError):
    """A new engine did not answer like the one in force, which is kept."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} The index stays as it was; please report this.")


class AddressTaken(SearchappError):
    """The server cannot listen on the given address."""


def installing(extra: str) -> tuple[Sequence[str], str]:
    """Return the command that installs an extra, and its purpose, as parameters of an error."""
    return ("pip", "install", f".[{extra}]"), "Install it, in the checkout of searchapp, with"


def _restored(kind: type[SearchappError], sentence: str, command: str, purpose: str) -> SearchappError:
    error = kind.__new__(kind)
    SearchappError.__init__(error, sentence, shlex.split(command), purpose)
    return error
