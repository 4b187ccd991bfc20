"""How to search: the text of ``/help`` and ``searchapp help-query``.

Each example says how many articles it finds in `seeds/`, which holds one article without a date; a test runs it.
"""

from textwrap import fill
from typing import NamedTuple

from searchapp.query import bounds
from searchapp.sentences import sentence as say


class Example(NamedTuple):
    """A query, its meaning in words, and how many articles it finds in the seed corpus."""

    query: str
    meaning: str
    found: int


class Section(NamedTuple):
    """A part of the help: a heading, a few sentences, examples."""

    title: str
    text: str
    examples: tuple[Example, ...]


SECTIONS = (
    Section(
        say("Words"),
        say(
            "An article has to contain all the words, in any order and in any of their forms. Capitals, accents and "
            "the style of quotation marks and apostrophes make no difference. No word is too common to be searched "
            "for."
        ),
        (
            Example("iran russia", say("both words"), 1),
            Example("sign", say("also signs, signed, signing"), 1),
            Example("IRAN’S", say("the same as iran"), 1),
            Example("=signed", say("signed, and no other form"), 1),
            Example("=signatures", say("no article has this form"), 0),
        ),
    ),
    Section(
        say("Phrases"),
        say(
            "Words in quotation marks are found next to each other, in that order and in exactly those forms. Words "
            "joined by signs, like 9/11 or state-of-the-art, are a phrase without quotes. A number after the quotes "
            "allows up to that many other words in between, in any order. The words beside NEAR and PRE are "
            "matched exactly, too."
        ),
        (
            Example('"strategic partnership"', say("these words next to each other"), 1),
            Example('"partnership strategic"', say("not in this order"), 0),
            Example('"russia iran"~5', say("both, with at most five other words in between"), 1),
            Example("russia NEAR/5 iran", say("the same"), 1),
            Example('"west asia" NEAR/9 caucasus', say("a phrase near a word"), 1),
            Example("iran PRE/9 partnership", say("iran first, and at most nine words in between"), 1),
            Example("iran-russia", say("the same as “iran russia” in quotes"), 1),
        ),
    ),
    Section(
        say("OR, AND and NOT"),
        say(
            "Write OR, AND and NOT in capitals. In lower case they are ordinary words, and also in a longer line "
            "that is all in capitals, like a headline. A minus right before a word excludes articles with that word. "
            "AND binds more closely than OR, even where it is left out between two words. Use brackets to group "
            "words."
        ),
        (
            Example("oil OR trade", say("at least one of them"), 1),
            Example("iran -gaza", say("iran, but not gaza"), 0),
            Example("iran NOT oil", say("iran, but not oil"), 1),
            Example("(oil OR trade) moscow", say("moscow, and at least one of the two"), 1),
            Example("-oil", say("all articles without oil"), 1),
        ),
    ),
    Section(
        say("How many, and how often"),
        say(
            "ANY with a number finds articles that match at least that many parts of a group. ATLEAST finds articles "
            "in which a word or a phrase occurs at least that often."
        ),
        (
            Example("ANY 2 (iran russia lunch)", say("at least two of the three"), 1),
            Example("ANY (lunch trade)", say("at least one, the same as OR"), 1),
            Example("ATLEAST 3 russia", say("russia at least three times, in any form"), 1),
        ),
    ),
    Section(
        say("Fields"),
        say(
            "The name of a field and a colon search in one part of the article only; a group in brackets may follow. "
            "by: and author: mean the same as byline:. source: and writer: need the whole name of a source or an "
            "author, lang: the name or the code of a language. Where no article has it, a note names those nearest "
            "to it."
        ),
        (
            Example("title:partnership", say("in the title"), 1),
            Example("title:(oil OR russia)", say("one of the two in the title"), 1),
            Example("byline:agencies", say("in the line with the authors' names"), 1),
            Example('title:"vladimir putin"', say("not in the title"), 0),
            Example("source:none", say("articles whose source is not known"), 1),
            Example('source:"new york times"', say("from this source"), 0),
            Example("lang:fr", say("in this language"), 0),
            Example('writer:"jane doe"', say("by this author"), 0),
        ),
    ),
    Section(
        say("Dates"),
        say(
            "A date is a whole year, month or day, and a range includes both of its ends. since: and until: include "
            "the date that follows; before: and after: exclude it."
        ),
        (
            Example("date:2025-01", say("in January 2025"), 0),
            Example("date:2024..2025", say("from the first day of 2024 to the last of 2025"), 0),
            Example("since:2025-01-17", say("on 17 January 2025 or later"), 0),
            Example("until:2025", say("up to the end of 2025"), 0),
            Example("after:2025-01", say("on 1 February 2025 or later"), 0),
            Example("before:2025", say("up to the end of 2024"), 0),
            Example("date:none", say("articles whose date is not known"), 1),
        ),
    ),
    Section(
        say("Copies"),
        say(
            "A story printed by several papers, or again by the same one, in full, shortened or corrected, is "
            "several articles. copies:none finds only the first of them, and says how many stories are left out "
            "because their first article does not match. A number finds articles with that many copies. similarity: "
            "compares each copy with the first, in percent; first: and an article's id find all copies of one story."
        ),
        (
            Example("iran copies:none", say("each story once"), 1),
            Example("copies:>5", say("stories with more than five copies"), 0),
            Example("similarity:<90", say("copies that differ from the first"), 0),
        ),
    ),
    Section(
        say("Parts of words, and typing errors"),
        say(
            "* stands for any letters or none, ? for one letter; {letters} other letters have to be given. At the "
            "end of a word, ? is a question mark, unless = comes before the word. ~ allows one typing error, ~2 "
            "allows two, but not in the first letter. If articles contain a name with such a sign, like E*Trade, the "
            "name is searched for; put = before it to use the sign as a wildcard. Wildcards also work in joined "
            "words, and in quotation marks after =.",
            letters=bounds.LETTERS.limit,
        ),
        (
            Example("partner*", say("words that begin with partner"), 1),
            Example("pezesh?ian", say("any one letter in that place"), 1),
            Example("*ship*", say("words that contain ship"), 1),
            Example("=tie?", say("tie and one more letter"), 1),
            Example("pezeskian~", say("one typing error"), 1),
            Example("state-of-th*", say("joined words, with th* as the last"), 0),
            Example('="strateg* partner*"', say("a phrase with two wildcards"), 1),
            Example("pezshkain~2", say("two typing errors"), 1),
        ),
    ),
    Section(
        say("Ranking"),
        say("With a number after ^, a word, a phrase or a group counts that many times in the ranking."),
        (Example("iran russia^3", say("both words; russia counts three times"), 1),),
    ),
    Section(
        say("Count, compare, quote"),
        say(
            "Above the results are other answers to the same search: over time, every match in its context, words "
            "near the matches, key words, what each part of the search finds, and a random sample to judge. A list "
            "of names can be counted in one go. Every article can be cited, and every answer can be downloaded."
        ),
        (),
    ),
    Section(
        say("Limits"),
        say(
            "A query can have up to {characters} characters, {words} words, {wildcards} words with wildcards, and "
            "brackets nested {depth} deep. It is stopped after {seconds} seconds. A note beside the results names "
            "everything that was left out, cut short or read in another way.",
            characters=bounds.CHARACTERS.limit,
            words=bounds.WORDS.limit,
            wildcards=bounds.WILDCARDS.limit,
            depth=bounds.DEPTH.limit,
            seconds=bounds.SECONDS.limit,
        ),
        (),
    ),
)


def as_text() -> str:
    """Return the help as plain text for a terminal of 80 columns."""
    return "\n\n".join(map(_section_text, SECTIONS))


def as_markdown() -> str:
    """Return the help as a page of Markdown: docs/query.md."""
    intro = "# Query language\n\nThe same text is at `/help` of the search page, and in `searchapp help-query`."
    return "\n\n".join([intro, *map(_section_markdown, SECTIONS)]) + "\n"


def _section_markdown(section: Section) -> str:
    rows = (f"| `{example.query.replace('|', chr(92) + '|')}` | {example.meaning} |" for example in section.examples)
    table = "\n".join(["| you type | it finds |", "|---|---|", *rows]) if section.examples else ""
    text = fill(section.text.translate(_SIGNS), 120, break_long_words=False, break_on_hyphens=False)
    return "\n\n".join(filter(None, (f"## {section.title}", text, table)))


# What Markdown would take for its own.
_SIGNS = {ord(sign): f"\\{sign}" for sign in "*_`<>#|~"}


def _section_text(section: Section) -> str:
    examples = "\n".join(f"  {example.query:<28}{example.meaning}" for example in section.examples)
    return "\n".join(filter(None, (section.title.upper(), fill(section.text, 79), examples)))
