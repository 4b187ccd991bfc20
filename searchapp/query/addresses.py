"""An article's address on the web, compared as people paste it: whatever a link was shared with makes no difference."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from searchapp.text import keyword

_PASTED = re.compile(r"https?://\S+\.\S+|https?://[\w-]+[:/]\S+", re.IGNORECASE)
_HOST_PREFIX = re.compile(r"(?:www|m|mobile|amp)\d?\.(?=[^.]+\.)", re.IGNORECASE)
_TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|dc|ms|tt|tw|y)cl?k?id|gbraid|wbraid|mc_[ce]id|igshid|smid|cmpid|ocid|at_\w+", re.IGNORECASE
)


def is_address(typed: str) -> bool:
    """Tell whether this is a single web address and nothing else."""
    return bool(_PASTED.fullmatch(typed))


def is_tracking(parameter: str) -> bool:
    """Tell whether a parameter of an address only says where a link was found."""
    return bool(_TRACKING.fullmatch(parameter))


def comparable(address: str) -> str:
    """Return an address as it is compared: host, path and query as words, without scheme, ``www.`` and tracking.

    What it returns is compared by itself: ``comparable(comparable(x)) == comparable(x)``.
    """
    try:
        parts = urlsplit(address.strip())
    except ValueError:  # such as a bracket that belongs to no IPv6 address
        return keyword(address)
    if not parts.netloc:
        return keyword(address)
    asked = (pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not is_tracking(pair[0]))
    host = _HOST_PREFIX.sub("", parts.netloc.rpartition("@")[2].removesuffix(":443").removesuffix(":80"))
    return keyword(" ".join((host, unquote(parts.path), *(part for pair in asked for part in pair))))
