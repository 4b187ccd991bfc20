"""Queries of tantivy put together, and the number that one finds."""

from collections.abc import Iterable, Sequence

from tantivy import FieldType, Occur, Query, Schema, SearchResult


def any_of(queries: Iterable[Query]) -> Query:
    """Return the query that matches where one of some matches, nowhere if there are none; scores add up."""
    listed = list(queries)
    if not listed:
        return Query.empty_query()
    return listed[0] if len(listed) == 1 else Query.boolean_query([(Occur.Should, query) for query in listed])


def all_of(queries: Sequence[Query]) -> Query:
    """Return the query that matches where each of some matches; scores add up."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def lacking(query: Query) -> Query:
    """Return the query for all articles that another one does not find."""
    return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, query)])


def unscored(query: Query) -> Query:
    """Return a query without its scores."""
    return Query.const_score_query(query, 0.0)


def of_day(schema: Schema, day: int) -> Query:
    """Return a query, without scores, for the articles whose first day is `day`, or unknown if that is 0."""
    if day:
        return unscored(Query.range_query(schema, "first_day", FieldType.Unsigned, day, day))
    return unscored(lacking(Query.exists_query("first_day")))


def total(found: SearchResult) -> int:
    """Return the number of articles that a search has counted."""
    count: int = found.count  # type: ignore[attr-defined]  # missing from the stubs of 0.27
    return count
