"""Which column of a record holds which field, by a score of the column's name.

Names are compared without case, spaces and punctuation. The names of each field are listed best first; a name that is
not listed is scored by the words that make it up (``page_first_published_utc``).
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

FIELDS = {
    "title": """
        title headline heading header hed titel titre titulo título titolo überschrift ueberschrift
        schlagzeile rubrik otsikko tytuł tytul nadpis заголовок заглавие 标题 標題 タイトル 제목 العنوان عنوان
        webtitle articletitle storytitle posttitle newstitle documenttitle headlinemain mainheadline
        headlines headlinetext hl1 hd displaytitle titleplain printheadline ogtitle titlepage ttl ti head name subject
        betreff
    """,
    "byline": """
        byline by author authors authorname authornames authorslist creator creators writer writers autor
        autoren autorin auteur auteurs verfasser journalist journalists reporter reporters contributor
        contributors dccreator articleauthor автор 作者 المؤلف الكاتب 기자 person persons people
    """,
    "body": """
        body text content contents articlebody fulltext bodytext maintext articletext storytext article
        story bodyhtml bodyxhtml contenthtml contenttext articlehtml html fullcontent fullarticle
        articlecontent newscontent storybody posttext postcontent cleantext rawtext plaintext textcontent
        plain selftext bodies storysentences sentences paragraphs sections transcript td documenttext doctext texte
        texto testo tekst inhalt volltext artikel artikeltext contenu contenido conteudo conteúdo contenuto corpo
        cuerpo corps treść tresc текст содержание 正文 内容 內容 全文 本文 본문 النص المحتوى متن blocks contentblocks
        bodyblocks richtext
    """,
    "lead": """
        leadparagraph lead lede lp hlead abstract summary description shortdescription teaser standfirst trailtext
        excerpt snippet deck dek subtitle subheadline vorspann chapo chapeau entradilla bajada sommario
        descriptiontext metadescription descriptions synopsis intro introduction аннотация 摘要
    """,
    "date": """
        datepublished publishedat publisheddate publishdate datepublish publicationdate publicationdatetime
        pubdate published publishedon publishtime publishedutc publishedtime webpublicationdate
        firstpublished firstpublicationdate firstpublishedat datetext displaydate date datetime dategmt
        dateutc issued dateissued issuedate postdate posteddate dateposted articledate newsdate storydate
        printdate entrydate pd timestamp time firstcreated versioncreated contentcreated datecreated created
        createdat createdutc createddate creationdate seendate datum fecha data дата дата_публикации 日期 发布时间
        發布日期 تاريخ التاريخ
    """,
    "source": """
        source sourcename publication publicationtitle publicationname publisher newspaper newspapername
        outlet medianame medium mediasource sitename site website domain sourcedomain feed feedname
        feedtitle provider journal periodical pubtitle zeitung quelle fuente fonte medie sn источник 来源 媒体
        المصدر infosources
    """,
    "language": "language lang inlanguage languagecode languageiso locale sprache langue idioma la",
    "url": """
        url link weburl href permalink canonicalurl canonical articleurl sourceurl pageurl storyurl fullurl
        uri documenturl mainentityofpage amphtml
    """,
    "own_id": "id guid uuid articleid docid docno documentid storyid identifier accessionnumber an uri sourceid "
    "storiesid",
}
# Words within a longer name: those that tell the field, and those that tell that it belongs to something else.
_WORDS = {
    "title": (r"title|headline|titel|titre|titulo|hedline|heading", r""),
    "byline": (r"author|authors|byline|creator|writer|autor|journalist",
               r"id|url|count|email|image|bio|link|type|slug"),
    "body": (
        r"body|text|content|fulltext|maintext|html|markdown|paragraphs|transcript|sentences",
        r"id|url|type|count|length|title|headline|date|hash|lang|language|format|author|authors|link|encoding|status|"
        r"name|names|path|byline|published|summary|description|lead|abstract|alternative",
    ),
    "lead": (r"lead|abstract|summary|description|teaser|excerpt|standfirst|snippet", r"id|url|type|length|title"),
    "date": (r"published|publish|publication|pub|posted|issued|release|released|printed", r""),
    "source": (r"publisher|publication|newspaper|outlet|source|provider", r"id|url|date|type|country|rank|title|link"),
    "url": (r"url|link|permalink|href", r""),
}  # fmt: skip
_OF_SOMETHING_ELSE = re.compile(
    r"image|img|photo|picture|video|media|thumb|thumbnail|seo|social|twitter|facebook|section|category|tag|tags|comment|"
    r"comments|parent|user|image_|mobile|short|related|next|prev|previous|sub|alt|page|caption|credit|copyright|icon|logo|"
    r"avatar|profile|api|feed|journal"
)
_LATER = re.compile(
    r"modif|updat|download|crawl|scrap|fetch|retriev|expir|access|edit|index|import|embargo|collect|archiv|captur|last|"
    r"load|birth|event|delet|process"
)
_IS_TIME = re.compile(r"date|time|day|at|on|utc|gmt|ts|dt|timestamp|published|datetime")
_KIND_OF_FIELD = re.compile(r"_(?:s|ss|t|txt|dt|tdt|dts)$")  # Solr's suffixes for the type of a field
_GIVEN_NAMES = {"id": "own_id"}
_MOST_SHAPES = 1_000  # sets of names that are remembered
_PUNCTUATION = re.compile(r"[\W_]+")
_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")
_KNOWN = {field: {name: place for place, name in enumerate(names.split())} for field, names in FIELDS.items()}


def folded(name: str) -> str:
    """Write a column's name without case, spaces and punctuation."""
    return _PUNCTUATION.sub("", name).lower()


