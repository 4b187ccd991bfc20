"""Attacks in earnest, each a module: what was tried, what held, what was lost.

    bits       one flipped bit at a time in the files of an index
    queries    drawn queries, as odd as they can be
    kills      kill -9 at random moments of whatever writes
    disk       a disk that is full, or files that may not grow
    clients    many clients with the worst queries, alone and while the index is written to
    browser    hostile articles and queries in a real browser

`made` makes the indexes; `children` runs what is to be killed; `tally` counts. `tests/hardening` runs these in small.
"""
