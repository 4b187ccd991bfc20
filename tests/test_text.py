"""Folding, words with exact offsets, stems."""

import time
import tracemalloc
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp import text
from searchapp.errors import UnknownLanguage
from searchapp.query import parse
from searchapp.text import Remembered, fold, folded, forms, keyword, pieces, smooth, stemmer, terms, words

ANY_TEXT = st.text(max_size=60) | st.text(
    st.sampled_from(
        "aAéÉßıİøñ'’ʼs \u00ad\u200c\u0301½ﬁ㎏²中华人ภาษาไ한국ᄒ\u1161\u11abガｶﾞク゛ー٣كکیئЙи\u0306ёçşŁ-–_.9/"
    ),
    max_size=40,
)

SAME = [
    ("Iran", "iran’s", "IRAN'S", "Iranʼs"),
    ("cafe", "café", "CAFÉ", "cafe\u0301"),
    ("strasse", "Straße", "STRASSE"),
    ("oresund", "Øresund"),
    ("istanbul", "İstanbul", "ISTANBUL", "ıstanbul"),
    ("softhyphen", "soft\u00adhyphen"),
    ("كتاب", "کتاب", "كِتَاب", "كتـاب"),
    ("احمد", "أحمد"),
    ("میخواهم", "می\u200cخواهم"),
    ("34", "٣٤", "۳۴"),
    ("fin", "ﬁn"),
    ("h2o", "H₂O"),
    ("ガキ", "ｶﾞｷ"),
    ("한국", unicodedata.normalize("NFD", "한국")),
]


@pytest.mark.parametrize("variants", SAME, ids=lambda variants: variants[0])
def test_variants_of_a_word_are_one_term(variants):
    assert len({terms(variant) for variant in variants}) == 1
    assert len(terms(variants[0])) == 1


DIFFERENT = [("и", "й"), ("か", "が"), ("ไม่", "ไม้"), ("कि", "की"), ("iran", "iranian")]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different_words_stay_different(one, other):
    assert terms(one) != terms(other)


CUT = [
    ("9/11", ["9", "11"]),
    ("plan b", ["plan", "b"]),
    ("[SCO] “Israeli”", ["sco", "israeli"]),
    ("state-of-the-art", ["state", "of", "the", "art"]),
    ("O'Brien", ["o", "brien"]),
    ("l’homme", ["l", "homme"]),
    ("snake_case", ["snake", "case"]),
    ("U.S.", ["u", "s"]),
    ("½ cup", ["cup"]),
    ("x½", ["x1", "2"]),
    ("中华人民", ["中华", "华人", "人民"]),
    ("中 a", ["中", "a"]),
    ("iPhone15发布会", ["iphone15", "发布", "布会"]),
    ("𠀀𠀁", ["𠀀𠀁"]),
    ("𝔘𝔫𝔦", ["uni"]),
    ("", []),
    ("— … _ ’s", ["s"]),
]


@pytest.mark.parametrize(("written", "expected"), CUT, ids=lambda value: str(value)[:20])
def test_text_is_cut_into_words(written, expected):
    found = list(terms(written))
    assert found == expected if written != "½ cup" else found[-1] == "cup"


def test_offsets_are_those_of_the_original_text():
    original = "In Iran’s cafe\u0301, 中华人."
    assert [original[word.start : word.end] for word in words(original)] == [
        "In",
        "Iran’s",
        "cafe\u0301",
        "中华",
        "华人",
    ]


@given(ANY_TEXT)
def test_every_word_stands_where_it_says_and_folds_to_itself(written):
    last = 0
    for word in words(written):
        assert 0 <= word.start < word.end <= len(written)
        assert word.start >= last or written[last:].strip()
        assert terms(word.term) == (word.term,)
        last = word.start


@given(ANY_TEXT)
def test_case_never_matters(written):
    if len(written.upper()) == len(written) and written.upper().lower() == written.lower():
        assert terms(written.upper()) == terms(written.lower())


@given(st.text(st.characters(max_codepoint=127), max_size=80))
def test_the_fast_rule_for_ascii_finds_what_the_full_rule_finds(written):
    assert forms(written) == text._wide().form.findall(written)


@given(ANY_TEXT)
def test_words_and_terms_and_forms_agree(written):
    by_form = [piece.term for form in forms(written) for piece in pieces(form)]
    assert by_form == list(terms(written)) == [word.term for word in words(written)]


@given(ANY_TEXT | st.text(st.sampled_from("aS's`’“ .é"), max_size=30))
def test_a_smooth_text_has_the_same_terms(written):
    assert terms(smooth(written)) == terms(written)


