"""Which elements of a page are furniture around an article (menus, teasers, comments), by tags and class names."""

import re
from functools import lru_cache

ALWAYS = frozenset(("nav", "footer", "aside", "dialog"))
_FURNITURE_TAGS = ALWAYS | {
    "form", "fieldset", "figcaption", "caption", "menu", "address", "search", "legend",
}  # fmt: skip
_FURNITURE = re.compile(
    r"related|teaser|recommend|newsletter|subscri|promo(?!t)|advert|banner|cookie|consent|gdpr|shar(?:e|ing)|social"
    r"|bread-?crumb|sidebar|footer|navigation|popular|trending|most-?(?:read|viewed)|outbrain|taboola|sponsor"
    r"|copyright|disclaimer|caption|gallery|credit|sign-?up|log-?in|read-?(?:more|next|also)"
    r"|more-?(?:from|stories|news|on)|toolbar|recirc|onward|modal|popup|tooltip|donat|author-?(?:bio|box|info|card)"
    r"|about-?the-?author|biography|marketing|ticker|see-?also|byline|timestamp|dateline"
    r"|lire-aussi|leer-mas|leggi|mehr-zum|weitere|verwandt"
    r"|(?:^|[^a-z])(?:ads?|nav|menu|tags?|topics?|bio|cta|meta|jobs?|shop|poll|quiz|rating|aside|infobox|hint|notice"
    r"|authors?|dates?|time)(?=$|\s)",
    re.I,
)
_COMMENTS = re.compile(
    r"(?:^|\s)(?:\S*[-_])?(?:comments?|kommentare?|comentarios|commentaires|disqus\w*)"
    r"(?=$|\s|[-_](?!enabled|open|closed|allowed|count|on|off))",
    re.I,
)
WHOLE = frozenset(("article", "main", "body", "html"))  # elements that a class name alone does not make furniture
_NOT_WHOLE = re.compile(r"related|teaser|recommend|promo", re.I)
_BODY = re.compile(
    r"(?:article|story|entry|post|news|detail|artikel|nota|noticia|page|main|text|content|single)\w{0,10}[-_]{0,2}"
    r"(?:body|content|text|copy|inhalt|corpo|cuerpo)|articlebody"
    r"|(?:^|\s)(?:body|text|content|prose|article|story|rich-?text|wysiwyg|body-?text|body-?copy|paragraphs?)(?:$|\s)",
    re.I,
)


@lru_cache(maxsize=1 << 12)
def is_furniture(tag: str, marks: str) -> bool:
    """Tell whether an element is around an article, given its tag, and its class names and the like."""
    if tag in _FURNITURE_TAGS:
        return True
    judge = _is_other_story if tag in WHOLE else _is_furniture_name
    return bool(marks) and any(judge(name) or _is_comments_name(name) for name in marks.split())


@lru_cache(maxsize=1 << 12)
def is_comments(marks: str) -> bool:
    """Tell whether an element holds the comments of readers."""
    return any(map(_is_comments_name, marks.split()))


@lru_cache(maxsize=1 << 12)
def is_body(marks: str) -> bool:
    """Tell whether an element holds the text of an article."""
    names = marks.split()
    return any(map(_is_body_name, names)) and not any(map(_is_furniture_name, names))


# There are few class names, but many combinations of them.
@lru_cache(maxsize=1 << 14)
def _is_furniture_name(name: str) -> bool:
    return bool(_FURNITURE.search(name))


@lru_cache(maxsize=1 << 14)
def _is_other_story(name: str) -> bool:
    return bool(_NOT_WHOLE.search(name))


@lru_cache(maxsize=1 << 14)
def _is_comments_name(name: str) -> bool:
    return bool(_COMMENTS.search(name))


@lru_cache(maxsize=1 << 14)
def _is_body_name(name: str) -> bool:
    return bool(_BODY.search(name))
