"""What pages and API read from an address that asks to count, compare or quote, and the bounds they set."""

from dataclasses import replace
from functools import partial

from flask import request

from searchapp.answers.collocates import Collocates, collocates
from searchapp.answers.concordance import LINE_ORDERS, WORDS, Concordance, concordance
from searchapp.answers.coverage import CoverageByDay, coverage_by_day
from searchapp.answers.keywords import KeyWords, keywords
from searchapp.answers.lists import ListTable, count_list, read_list
from searchapp.answers.parts import Parts, contributions
from searchapp.answers.periods import UNITS
from searchapp.answers.query_string import PARAMETERS
from searchapp.answers.sample import SIZE, Sample, sample
from searchapp.answers.trends import MEASURES, MOST_QUERIES, Trends, trends
from searchapp.errors import BadRequest
from searchapp.query.bounds import CHARACTERS, SECONDS
from searchapp.sentences import sentence
from searchapp.web.open_index import library
from searchapp.web.request_args import read_choice, read_number, read_request

MOST_READ = 1_000  # articles that one request reads whole; of more a sample is read
JUDGED = "j."  # before the id of an article that is judged
LIST_SECONDS = 10.0
MOST_LIST = 2_000_000  # bytes: 10,000 lines of 200
LARGEST_FORM = MOST_LIST + 50_000  # bytes: a browser ends each line with two characters, and adds the other fields
LINES = 50  # on a page of a concordance
LIMIT, MOST_LIMIT = 50, 500  # words of a table

# The parameters of each kind of answer, for pages and API
TRENDS_NAMES = (*PARAMETERS, "format", "by", "measure")
COVERAGE_NAMES = (*PARAMETERS, "format", "year")
CONCORDANCE_NAMES = (*PARAMETERS, "format", "order", "words")
COLLOCATES_NAMES = (*PARAMETERS, "format", "reach", "limit", "seed")
KEYWORDS_NAMES = (*PARAMETERS, "format", "against", "limit", "seed")
PARTS_NAMES = (*PARAMETERS, "format")
SAMPLE_NAMES = (*PARAMETERS, "format", "n", "seed", JUDGED)
LIST_NAMES = (*PARAMETERS, "format", "names")


def asked_trends() -> Trends:
    """Count the queries of an address over time."""
    queries = [words[: CHARACTERS.limit + 1] for words in request.args.getlist("q") if words.strip()]
    unit, measure = read_choice(request.args, "by", UNITS, "month"), read_choice(request.args, "measure", MEASURES)
    asked, queries = read_request(request.args, ()), queries[: MOST_QUERIES + 1] or [""]
    within = partial(trends, authors=asked.authors, most_read=MOST_READ, seconds=SECONDS.limit)
    return within(library(), queries, asked.filters, unit, measure)


def asked_coverage() -> CoverageByDay:
    """Count all articles that pass the filters of an address by day."""
    asked = read_request(request.args, ())
    return coverage_by_day(library(), asked.filters, asked.authors)


def asked_concordance() -> Concordance:
    """Find the lines that an address asks for, as many as the time allows."""
    order = read_choice(request.args, "order", LINE_ORDERS)
    asked = replace(read_request(request.args, ()), size=read_number(request.args, "size", LINES))
    return concordance(library(), asked, order, read_words(), SECONDS.limit)


def asked_collocates() -> Collocates:
    """Find the words near the matches of an address."""
    reach, limit, seed = read_number(request.args, "reach", 5), read_limit(), read_seed()
    return collocates(library(), read_request(request.args, ()), reach, limit, seed, MOST_READ, SECONDS.limit)


def asked_keywords() -> KeyWords:
    """Find the words that are typical of the articles that an address finds."""
    against = request.args.get("against", "")[: CHARACTERS.limit + 1] or None
    asked = read_request(request.args, ())
    return keywords(library(), asked, against, read_limit(), read_seed(), MOST_READ, SECONDS.limit)


def asked_parts() -> Parts:
    """Count what the parts of the query of an address contribute."""
    return contributions(library(), read_request(request.args, ()))


def asked_sample() -> Sample:
    """Draw a sample from what the query of an address finds."""
    return sample(library(), read_request(request.args, ()), read_number(request.args, "n", SIZE), read_seed())


def asked_list(text: str, *, is_csv: bool, are_names: bool) -> ListTable:
    """Count the lines of a list with the filters of an address. The list is kept nowhere."""
    listed = read_list(text, is_csv=is_csv, are_names=are_names)
    asked = read_request(request.args, ())
    return count_list(library(), listed, asked.filters, asked.authors, LIST_SECONDS)


def read_words() -> int:
    """Read how many words a line of a concordance has to each side."""
    return read_number(request.args, "words", WORDS)


def read_limit() -> int:
    """Read how many words a table may have.

    Raises:
        BadRequest: it is more than a table may have.
    """
    limit = read_number(request.args, "limit", LIMIT)
    if limit > MOST_LIMIT:
        raise BadRequest(sentence("A table can have up to {most} words, not {limit}.", most=MOST_LIMIT, limit=limit))
    return limit


def read_seed() -> int:
    """Read the seed of a sample, from 0 up."""
    return read_number(request.args, "seed", 0, least=0)


def decoded(sent: bytes) -> str:
    """Return the text of a list that was sent.

    Raises:
        BadRequest: it is not UTF-8.
    """
    try:
        return sent.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BadRequest(sentence("The list is not UTF-8 text. Save it as UTF-8 and send it again.")) from fault
