"""Neighbours of a query that stand near each other, searched for in a few articles only."""

from collections.abc import Mapping

from tantivy import DocAddress, Query, Schema, Searcher

from searchapp.engines import scoring
from searchapp.engines.scoring import DISTANCE, Pair
from searchapp.engines.tantivy.documents import CHECKSUM
from searchapp.engines.tantivy.queries import all_of, any_of
from searchapp.engines.tantivy.vocabulary import Vocabulary
from searchapp.query.tree import Node

Place = tuple[int, int]  # an article's segment, and its number there


class Neighbours:
    """The pairs of neighbours of a query, and what each adds to an article's score."""

    def __init__(self, tree: Node, schema: Schema, vocabulary: Vocabulary) -> None:
        self._schema = schema

        def idf_of(word: str) -> float:
            idf = vocabulary.idf("body", word)
            return idf.ours if idf else 0.0  # no article has that word, so it is near nothing

        self.bonuses = scoring.neighbours(tree, lambda word: vocabulary.weigh(word)[0].factor < 1, idf_of)

    def added(self, searcher: Searcher, addresses: list[DocAddress]) -> Mapping[Place, float]:
        """Return what is added to the scores of some articles, by their places; those to which nothing is are missing.

        They are found again by checksums, which other articles may share, and are left out here. Each pair is searched
        for among them by itself: of several at once tantivy would go through whole lists.
        """
        checksums = searcher.fast_field_values(CHECKSUM, addresses)
        few = any_of(Query.term_query(self._schema, CHECKSUM, one, "basic") for one in checksums)
        among = Query.const_score_query(few, 0.0)
        query = any_of(all_of([among, self._near(pair, bonus)]) for pair, bonus in self.bonuses.items())
        found = searcher.search(query, 2 * len(addresses), count=False).hits
        wanted = {(address.segment_ord, address.doc) for address in addresses}
        places = (((address.segment_ord, address.doc), score) for score, address in found)
        return {at: score for at, score in places if at in wanted}

    def _near(self, pair: Pair, bonus: float) -> Query:
        # A phrase with slop of two words at the same offset matches them at that distance, see `Compiler`.
        near = Query.phrase_query(self._schema, "body", [(0, term) for term in pair], slop=DISTANCE + 1)
        return Query.const_score_query(near, bonus)
