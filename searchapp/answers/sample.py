"""A random sample of the articles found, the same for everyone with the same articles; and the precision of a query."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from searchapp.answers.library import Library
from searchapp.answers.mentions import drawn
from searchapp.answers.notes import notes_of
from searchapp.answers.request import Request, read
from searchapp.answers.search import Found, show
from searchapp.catalog import Coverage
from searchapp.engines import Budget
from searchapp.errors import BadRequest
from searchapp.query import Query
from searchapp.sentences import sentence

SIZE = 100
MOST = 1_000
_Z = 1.959964  # the quantile of the normal distribution for 95 %


@dataclass(frozen=True, slots=True)
class Sample:
    """Articles drawn from the `total` found, in the order of drawing."""

    request: Request
    query: Query
    seed: int
    size: int
    found: tuple[Found, ...]
    total: int
    coverage: Coverage
    notes: tuple[str, ...] = ()


class Precision(NamedTuple):
    """A share with its 95 % confidence interval; from 0 to 1."""

    share: float
    low: float
    high: float


def sample(library: Library, request: Request, size: int = SIZE, seed: int = 0) -> Sample:
    """Draw `size` articles from all that a request finds, each with the same probability.

    The same seed draws the same articles on every engine and machine, as long as the articles are the same: an article
    is drawn by a hash of the seed and its id.

    Raises:
        BadRequest: the size is invalid, or a filter has no such value.
    """
    if not 1 <= size <= MOST:
        raise BadRequest(sentence("A sample can have 1 to {most} articles, not {size}.", most=MOST, size=size))
    asked = read(request)
    ids = library.engine.matching(asked.tree, Budget())
    chosen = library.engine.articles(drawn(ids, size, seed))
    return Sample(
        request=request,
        query=asked.query,
        seed=seed,
        size=size,
        found=tuple(show(library, asked.tree, chosen)),
        total=len(ids),
        coverage=library.catalog.coverage(),
        notes=notes_of(library, asked, Budget()),
    )


def precision(relevant: int, judged: int) -> Precision | None:
    """Estimate the relevant share of an answer from the judged articles of a sample; None if none was judged.

    The interval is Wilson's score interval (E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical
    Inference", Journal of the American Statistical Association 22, 1927), which holds for small samples and at 0 and
    100 %, too. Worked example: 8 of 10 is 0.8, from 0.490 to 0.943.
    """
    if not judged:
        return None
    share = relevant / judged
    middle = share + _Z**2 / (2 * judged)
    reach = _Z * math.sqrt(share * (1 - share) / judged + _Z**2 / (4 * judged**2))
    whole = 1 + _Z**2 / judged
    return Precision(share, max((middle - reach) / whole, 0.0), min((middle + reach) / whole, 1.0))
