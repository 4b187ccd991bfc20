"""Numbers of copies and similarities, as they are typed: none, 3, >5, >=5, <2, 2..10, 2.., ..10, and a % behind."""

import re

from searchapp.query.tree import Amount, AmountField, Firsts

_AMOUNT = re.compile(r"(?:(?P<sign>[<>]=?|=)?(?P<number>[0-9]{1,9}))%?|(?P<least>[0-9]{0,9})\.\.(?P<most>[0-9]{0,9})%?")


def read_amount(typed: str, field: AmountField) -> Amount | Firsts | None:
    """Read what follows ``copies:`` or ``similarity:``; None where it is no amount."""
    if field == "copies" and typed.lower() == "none":
        return Firsts()
    found = _AMOUNT.fullmatch(typed)
    if not found or typed == "..":
        return None
    if found["number"] is None:
        least, most = int(found["least"] or 0), int(found["most"]) if found["most"] else None
        return Amount(field, *sorted((least, most))) if most is not None else Amount(field, least)
    number = int(found["number"])
    match found["sign"]:
        case ">":
            return Amount(field, number + 1)
        case ">=":
            return Amount(field, number)
        case "<":
            return Amount(field, 0, number - 1) if number else None
        case "<=":
            return Amount(field, 0, number)
        case _:
            return Amount(field, number, number)


def write_amount(node: Amount) -> str:
    """Write an amount so that it is read as the same."""
    if node.most is None:
        return f">{node.least - 1}" if node.least else ">=0"
    if node.least == node.most:
        return f"{node.least}"
    return f"{node.least}..{node.most}" if node.least else f"<{node.most + 1}"


def spell_amount(node: Amount) -> str:
    """Write an amount in words: ``more than 5 copies``, ``at most 90 % of the first``."""
    if node.most is None:
        amount = f"more than {node.least - 1:,}" if node.least else "any number of"
    elif node.least == node.most:
        amount = f"exactly {node.most:,}" if node.most else "no"
    else:
        amount = f"{node.least:,} to {node.most:,}" if node.least else f"fewer than {node.most + 1:,}"
    if node.field == "similarity":
        return f"{'less' if amount.startswith('fewer') else ''}{amount.removeprefix('fewer')} % similarity to the first"
    return f"{amount} {'copy' if node.least == node.most == 1 else 'copies'}"
