"""Web pages: the article within, by trafilatura, and by what the page says of itself where that is better."""

import re
from collections.abc import Iterator
from typing import Any

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from searchapp.errors import UnreadableFile
from searchapp.sources import dates
from searchapp.sources.encodings import decode
from searchapp.sources.opening import Opened
from searchapp.sources.pages import Page
from searchapp.sources.values import Draft, Encoding
