"""How to search: the text of ``/help`` and ``searchapp help-query``.

Each example says how many articles it finds in `seeds/`, which holds one article without a date; a test asks it.
"""

from textwrap import fill
from typing import NamedTuple

from searchapp.query import bounds


class Example(NamedTuple):
    """A query, what it finds in words, and how many articles it finds in the seed corpus."""

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
        "Words",
        "All words have to be there, in any order and in any of their forms. Capitals, accents and the kind of "
        "quotation marks and apostrophes make no difference. No word is too common to be searched for.",
        (
            Example("iran russia", "both words", 1),
            Example("sign", "also signs, signed, signing", 1),
            Example("IRAN’S", "the same as iran", 1),
            Example("=signed", "signed, and no other form of it", 1),
            Example("=signatures", "not there in this form", 0),
        ),
    ),
    Section(
        "Phrases",
        "Words in quotation marks stand side by side, in this order and in exactly these forms. Words joined by "
        "signs, like 9/11 or state-of-the-art, are a phrase by themselves. A number after the quotes allows for as "
        "many other words among them, in any order.",
        (
            Example('"strategic partnership"', "these words side by side", 1),
            Example('"partnership strategic"', "not in this order", 0),
            Example('"russia iran"~5', "both, with at most five other words among them", 1),
            Example("russia NEAR/5 iran", "the same", 1),
            Example("iran PRE/9 partnership", "iran first, and at most nine words between", 1),
            Example("iran-russia", "the same as “iran russia” in quotes", 1),
        ),
    ),
    Section(
        "This or that, and without",
        "OR, AND and NOT are written in capitals; in small letters they are words like others, and so they are where "
        "all of a longer line is in capitals, like a headline. A minus right before "
        "a word leaves articles with it out. AND, also the one that is not written, binds more closely than OR; "
        "brackets bind together what belongs together.",
        (
            Example("oil OR trade", "at least one of them", 1),
            Example("iran -gaza", "iran without gaza", 0),
            Example("iran NOT oil", "the same with NOT", 1),
            Example("(oil OR trade) moscow", "moscow, and one of the two", 1),
            Example("-oil", "all articles without oil", 1),
        ),
    ),
    Section(
        "How many of them",
        "ANY with a number looks for articles that match at least so many parts of a group, ATLEAST for those in which "
        "a word or a phrase stands at least so often.",
        (
            Example("ANY 2 (iran russia lunch)", "at least two of the three", 1),
            Example("ANY (lunch trade)", "at least one, the same as OR", 1),
            Example("ATLEAST 3 russia", "russia at least three times, in any form", 1),
        ),
    ),
    Section(
        "Fields",
        "A field's name and a colon look in one part of the article only; a group in brackets may follow. by: and "
        "author: are other names of byline:. source:, lang: and writer: ask for a whole source, language or author.",
        (
            Example("title:partnership", "in the title", 1),
            Example("title:(oil OR russia)", "one of the two in the title", 1),
            Example("byline:agencies", "in the line that names the authors", 1),
            Example('title:"vladimir putin"', "not in the title", 0),
            Example("source:none", "articles whose source is not known", 1),
            Example('source:"new york times"', "from this source", 0),
            Example("lang:fr", "in this language", 0),
            Example('writer:"jane doe"', "by this author", 0),
        ),
    ),
    Section(
        "Dates",
        "Years, months and days are whole, and both ends of a range belong to it. since: and until: include what "
        "follows; before: ends before it began, after: begins after it ended.",
        (
            Example("date:2025-01", "in January 2025", 0),
            Example("date:2024..2025", "from the first day of 2024 to the last of 2025", 0),
            Example("since:2025-01-17", "on 17 January 2025 or later", 0),
            Example("until:2025", "up to the end of 2025", 0),
            Example("after:2025-01", "on 1 February 2025 or later", 0),
            Example("before:2025", "up to the end of 2024", 0),
            Example("date:none", "articles whose date is not known", 1),
        ),
    ),
    Section(
        "Copies",
        "A story that several papers printed, or one paper again, whole, cut or corrected, is several articles. "
        "copies:none keeps the first of them where that matches, and tells how many stories it leaves out. "
        "A number asks how many other articles have the same story. "
        "similarity: is in percent of the first; first: and an id find all that tell one story.",
        (
            Example("iran copies:none", "each story once", 1),
            Example("copies:>5", "stories with more than five copies", 0),
            Example("similarity:<90", "copies that differ from the first", 0),
        ),
    ),
    Section(
        "Parts of words, and typing errors",
        f"* is any letters or none, ? is one letter; {bounds.LETTERS.limit} letters have to be given. At the end of "
        "a word ? is a question mark, unless = stands before the word. ~ allows for one typing error, ~2 for two, "
        "but not in the first letter. A sign inside a word may belong to a name, such as E*Trade: if articles "
        "have that name, it is meant; = before it means the pattern. In names of several words signs work in each, "
        "and in quotation marks after =.",
        (
            Example("partner*", "words that begin with partner", 1),
            Example("pezesh?ian", "any one letter in that place", 1),
            Example("*ship*", "words that contain ship", 1),
            Example("=tie?", "tie and one letter more", 1),
            Example("pezeskian~", "one typing error", 1),
            Example("state-of-th*", "a name that ends like the", 0),
            Example('="strateg* partner*"', "a phrase of two patterns", 1),
            Example("pezshkain~2", "two typing errors", 1),
        ),
    ),
    Section(
        "What counts more",
        "A number after ^ has a word, a phrase or a group count as many times for the order of the results.",
        (Example("iran russia^3", "both words; russia counts three times", 1),),
    ),
    Section(
        "Count, compare, quote",
        "Above the results are other answers to the same search: over time, every match in its context, words near it, "
        "key words, what each part of it finds, and a random sample to judge. A list of names is counted at once. Each "
        "article can be cited, and each answer taken along as a file.",
        (),
    ),
    Section(
        "Bounds",
        f"A query may have {bounds.CHARACTERS.limit:,} characters, {bounds.WORDS.limit} words, "
        f"{bounds.WILDCARDS.limit} words with wildcards, and brackets {bounds.DEPTH.limit} deep. It is stopped after "
        f"{bounds.SECONDS.limit} seconds. Whatever was left out, cut or read in another way is named beside the "
        "results.",
        (),
    ),
)


def as_text() -> str:
    """Return the help as plain text for a terminal of 80 columns."""
    return "\n\n".join(map(_section_text, SECTIONS))


def _section_text(section: Section) -> str:
    examples = "\n".join(f"  {example.query:<26}{example.meaning}" for example in section.examples)
    return "\n".join(filter(None, (section.title.upper(), fill(section.text, 79), examples)))
