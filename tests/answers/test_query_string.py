"""Requests as query strings."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.answers.query_string import from_query_string, one_filter_more, to_query_string
from searchapp.answers.request import AUTHORS, FILTERS, SORTS, Request, with_filter
from searchapp.errors import BadRequest

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
REQUESTS = st.builds(
    Request,
    words=TEXTS,
    filters=st.lists(st.tuples(st.sampled_from(FILTERS), TEXTS.filter(bool)), unique=True, max_size=4).map(
        lambda pairs: tuple(sorted(pairs, key=lambda pair: FILTERS.index(pair[0])))
    ),
    sort=st.sampled_from(SORTS),
    page=st.integers(1, 10**9 - 1),
    size=st.integers(1, 100),
    authors=st.sampled_from(AUTHORS),
)


@given(REQUESTS)
def test_a_query_string_reads_back_as_its_request(request):
    assert from_query_string(to_query_string(request)) == request


@given(REQUESTS, st.sampled_from(FILTERS), TEXTS)
def test_one_filter_more_is_written_as_the_request_with_it(request, name, value):
    assert one_filter_more(request)(name, value) == to_query_string(with_filter(request, name, value))


def test_defaults_are_not_written():
    assert to_query_string(Request("iran russia")) == "q=iran+russia"


def test_the_order_of_parameters_is_free_and_repeated_filters_count_once():
    written = "page=2&source=Reuters&author=Jane+Doe&source=Reuters&source=&q=a&q=b"
    filters = (("author", "Jane Doe"), ("source", "Reuters"))
    assert from_query_string(written) == Request("a", filters, page=2)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("q=a&sourc=Reuters", "There is no parameter 'sourc'. Did you mean source?"),
        ("page=0", "page has to be a whole number, 1 or more, not '0'"),
        ("page=9999999999", "page has to be a whole number, 1 or more"),
        ("size=101", "A page can have up to 100 articles."),
        ("sort=best", "sort has to be one of relevance, "),
        ("authors=some", "authors has to be one of any, all, not 'some'"),
        ("&".join(f"author={number}" for number in range(21)), "A search can have up to 20 filters. This one has 21."),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_sentence(written, said):
    with pytest.raises(BadRequest, match=re.escape(said)):
        from_query_string(written)


def test_what_campaigns_add_to_an_address_is_passed_over():
    assert from_query_string("q=a&utm_source=letter") == Request("a")


def test_bytes_that_are_not_utf_8_become_replacement_characters():
    assert from_query_string("q=caf%E9").words == "caf\ufffd"
