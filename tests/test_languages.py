"""Languages: as they are declared, as they are detected, and how each is stemmed."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp import languages, sources
from searchapp.article import Article
from searchapp.errors import UnknownLanguage
from searchapp.languages import KEEPING_INITIALS, Stems
from searchapp.sources import Options
from searchapp.sources.detecting import detect
from searchapp.text import terms

# Words that the English stemmer has exceptions for
IRREGULAR = [
    "skis",
    "skies",
    "dying",
    "lying",
    "tying",
    "idly",
    "gently",
    "ugly",
    "early",
    "only",
    "singly",
    "sky",
    "news",
    "howe",
    "atlas",
    "cosmos",
    "bias",
    "andes",
]


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        *[(written, "en") for written in ("en", "EN", "en-US", "en_GB", "eng", "English", " english ")],
        *[(written, "fr") for written in ("fr", "fr-CA", "fre", "Français", "francais", "French")],
        *[(written, "zh") for written in ("zh", "zh-Hans-CN", "zh_TW", "chi", "中文")],
        *[(written, "no") for written in ("nb", "nn-NO", "no", "norsk")],
        *[("فارسی", "fa"), ("iw", "he"), ("pt-br", "pt"), ("ไทย", "th")],
        *[(written, "") for written in ("", "und", "mul", "x-default", "unknown", "zxx")],
        *[("Klingon", "Klingon"), ("tlh", "tlh")],
    ],
)
def test_a_declared_language_is_known_by_its_code_its_name_or_a_locale(declared: str, code: str) -> None:
    assert languages.code(declared) == code


NEWS = {
    "af": "Die regering het gister aangekondig dat die begroting vir volgende jaar nie voor Kersfees klaar sal wees nie.",
    "ar": "أعلنت الحكومة أمس أن ميزانية العام المقبل لن تقر قبل نهاية السنة وأن المحادثات مع المعارضة ستستمر هذا الأسبوع.",
    "bg": "Правителството обяви вчера, че бюджетът за следващата година няма да бъде приет преди Коледа.",
    "ca": "El govern va anunciar ahir que els pressupostos de l'any vinent no es podran aprovar abans de Nadal, i que les "
    "negociacions amb els partits de l'oposició continuaran durant la setmana al Parlament.",
    "de": "Die Regierung hat gestern mitgeteilt, dass der Haushalt für das nächste Jahr nicht vor Weihnachten beschlossen "
    "wird und die Gespräche mit der Opposition in dieser Woche weitergehen.",
    "en": "The government said yesterday that the budget for next year will not be passed before Christmas, and that the "
    "talks with the opposition will go on this week.",
    "es": "El gobierno anunció ayer que los presupuestos del próximo año no se podrán aprobar antes de Navidad, y que las "
    "negociaciones con la oposición continuarán durante la semana.",
    "fa": "دولت دیروز اعلام کرد که بودجه سال آینده پیش از پایان سال تصویب نخواهد شد و گفتگو با مخالفان این هفته ادامه می‌یابد.",
    "fr": "Le gouvernement a annoncé hier que le budget de l'année prochaine ne sera pas voté avant Noël et que les "
    "discussions avec l'opposition vont continuer cette semaine.",
    "gl": "O goberno anunciou onte que os orzamentos do ano que vén non se poderán aprobar antes do Nadal, e que as "
    "negociacións cos partidos da oposición continuarán durante a semana.",
    "he": "הממשלה הודיעה אתמול כי התקציב לשנה הבאה לא יאושר לפני סוף החודש וכי השיחות עם האופוזיציה יימשכו השבוע בכנסת.",
    "it": "Il governo ha annunciato ieri che il bilancio del prossimo anno non potrà essere approvato prima di Natale e che "
    "i negoziati con i partiti continueranno.",
    "ja": "政府は昨日、来年度の予算は年末までに承認されない見通しで、野党との協議は今週も国会で続くと発表した。",
    "ko": "정부는 어제 내년 예산이 연말 전에 통과되지 못할 것이며 야당과의 협상은 이번 주 국회에서 계속될 것이라고 발표했다.",
    "nl": "De regering heeft gisteren aangekondigd dat de begroting voor volgend jaar niet voor Kerstmis wordt goedgekeurd.",
    "pl": "Rząd ogłosił wczoraj, że przyszłoroczny budżet nie zostanie przyjęty przed świętami, a rozmowy będą trwały.",
    "pt": "O governo anunciou ontem que o orçamento do próximo ano não poderá ser aprovado antes do Natal.",
    "ru": "Правительство вчера сообщило, что бюджет на следующий год не будет принят до праздников, а переговоры продолжатся.",
    "sr": "Влада је јуче саопштила да буџет за следећу годину неће бити усвојен пре Божића и да ће преговори бити настављени.",
    "sv": "Regeringen meddelade i går att budgeten för nästa år inte kan godkännas före jul, och att samtalen fortsätter.",
    "th": "รัฐบาลประกาศเมื่อวานนี้ว่างบประมาณปีหน้าจะไม่ผ่านก่อนสิ้นปี และการเจรจากับฝ่ายค้านจะดำเนินต่อไปในสัปดาห์นี้",
    "tr": "Hükümet dün gelecek yılın bütçesinin yılbaşından önce onaylanamayacağını ve görüşmelerin süreceğini açıkladı.",
    "uk": "Уряд учора повідомив, що бюджет на наступний рік не вдасться ухвалити до Різдва, а переговори триватимуть.",
    "ur": "حکومت نے کل اعلان کیا کہ اگلے سال کا بجٹ سال کے آخر سے پہلے منظور نہیں ہو سکے گا اور مذاکرات جاری رہیں گے۔",
    "zh": "政府昨天宣布，明年的预算不会在年底之前通过，与反对党的谈判本周将在议会继续进行。",
}


@pytest.mark.parametrize("language", NEWS)
def test_a_few_lines_of_news_are_told_from_those_of_neighbouring_languages(language: str) -> None:
    assert detect("", NEWS[language]) == language
    assert detect(NEWS[language].upper(), "") == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        "…",
        "Harbour",
        "Merkel in Paris",
        "Oper shr 34 cts vs 26 cts",
        "1,240.5 1,190.2\n" * 40,
        "https://a.example/" * 9,
    ],
)
def test_a_text_that_says_too_little_is_of_no_certain_language(text: str) -> None:
    assert detect("", text) == ""


def test_an_article_has_its_declared_language_or_else_the_one_it_is_written_in(tmp_path: Path) -> None:
    records = [
        {"title": "declared", "body": NEWS["fr"], "language": "en-GB"},
        {"title": "detected", "body": NEWS["fr"]},
        {"title": "undetermined", "body": NEWS["de"], "language": "und"},
        {"title": "too short", "body": "Nein"},
    ]
    file = tmp_path / "a.jsonl"
    file.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    found = [one for one in sources.read(file, "a.jsonl", Options(detects_languages=True)) if isinstance(one, Article)]
    assert [(one.language, one.language_from) for one in found] == [
        ("en", "declared"), ("fr", "detected"), ("de", "detected"), ("en", "assumed"),
    ]  # fmt: skip
    plain = [one for one in sources.read(file, "a.jsonl") if isinstance(one, Article)]
    assert [(one.language, one.language_from) for one in plain] == [("en", "declared"), ("", ""), ("", ""), ("", "")]


def test_stems_of_different_languages_do_not_meet() -> None:
    stems = Stems("auto")
    assert stems.term("gifts", stems.code("en")) == "gift:en"
    assert stems.term("gifts", stems.code("de")) == "gift:de"
    assert stems.term("東京", stems.code("ja")) == "東京:"


def test_one_language_stems_all_and_none_leaves_words_as_they_are() -> None:
    assert Stems("french").code("en") == Stems("french").code("") == "fr"
    assert Stems("french").of("en")("portes") == "port"
    assert Stems("none").term("signed", Stems("none").code("en")) == "signed:"
    with pytest.raises(UnknownLanguage, match="'klingon'.*auto, "):
        Stems("klingon")


def test_stemmers_are_chosen_without_what_cuts_texts_of_other_scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise AssertionError("patterns that take as long as a search were compiled")

    monkeypatch.setattr("searchapp.text._wide", refuse)
    languages._codes_of_stemmers.cache_clear()
    assert Stems("auto").code("ru") == "ru"
    assert Stems("auto").code("tlh") == ""
    assert Stems("english").code("fr") == "en"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("ar", "الحكومة حكومة للحكومة بالحكومة"),
        ("ar", "كتاب الكتاب كتابه"),
        ("fa", "کتاب کتاب‌ها کتابها كتابها"),
        ("fa", "دولت دولتها"),
        ("tr", "kız kızlar"),
        ("tr", "gün günler"),
        ("tr", "kitap kitaplar kitabı"),
        ("tr", "ışık ışıklar"),
        ("de", "Haus Häuser"),
        ("de", "Bundestag Bundestags"),
        ("ru", "правительство правительства"),
        ("fr", "élection élections elections"),
        ("es", "elección elecciones"),
    ],
)
def test_forms_of_a_word_have_one_stem_though_folding_makes_letters_alike(language: str, words: str) -> None:
    stem = Stems("auto").of(language)
    assert len({stem(term) for word in words.split() for term in terms(word)}) == 1


@pytest.mark.parametrize(
    ("language", "words"),
    [("de", "Bundestag Bundestagswahl"), ("he", "ממשלה הממשלה"), ("ar", "حكومة والحكومة"), ("zh", "政府 府政")],
)
def test_what_is_not_one_word_to_a_stemmer_stays_apart(language: str, words: str) -> None:
    stem = Stems("auto").of(language)
    assert len({stem(term) for word in words.split() for term in terms(word)}) == 2


@pytest.mark.parametrize(
    ("word", "codes", "expected"),
    [
        ("signed", ["en"], True),
        ("signed", ["ru", ""], False),
        ("signed", [], False),
        ("война", ["ru"], True),
        ("حكومه", ["fa", "en"], True),
        ("東京", ["en", ""], False),
        ("2007", ["en"], False),
        ("ממשלה", ["en", "ar"], False),
    ],
)
def test_a_word_has_forms_where_a_language_of_its_script_is_stemmed(
    word: str, codes: list[str], expected: bool
) -> None:
    assert languages.has_forms(word, codes) is expected


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=12) | st.sampled_from(IRREGULAR))
def test_stemmers_that_are_said_to_keep_first_letters_do(word: str) -> None:
    for code in KEEPING_INITIALS:
        assert Stems("auto").stemmer(code)(word)[:1] == word[:1]
