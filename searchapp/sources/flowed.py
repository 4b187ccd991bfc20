"""Text in ``format=flowed`` (RFC 3676) to whole paragraphs: a line that ends in a space continues on the next."""

_SIGNATURE = "-- "


def unflowed(text: str, *, deletes_spaces: bool) -> str:
    """Join the lines of each paragraph; with `deletes_spaces` (DelSp), the space at their ends is removed."""
    joined: list[str] = []
    open_depth = -1  # quotation depth of the line that continues
    for line in text.replace("\r\n", "\n").split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        bare = bare.removeprefix(" ")  # space-stuffed
        goes_on = bare.endswith(" ") and bare != _SIGNATURE
        kept = bare[:-1] if goes_on and deletes_spaces else bare
        if depth == open_depth and bare != _SIGNATURE:
            joined[-1] += kept
        else:
            joined.append(f"{'>' * depth} {kept}" if depth else kept)
        open_depth = depth if goes_on else -1
    return "\n".join(joined)
