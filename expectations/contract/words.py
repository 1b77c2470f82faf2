"""The words of the contracts: all that may be repeated of what a file says of itself.

A heading, a sheet or an element can be a child's name, where a first row stands in place of the headings, or somebody
wrote beside them. What is no word of any contract is told by its place alone.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import takewhile

from expectations.contract.model import Contract, load_contracts


@lru_cache(maxsize=10_000)
def same_heading(heading: str) -> str:
    """The form in which headings are compared: case, spaces and underscores do not matter."""
    return re.sub(r"[\s_]+", "", heading).casefold()


def word(heading: str) -> str | None:
    """The word of a contract, as the contract spells it, that a heading, sheet or element is; None if it is none."""
    return _vocabulary().get(same_heading(heading))


def element(path: str) -> str:
    """What may be said of an element within a pupil: its path, or that of the elements around it, as far as known."""
    steps = path.split("/")
    known = [found for found in takewhile(bool, map(word, steps)) if found]
    if len(known) == len(steps):
        return f"the element {'/'.join(known)}"
    return f"an element below {'/'.join(known)}" if known else "an element"


@cache
def _vocabulary() -> dict[str, str]:
    words = {name for contract in load_contracts() for name in _words(contract) if not re.search(r"[*?\[]", name)}
    # A spelling with capitals, which is a source's, is said rather than that of a column of ours.
    return {same_heading(name): name for name in sorted(words, key=lambda name: (not name.islower(), name))}


def _words(contract: Contract) -> Iterator[str]:
    """Names of columns and what sources call them, sheets, elements, and what is known and not loaded."""
    for path in (*contract.pupils, *contract.ignored):
        yield from path.split("/")
    for table in contract.tables.values():
        yield table.sheet or table.name
        yield from table.ignored
        for record in table.records:
            yield from record.path.split("/")
        for column in table.columns:
            yield column.name
            yield from column.aliases
            for path in column.paths:
                yield from path.split("/")
