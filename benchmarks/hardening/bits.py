"""Bits that flip on the disk, one at a time.

A flip is *told* where every question that reads it is answered by an error with a sentence, and *harmless* where all
answers are the same as before. It is lost where something else is raised, or an answer differs.
"""

from pathlib import Path
from random import Random

from benchmarks.hardening.made import answers
from benchmarks.hardening.tally import Tally
from searchapp.errors import SearchappError


def files_of(index: Path) -> list[Path]:
    """Return the files that searches read: not the ledger, not what is written for others, no locks."""
    engine = [file for file in index.glob("gen-*/engine/*") if file.suffix not in {".toc", ".lock"}]
    return sorted(file for file in (*engine, index / "manifest.json") if file.is_file() and file.stat().st_size)


def flip(index: Path, count: int, seed: int) -> Tally:
    """Flip one bit at a time in the files of an index, and ask."""
    random, tally, expected = Random(seed), Tally("bits"), [*answers(index)]
    files = files_of(index)
    for _ in range(count):
        file = random.choice(files)
        whole = file.read_bytes()
        place = random.randrange(8 * len(whole))
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        put(file, bytes(changed))
        what = f"{file.name}, bit {place}"
        tally.tried += 1
        try:
            tally.lost += [f"{what}: another answer"] if [*answers(index)] != expected else []
        except SearchappError:
            tally.told += 1
        except BaseException as fault:
            if isinstance(fault, KeyboardInterrupt):
                raise
            tally.lost.append(f"{what}: {type(fault).__name__}: {fault}")
        finally:
            put(file, whole)
    return tally


def put(file: Path, content: bytes) -> None:
    """Put other content in place of a file: by a new one, since the old one may be mapped into memory."""
    new = file.with_name("new.tmp")
    new.write_bytes(content)
    new.replace(file)
