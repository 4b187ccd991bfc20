"""Writes the container of Outlook's mails ([MS-CFB], version 3), for tests: folders and streams, all in large sectors."""

import struct

Tree = dict[str, "bytes | Tree"]
_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(tree: Tree, *, shares: bool = False) -> bytes:
    """Write a compound file. Streams are filled with NUL up to 4,096 bytes, below which they lie in a store of their own.

    With `shares`, streams of equal content are the same sectors, which no program writes.
    """
    entries: list[tuple[str, int, int, int, int, int, int]] = []  # name, kind, left, right, child, start, size
    sectors: list[bytes] = []
    chains: list[list[int]] = []
    starts: dict[bytes, int] = {}

    def add(name: str, content: "bytes | Tree", kind: int) -> int:
        place = len(entries)
        entries.append((name, kind, _FREE, _FREE, _FREE, _END, 0))
        if isinstance(content, bytes):
            padded = content.ljust(4096, b"\0")
            start = starts.get(padded, len(sectors)) if shares else len(sectors)
            if start == len(sectors):
                starts[padded] = start
                parts = [padded[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(padded), _SECTOR)]
                sectors.extend(parts)
                chains.append(list(range(start, start + len(parts))))
            entries[place] = (name, 2, _FREE, _FREE, _FREE, start, len(padded))
            return place
        children = [add(inner, what, 1) for inner, what in content.items()]
        entries[place] = (name, kind, _FREE, _FREE, balanced(children), _END, 0)
        return place

    def balanced(places: list[int]) -> int:
        if not places:
            return _FREE
        middle = len(places) // 2
        root = places[middle]
        sides = (balanced(places[:middle]), balanced(places[middle + 1 :]))
        entries[root] = (*entries[root][:2], *sides, *entries[root][4:])
        return root

    add("Root Entry", tree, 5)
    directory = b"".join(map(_entry, entries)).ljust(-(-len(entries) // 4) * _SECTOR, b"\0")
    first = len(sectors)
    sectors.extend(directory[at : at + _SECTOR] for at in range(0, len(directory), _SECTOR))
    chains.append(list(range(first, len(sectors))))
    tables = -(-(len(sectors) + 8) // 128)
    table = [_FREE] * (128 * tables)
    for chain in chains:
        for one, following in zip(chain, [*chain[1:], _END], strict=True):
            table[one] = following
    places = list(range(len(sectors), len(sectors) + tables))
    for one in places:
        table[one] = _FAT
    head = struct.pack(
        "<8s16sHHHHH6xIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
        0, tables, first, 0, 4096, _END, 0, _END, 0, places[0],
    )  # fmt: skip
    head += struct.pack(f"<{len(places) - 1}I", *places[1:])
    return head.ljust(_SECTOR, b"\xff") + b"".join(sectors) + struct.pack(f"<{len(table)}I", *table)


def _entry(entry: tuple[str, int, int, int, int, int, int]) -> bytes:
    name, kind, left, right, child, start, size = entry
    written = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII16xI8x8xIQ", written, len(written), kind, 1, left, right, child, 0, start, size)
