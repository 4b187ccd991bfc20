"""Queries of Whoosh, drawn from the words of its index: every class that reads terms, alone and inside each other."""

from collections.abc import Callable, Sequence
from random import Random

from whoosh import query as q
from whoosh.fields import Schema
from whoosh.qparser import (
    FuzzyTermPlugin,
    GtLtPlugin,
    MultifieldParser,
    OrGroup,
    PlusMinusPlugin,
    QueryParser,
    RegexPlugin,
)
from whoosh.reading import IndexReader

Draw = Callable[["Words", Random], q.Query]

_TEXTS = ("body", "body", "body", "title", "byline")


class Words:
    """The words of an index by how common they are: of each field the commonest, and some of all the others."""

    def __init__(self, reader: IndexReader, schema: Schema) -> None:
        self.schema = schema
        self._words = {field: _by_frequency(reader, field) for field in ("body", "title", "byline")}
        self._values = {field: [*reader.field_terms(field)] for field in ("source", "author", "date", "id")}

    def word(self, field: str, random: Random) -> str:
        """Draw a word, as often a common one as a rare one, and one in twenty that is not there."""
        if random.random() < 0.05:
            return "zzyzx"
        words = self._words[field]
        return words[min(int(len(words) ** random.random()), len(words) - 1)]

    def value(self, field: str, random: Random) -> str:
        """Draw a value of a keyword field."""
        return str(random.choice(self._values[field] or ["nothing"]))


def draw(words: Words, random: Random) -> tuple[str, q.Query]:
    """Draw a query, and name what it is."""
    kind = random.choice([*KINDS])
    return kind, KINDS[kind](words, random)


def _by_frequency(reader: IndexReader, field: str) -> list[str]:
    words = sorted(((-reader.doc_frequency(field, word), word) for word in reader.lexicon(field)), key=lambda one: one)
    return [word.decode() for _, word in words]


def _term(words: Words, random: Random) -> q.Query:
    field = random.choice(_TEXTS)
    return q.Term(field, words.word(field, random), boost=random.choice([1.0, 1.0, 2.5]))


def _body(words: Words, random: Random) -> q.Query:
    return q.Term("body", words.word("body", random))


def _keyword(words: Words, random: Random) -> q.Query:
    field = random.choice(["source", "author", "date", "id"])
    return q.Term(field, words.value(field, random))


def _phrase(words: Words, random: Random) -> q.Query:
    field = random.choice(_TEXTS)
    several = [words.word(field, random) for _ in range(random.choice([2, 2, 3]))]
    return q.Phrase(field, several, slop=random.choice([1, 1, 3, 10]))


def _prefix(words: Words, random: Random) -> q.Query:
    return q.Prefix("body", words.word("body", random)[:3] + random.choice(["", "e"]))


def _wildcard(words: Words, random: Random) -> q.Query:
    word = words.word("body", random)
    at = random.randrange(len(word))
    return q.Wildcard("body", word[:at] + random.choice(["?", "*"]) + word[at + 1 :])


def _regex(words: Words, random: Random) -> q.Query:
    word = words.word("body", random)
    return q.Regex("body", word[:3] + random.choice([".*s$", "[a-m]+", r"\w\w?$"]))


def _fuzzy(words: Words, random: Random) -> q.Query:
    return q.FuzzyTerm(
        "body", words.word("body", random), maxdist=random.choice([1, 2]), prefixlength=random.choice([1, 3])
    )


def _range(words: Words, random: Random) -> q.Query:
    field = random.choice(["body", "date", "author"])
    ends = sorted((words.word(field, random) if field == "body" else words.value(field, random)) for _ in range(2))
    if field == "body":  # a range of half the alphabet is half the vocabulary
        ends[1] = ends[0][:3] + "zz"
    return q.TermRange(field, *ends, startexcl=random.random() < 0.5, endexcl=random.random() < 0.5)


def _every(words: Words, random: Random) -> q.Query:  # noqa: ARG001
    return q.Every(random.choice([None, "author", "date", "title"]))


def _and(words: Words, random: Random) -> q.Query:
    return q.And(_some(words, random))


def _or(words: Words, random: Random) -> q.Query:
    return q.Or(_some(words, random), minmatch=random.choice([0, 0, 2]))


def _dismax(words: Words, random: Random) -> q.Query:
    return q.DisjunctionMax(_some(words, random), tiebreak=random.choice([0.0, 0.1]))