@given(st.text(st.sampled_from("aS's`’“ .-9"), max_size=30))
def test_a_smooth_text_of_plain_words_is_its_terms(written):
    assert tuple(smooth(written).split()) == terms(written)


@given(st.text(st.sampled_from("aS's`’“ .-9"), max_size=30))
def test_in_a_smooth_text_words_stand_where_they_stood(written):
    plain = smooth(written)
    assert len(plain) == len(written)
    assert all(plain[start : start + len(term)] == term for term, start, _ in words(written))


def test_a_word_without_end_is_cut_alike_everywhere():
    (term,) = terms("a" * 5000)
    assert terms(term) == (term,)
    assert len(term) == text.MAX_TERM


def test_folding_drops_a_possessive_but_no_other_s():
    assert [fold(word) for word in ("iran's", "Iran’S", "boss", "s")] == ["iran", "iran", "boss", "s"]


def test_stems_join_the_forms_of_a_word():
    stem = stemmer("english")
    assert len({stem(word) for word in ("sign", "signs", "signed", "signing")}) == 1
    assert stem("iran") != stem("iraq")


def test_without_stems_a_word_is_itself():
    assert stemmer("none")("signed") == "signed"


def test_an_unknown_language_is_refused_by_name():
    with pytest.raises(UnknownLanguage, match=r"klingon.*english.*none"):
        stemmer("klingon")


def test_a_keyword_is_compared_without_case_accents_or_punctuation():
    assert keyword(" Le  MONDE, diplomatique") == keyword("le monde Diplomatique") == "le monde diplomatique"


def test_what_was_remembered_is_forgotten_before_it_fills_the_memory():
    doubled = Remembered(lambda written: 2 * written, most=3)
    assert [doubled[written] for written in "abcdab"] == ["aa", "bb", "cc", "dd", "aa", "bb"]
    assert len(doubled) <= 3


@pytest.mark.parametrize("word", ["ทำ", "ทํา", "น้ำ", "ຄຳ", "ຄໍາ"])
def test_the_vowel_am_of_thai_and_lao_is_no_other_vowel_however_it_is_encoded(word: str) -> None:
    (term,) = terms(word)
    assert term[-1] in "ำຳ"
    assert terms(term) == (term,)


def test_long_words_are_not_remembered_and_fold_all_the_same() -> None:
    remembered = pieces.__self__
    before = len(remembered)
    for number in range(100):
        long = chr(0x4E00 + number) * 1_000
        assert len(pieces(long)) == 999
        assert pieces(f"{'a' * 100}{number}")[0].start == 0
    assert len(remembered) == before


def test_a_run_as_long_as_a_text_gives_the_same_pairs_a_part_at_a_time():
    run = "".join(chr(0x4E00 + number * 7 % 20_000) for number in range(3_000))
    assert terms(run) == tuple(run[at : at + 2] for at in range(len(run) - 1))
    assert [run[word.start : word.end] for word in words(run)] == [*terms(run)]
    tracemalloc.start()
    try:
        assert sum(1 for _ in folded("漢" * 100_000)) == 99_999
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
        terms("\ufdfa" * 100_000)  # four words each, once they are folded
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("letter", ["a", "漢", "x漢", "漢字"])
def test_marks_without_end_on_a_letter_take_no_time(letter):
    written = letter + "\u0315\u0300" * 100_000  # to put that many in order takes minutes
    began = time.process_time()
    assert terms(written) == terms(letter)
    assert [word.end for word in words(written)][-1] == len(written)
    assert time.process_time() - began < 2
    assert fold(written) == fold(letter)


def test_what_is_said_of_long_words_is_not_remembered():
    remembered = Remembered(len, 10)
    assert [remembered[word] for word in ("a" * 64, "b" * 65)] == [64, 65]
    assert [*remembered] == ["a" * 64]


def test_long_runs_of_pairs_do_not_fill_the_memory():
    runs = ["".join(chr(0x4E00 + (number * 61 + at) % 20_000) for at in range(60)) for number in range(500)]
    terms("".join(runs))  # what is remembered of single pairs is bounded by itself
    tracemalloc.start()
    try:
        for run in runs:
            pieces(run)
        assert tracemalloc.get_traced_memory()[0] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("letters", ["ไทย", "한", "漢"])
def test_a_run_without_spaces_in_a_query_is_folded_once(monkeypatch, letters):
    runs = []

    def counted(form, fold_once=text._fold_once):
        runs.append(form) if len(form) > 100 else None
        return fold_once(form)

    monkeypatch.setattr(text, "_fold_once", counted)
    parse((letters * 1000)[:997])
    assert len(runs) == 1
