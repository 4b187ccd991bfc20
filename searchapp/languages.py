"""Languages: their names and codes, and how the words of each are stemmed.

An article's language is an ISO 639 code (``en``), as declared or detected by `searchapp.sources`. The words of an index
are stemmed in one language for all articles, in none, or (``auto``) in the language of each article. A stem has the
code of its language, so that stems of different languages are kept apart: ``gift:en`` is a present, ``gift:de`` is
poison. If a language has no stemmer, the word itself is used: ``東京:``.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache

from whoosh.lang.stopwords import stoplists

from searchapp.errors import UnknownLanguage
from searchapp.text import keyword, stemmer, terms
from searchapp.text import languages as stemmers

AUTO = "auto"
NONE = "none"
DEFAULT = "en"  # for articles that are too short to tell
KEEPING_INITIALS = frozenset(("", DEFAULT))  # codes of stemmers that keep the first letter of each word
MARK = ":"  # separates a stem from its language; no word contains it

# code, English name (that of the Snowball stemmer, if there is one), other names and codes
_KNOWN = """
af afrikaans afr|am amharic amh|ar arabic ara العربيه|az azerbaijani aze|be belarusian bel|bg bulgarian bul
bn bengali ben|bs bosnian bos|ca catalan cat català|cs czech ces cze čeština|cy welsh cym wel
da danish dan dansk|de german deu ger deutsch|el greek ell gre ελληνικά|en english eng|eo esperanto epo
es spanish spa español castellano|et estonian est eesti|eu basque eus baq euskara
fa persian fas per farsi فارسي|fi finnish fin suomi|fr french fra fre français|ga irish gle
gl galician glg galego|gu gujarati guj|he hebrew heb iw עברית|hi hindi hin हिन्दी|hr croatian hrv hrvatski
hu hungarian hun magyar|hy armenian hye arm|id indonesian ind in|is icelandic isl ice|it italian ita italiano
ja japanese jpn 日本語|ka georgian kat geo|kk kazakh kaz|km khmer khm|kn kannada kan|ko korean kor 한국어
ku kurdish kur|ky kyrgyz kir|lo lao|lt lithuanian lit|lv latvian lav|mk macedonian mkd mac|ml malayalam mal
mn mongolian mon|mr marathi mar|ms malay msa may|mt maltese mlt|my burmese mya bur|ne nepali nep
nl dutch nld dut nederlands flemish|no norwegian nor norsk nb nob nn nno|or odia ori|pa punjabi pan
pl polish pol polski|ps pashto pus|pt portuguese por português|ro romanian ron rum română moldavian
ru russian rus русский|si sinhala sin|sk slovak slk slo|sl slovenian slv slovene|so somali som
sq albanian sqi alb|sr serbian srp српски|st sesotho sot|sv swedish swe svenska|sw swahili swa|ta tamil tam
te telugu tel|th thai tha ไทย|tl tagalog tgl filipino|tr turkish tur türkçe|tt tatar tat|ug uyghur uig
uk ukrainian ukr українська|ur urdu urd|uz uzbek uzb|vi vietnamese vie|yi yiddish yid
zh chinese zho chi 中文 yue cmn
"""  # fmt: skip
_SCRIPTS = {
    **dict.fromkeys(("ar", "fa"), "ARABIC"), **dict.fromkeys(("hi", "ne"), "DEVANAGARI"), "ru": "CYRILLIC",
    "sr": "CYRILLIC", "el": "GREEK", "hy": "ARMENIAN", "ta": "TAMIL", "yi": "HEBREW",
}  # fmt: skip
_UNKNOWN = frozenset({"und", "mul", "zxx", "mis", "unknown", "none", "x", "xx", "null"})


@lru_cache(maxsize=1 << 12)
def code(written: str) -> str:
    """Return the code of a declared language: ``en-US``, ``eng`` and ``English`` are ``en``.

    The result is "" for a code that stands for no language; an unknown language is returned unchanged.
    """
    if (found := _codes().get(written)) is None:
        name, _, _ = written.strip().replace("_", "-").partition("-")
        key = keyword(written) if keyword(written) in _codes() else keyword(name)
        found = "" if key in _UNKNOWN else _codes().get(key, written)
    return found


def codes() -> tuple[str, ...]:
    """Return the codes of all known languages."""
    return tuple(dict.fromkeys(_codes().values()))


def has_forms(word: str, codes: Iterable[str]) -> bool:
    """Tell whether one of some stemmers, given by code, is for the script of a word."""
    letter = next(filter(str.isalpha, word), "0")
    script = unicodedata.name(letter, "").partition(" ")[0]
    return any(script == _SCRIPTS.get(code, "LATIN") for code in codes if code)


@cache
def stop_words(code: str) -> frozenset[str]:
    """Return the folded stop words of a language, from Snowball's lists in Whoosh; many languages have none."""
    return frozenset(term for word in stoplists.get(code, ()) for term in terms(word))


def with_stop_words() -> tuple[str, ...]:
    """Return the codes of the languages with a list of stop words."""
    return tuple(sorted(stoplists))


@cache
def _codes() -> Mapping[str, str]:
    return {keyword(name): code for name, code in _names()}


@cache
def _codes_of_stemmers() -> Mapping[str, str]:
    """Return the code for each Snowball stemmer that is for a known language.

    Their names are ASCII. Folding those of other scripts takes longer than a search: a process that only searches never
    needs it.
    """
    known = {keyword(name): code for name, code in _names() if name.isascii()}
    return {name: known[name] for name in stemmers() if name in known}


def _names() -> Iterator[tuple[str, str]]:
    """Yield all names of each known language, each with its code."""
    for line in filter(None, _KNOWN.replace("\n", "|").split("|")):
        code, *others = line.split()
        yield from ((name, code) for name in (code, *others))


class Stems:
    """The stemmers of an index: one for all articles (a Snowball name, or ``none``), or one per language (``auto``).

    Raises:
        UnknownLanguage: there is no stemmer of that name.
    """

    def __init__(self, language: str) -> None:
        if language not in (AUTO, *stemmers()):
            raise UnknownLanguage(language, [AUTO, *stemmers()])
        self._names = {code: name for name, code in _codes_of_stemmers().items()}
        self._only: str | None = None if language == AUTO else ""
        if language not in (AUTO, NONE):
            self._only = _codes_of_stemmers().get(language, language)
            self._names[self._only] = language
        self._stemmers: dict[str, Callable[[str], str]] = {"": str}

    def code(self, language: str) -> str:
        """Return the code of the stemmer for articles in a language; "" if their words are not stemmed."""
        if self._only is not None:
            return self._only
        return language if language in self._names else ""

    def of(self, language: str) -> Callable[[str], str]:
        """Return the function that stems a folded word of articles in a language."""
        return self.stemmer(self.code(language))

    def stemmer(self, code: str) -> Callable[[str], str]:
        """Return the function that stems a folded word, by the code of its stemmer."""
        if code not in self._stemmers:
            self._stemmers[code] = stemmer(self._names[code])
        return self._stemmers[code]

    def term(self, word: str, code: str) -> str:
        """Return the stem of a word as a term of the index, with the code of its stemmer."""
        return f"{self.stemmer(code)(word)}{MARK}{code}"