def _not(words: Words, random: Random) -> q.Query:
    return q.And([_leaf(words, random), q.Not(_leaf(words, random))])


def _two(kind: Callable[[q.Query, q.Query], q.Query]) -> Draw:
    return lambda words, random: kind(_leaf(words, random), _leaf(words, random))


def _spans(kind: Callable[[q.Query, q.Query], q.Query]) -> Draw:
    return lambda words, random: kind(_body(words, random), _body(words, random))


def _near(words: Words, random: Random) -> q.Query:
    several = [_body(words, random) for _ in range(random.choice([2, 3]))]
    return q.SpanNear2(several, slop=random.choice([1, 5, 20]), ordered=random.random() < 0.5)


def _first(words: Words, random: Random) -> q.Query:
    return q.SpanFirst(_body(words, random), limit=random.choice([0, 10, 50]))


def _constant(words: Words, random: Random) -> q.Query:
    return q.ConstantScoreQuery(_leaf(words, random), 2.0)


def _weighted(words: Words, random: Random) -> q.Query:
    from whoosh.scoring import TF_IDF

    return q.WeightingQuery(_leaf(words, random), TF_IDF())


def _variations(words: Words, random: Random) -> q.Query:
    return q.Variations("body", words.word("body", random))


def _column(words: Words, random: Random) -> q.Query:
    return q.ColumnQuery("date", words.value("date", random))


def _nested(words: Words, random: Random) -> q.Query:
    return random.choice([_and, _or, _not])(words, random) | _or(words, random)


def _typed(words: Words, random: Random) -> q.Query:
    one, other, third = (words.word("body", random) for _ in range(3))
    written = random.choice(
        [
            f"{one} {other}", f"{one} OR {other}", f"{one} NOT {other}", f'"{one} {other}"~3', f"{one[:3]}*",
            f"title:{one} {other}^2.5", f"({one} OR {other}) {third}", f"{one} ANDMAYBE {other}", f"{one} REQUIRE {other}",
            f"{one}~1/2", f"{one.upper()}’s", f'r"{one[:3]}.+"', f"+{one} -{other}", f"date:[2007-01-03 TO 2007-02] {one}",
            f"date:>=2007-02-01 {one}", f"{one[:2]}?{one[3:]}", f"title:({one} OR {other})", f"*:* {one}",
        ]
    )  # fmt: skip
    parser = random.choice([_one_field, _one_of, _two_fields])(words.schema)
    for plugin in (FuzzyTermPlugin(), RegexPlugin(), GtLtPlugin(), PlusMinusPlugin()):
        parser.add_plugin(plugin)
    return parser.parse(written)


def _one_field(schema: Schema) -> QueryParser:
    return QueryParser("body", schema)


def _one_of(schema: Schema) -> QueryParser:
    return QueryParser("body", schema, group=OrGroup)


def _two_fields(schema: Schema) -> QueryParser:
    return MultifieldParser(["title", "body"], schema)


def _some(words: Words, random: Random) -> Sequence[q.Query]:
    return [_leaf(words, random) for _ in range(random.choice([2, 2, 3, 4]))]


def _leaf(words: Words, random: Random) -> q.Query:
    return random.choice([_term, _term, _term, _term, _phrase, _prefix, _wildcard, _keyword])(words, random)


KINDS: dict[str, Draw] = {
    "term": _term,
    "keyword": _keyword,
    "phrase": _phrase,
    "prefix": _prefix,
    "wildcard": _wildcard,
    "regex": _regex,
    "fuzzy": _fuzzy,
    "variations": _variations,
    "range": _range,
    "every": _every,
    "and": _and,
    "or": _or,
    "dis-max": _dismax,
    "not": _not,
    "and-not": _two(q.AndNot),
    "and-maybe": _two(q.AndMaybe),
    "require": _two(q.Require),
    "otherwise": _two(q.Otherwise),
    "constant score": _constant,
    "other weighting": _weighted,
    "column": _column,
    "nested": _nested,
    "span first": _first,
    "span near": _near,
    "span or": _spans(lambda one, other: q.SpanOr([one, other])),
    "span not": _spans(q.SpanNot),
    "span contains": _spans(lambda one, other: q.SpanContains(q.SpanNear2([one, other], slop=10), one)),
    "span before": _spans(q.SpanBefore),
    "span condition": _spans(q.SpanCondition),
    "typed": _typed,
}