def is_name(cell: str) -> bool:
    """Tell whether a cell is a name that columns have."""
    return any(folded(cell) in names for names in _KNOWN.values())


def assign(names: tuple[str, ...], given: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Return for each field the columns that may hold it, the likeliest first; `given` names some for certain."""
    found = {}
    for field in FIELDS:
        scored = (
            (score, place, name) for place, name in enumerate(names) if (score := _score(field, name)) is not None
        )
        found[field] = tuple(name for _, _, name in sorted(scored))
    return found | {field: (column,) for field, column in given.items()}


class Assigner:
    """Assigns the columns of records to fields, once per set of names; `given` names the columns of some fields."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self._given = {_GIVEN_NAMES.get(field, field): column for field, column in given.items()}
        self._known: dict[tuple[str, ...], dict[str, tuple[str, ...]]] = {}

    def assigned(self, record: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
        """Return for each field the columns of a record that may hold it, the likeliest first."""
        names = tuple(map(str, record))
        columns = self._known.get(names)
        if columns is None:
            if len(self._known) > _MOST_SHAPES:
                self._known.clear()
            columns = self._known[names] = assign(names, self._given)
        return columns


@lru_cache(maxsize=1 << 14)
def _score(field: str, name: str) -> float | None:
    """Score how well a column's name fits a field: lower is better, None if it does not fit."""
    name = _KIND_OF_FIELD.sub("", name)
    plain = folded(name)
    if (place := _KNOWN[field].get(plain)) is not None:
        return place
    if plain.endswith("s") and (place := _KNOWN[field].get(plain[:-1])) is not None:
        return place + 0.5
    if field not in _WORDS:
        return None
    parts = [*_parts(name)]
    said, other = _WORDS[field]
    if not any(re.fullmatch(said, part) for part in parts) or any(
        other and re.fullmatch(other, part) for part in parts
    ):
        return None
    if field == "date" and (_LATER.search(plain) or not any(_IS_TIME.fullmatch(part) for part in parts)):
        return None
    strange = sum(bool(_OF_SOMETHING_ELSE.fullmatch(part)) for part in parts)
    return None if strange else 100.0 + len(parts)


def _parts(name: str) -> Iterator[str]:
    return (found.lower() for found in _PART.findall(name))
