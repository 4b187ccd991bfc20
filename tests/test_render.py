"""What is shown of a text: nothing of it becomes markup, steers a terminal, or is computed by a spreadsheet."""

import csv
import io
import json
import re
from html import unescape

import bleach
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchapp.answers.fragments import Fragment
from searchapp.article import Article
from searchapp.render.csv_lines import csv_lines
from searchapp.render.html import _barrier, _escaped, html, html_each, link
from searchapp.render.json_values import COLUMNS, COPY_COLUMNS, fragment_values, json_lines
from searchapp.render.plain_text import pieces, plain
from searchapp.render.terminal import printable, terminal

# Everything a file can smuggle in: markup, controls, lone surrogates, changes of direction.
ANY_TEXT = st.text(
    st.characters(exclude_categories=[])
    | st.sampled_from("<>&\"';/mark\r\n\x00\x1b\x9b\x7f\x85\ud800\u202e\ufeff\u2028\uffff")
)


@st.composite
def fragments(draw: st.DrawFn) -> Fragment:
    text = draw(ANY_TEXT)
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=6)))
    return Fragment(text, tuple(zip(cuts[::2], cuts[1::2], strict=False)), is_cut_before=draw(st.booleans()))


@given(fragments())
def test_without_the_marks_the_text_is_back(fragment):
    shown = unescape(re.sub("</?mark>", "", html(fragment)))
    assert shown == plain(fragment.text)


@given(fragments())
def test_the_marks_stand_where_the_ranges_are(fragment):
    marked = [unescape(text) for text in re.findall("<mark>(.*?)</mark>", html(fragment), re.DOTALL)]
    assert marked == [plain(fragment.text[start:end]) for start, end in fragment.ranges]


@given(fragments())
def test_nothing_but_marks_is_markup(fragment):
    assert not re.search("[<>]", re.sub("</?mark>", "", html(fragment)))


@given(st.lists(fragments(), max_size=3))
def test_the_second_barrier_changes_nothing(many):
    escaped = [_escaped(piece.text) for fragment in many for piece in pieces(fragment)]
    assert _barrier(escaped) == (escaped or [""])


@given(fragments())
def test_bleach_would_pass_what_is_written_as_it_is(fragment):
    written = html(fragment)
    assert bleach.clean(written, tags={"mark"}, attributes={}) == written


def test_the_second_barrier_stops_what_the_first_would_let_through(monkeypatch):
    monkeypatch.setattr("searchapp.render.html._escaped", str)
    assert "<script>" not in html(Fragment("<script>alert(1)</script>"))
    assert "<mark" not in html(Fragment("<mark onclick=x>"))


@given(st.lists(fragments(), max_size=5))
def test_many_fragments_are_written_as_each_alone(many):
    assert html_each(many) == [html(fragment) for fragment in many]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>bold</b> & co", "&lt;b&gt;bold&lt;/b&gt; &amp; co"),
        ("&lt;AAPL.O&gt;", "&amp;lt;AAPL.O&amp;gt;"),
        ('"it\'s"', '"it\'s"'),
        ("one\r\ntwo", "one \ntwo"),
        ("a\x00b\x1bc", "a\ufffdb\ufffdc"),
        ("lone \ud800", "lone \ufffd"),
        ("a\u2028b\uffff", "a b\ufffd"),
        ("", ""),
    ],
)
def test_text_is_escaped(text, shown):
    assert html(Fragment(text)) == shown


@given(ANY_TEXT)
def test_plain_text_keeps_its_length_and_can_be_encoded(text):
    shown = plain(text)
    assert len(shown) == len(text)
    assert shown.encode().decode() == shown


@given(fragments())
def test_no_text_steers_a_terminal(fragment):
    line = terminal(fragment, "[", "]")
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", line)


@given(ANY_TEXT)
def test_printable_text_keeps_only_line_feeds_and_tabs_of_the_controls(text):
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", printable(text))


def test_a_terminal_line_has_its_matches_between_the_marks_and_dots_where_text_was_cut():
    fragment = Fragment("red\x1b[31m\nand blue", ((0, 3), (13, 17)), 5, True, True)
    assert terminal(fragment, "<", ">") == "… <red>\ufffd[31m and <blue> …"
    assert terminal(Fragment("plain")) == "plain"


@pytest.mark.parametrize("url", ["http://example.org/a?b=c&d", "HTTPS://example.org"])
def test_web_addresses_are_linked(url):
    assert link(url) == url


@pytest.mark.parametrize(
    "url",
    ["", "javascript:alert(1)", " http://example.org", "http://a b", "data:text/html,x", "http://a\nb", 'http://"'],
)
def test_other_addresses_are_not(url):
    assert link(url) == ""


def test_a_fragment_as_values_has_text_ranges_and_html():
    assert fragment_values(Fragment("a <b>", ((0, 1),), is_cut_after=True)) == {
        "text": "a <b>",
        "ranges": [[0, 1]],
        "html": "<mark>a</mark> &lt;b&gt;",
        "is_cut_before": False,
        "is_cut_after": True,
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\n", "＝", "＋", "－", "＠", " =", "\r="])
def test_no_cell_is_a_formula(start):
    line = list(csv_lines([Article("1", title=f"{start}1+1")]))[1]
    assert next(csv.reader(io.StringIO(line)))[1].startswith("'")


@pytest.mark.parametrize("separator", [";", "\t", "\n"])
@pytest.mark.parametrize("formula", ["=HYPERLINK(1)", " =1", "@SUM(1)", "-1+1", "+1"])
def test_no_part_of_a_cell_becomes_a_formula_where_other_signs_separate_cells(separator, formula):
    lines = "".join(csv_lines([Article("1", title=f"Rain{separator}{formula}")]))
    cells = [cell for row in csv.reader(io.StringIO(lines), delimiter=separator.strip() or "\t") for cell in row]
    assert not any(re.match(r"\s*[=+@-]", cell) for cell in cells)


def test_lists_in_a_text_stay_as_they_are():
    assert "- one" in "".join(csv_lines([Article("1", body="All:\n- one\n- two; - three")]))


def test_csv_reads_back():
    articles = [Article("1", title='A "quoted", title', body="one\n\ntwo"), Article("2", byline="=x")]
    rows = list(csv.DictReader(io.StringIO("".join(csv_lines(articles)), newline="")))
    assert [row["id"] for row in rows] == ["1", "2"]
    assert rows[0]["title"] == 'A "quoted", title'
    assert rows[0]["body"] == "one\n\ntwo"
    assert rows[1]["byline"] == "'=x"


def test_csv_of_nothing_is_its_heading():
    assert list(csv_lines([])) == [",".join([*COLUMNS, "authors", *COPY_COLUMNS]) + "\r\n"]


@given(ANY_TEXT)
def test_json_lines_are_one_line_each_and_read_back(text):
    lines = list(json_lines([Article("1", title=text, authors=(text,))]))
    assert len(lines) == 1
    assert lines[0].count("\n") == 1
    values = json.loads(lines[0].encode())
    assert values["title"] == plain(text)
    assert values["authors"] == [plain(text)]
