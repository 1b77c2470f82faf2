"""What a heading probably means: what the contracts of other sources take it for, and what its words say of persons."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from expectations.contract.free_text import is_free_text, tokens
from expectations.contract.model import Column, load_contracts
from expectations.contract.words import same_heading, word


def _set_of(text: str) -> frozenset[str]:
    return frozenset(text.split())


ALIKE = 0.84
"""From this likeness on, as difflib counts it, two headings may be one: `Raised on` is not `Received`."""

LONG_TAIL = 8
"""A heading that ends in one of so many letters means it: personbirthdate is a birthdate."""

LONG_ENOUGH = 4
"""A word of fewer letters is looked for as a whole; a longer one also within others, as in personbirthdate."""

WORDS = _set_of(
    """
    age aged ages area assessment birth case cat category cd child class code comment concern contact count
    county cse date day description dob end episode ethnic ethnicity family flag forename from gender given
    grade group home hours household id incident index key kind known lead level living lsoa month name
    narrative need nhs no note notes number outcome parent period person phase phone placement plan population
    postcode programme provider pupil raised rank rate reason received record ref reference referral region
    relationship result review risk role school score sen service setting sex source stage start status street
    subject surname team term time to total town type uln upn urn value ward week worker year zone
    """
)
"""What headings are made of in the field, beside the words of the contracts."""

DIRECT = _set_of(
    "name surname forename forenames firstname lastname middlename initials alias address street town postcode paon "
    "saon upn uln nhs phone mobile email birth dob birthdate personbirthdate"
)
STAFF = _set_of("worker staff teacher tutor author practitioner officer allocated recordedby enteredby owner keyworker")
PLACES = _set_of("school establishment provider setting ward zone pyramid area agency team programme lsoa la lad")
"""Beside one of these, `name` is not a person's."""
IDENTIFIERS = _set_of("id ref reference number no code urn ukprn uln nhs key native nativeid tableid identifier upn")

Says = Literal["direct", "staff", "free_text", "identifier", "date", ""]


@dataclass(frozen=True)
class Meaning:
    """What contracts call the heading: a column as declared, in which contracts, and whether only nearly."""

    column: Column
    contracts: tuple[str, ...]
    like: str | None = None

    @property
    def evidence(self) -> str:
        shown = ", ".join(self.contracts[:3]) + (" …" if len(self.contracts) > 3 else "")
        return f"like the heading {self.like} of {shown}" if self.like else f"so headed in {shown}"


def are_headings(cells: Iterable[str]) -> bool:
    """Whether a row is one of headings: no cell looks like a value, and more than half hold a word of the field.

    It is asked before anything of the row is shown; a row of children must not pass.
    """
    filled = [cell for cell in cells if cell]
    if not filled or any(_is_value(cell) for cell in filled):
        return False
    known = sum(1 for cell in filled if word(cell) or _has_word_of_field(cell))
    return known > len(filled) / 2


def meaning(heading: str) -> Meaning | None:
    """What the heading means by the contracts, if one of them, or nearly, has it."""
    form = same_heading(heading)
    known = _dictionary()
    if form in known:
        return _meaning(known[form])
    bare = same_heading(
        " ".join(
            token for token in tokens(heading) if token not in {"pupil", "child", "student", "young", "person", "s"}
        )
    )
    if bare in known and bare:
        return _meaning(known[bare], like=_spelling(bare))
    if ends := [known_form for known_form in known if len(known_form) >= LONG_TAIL and form.endswith(known_form)]:
        longest = max(ends, key=len)
        return _meaning(known[longest], like=_spelling(longest))
    close = difflib.get_close_matches(form, known, n=1, cutoff=ALIKE) if len(form) > LONG_ENOUGH else []
    return _meaning(known[close[0]], like=_spelling(close[0])) if close else None


def says(heading: str) -> Says:
    """What the words of a heading say of its values: whom they name, that they are prose, an identifier or a day."""
    found = set(tokens(heading))
    joined = same_heading(heading)
    if is_free_text(heading):
        return "free_text"
    if found & STAFF or joined in STAFF or found >= {"lead", "name"} or joined.endswith("by"):
        return "staff"
    if (
        found & DIRECT or joined in DIRECT or re.search("surname|forename|postcode|birth", joined)
    ) and not found & PLACES:
        return "direct"
    if found & {"date", "from", "to", "on", "raised", "closed", "opened", "received"} or joined.endswith("date"):
        return "date"
    if found & IDENTIFIERS or joined.endswith(("id", "ref", "number")):
        return "identifier"
    return ""


def column_name(heading: str, place: int) -> str:
    """A name for a column of ours: the heading's words in small letters, joined by underscores."""
    name = "_".join(tokens(heading))
    if not name:
        return f"column_{place}"
    return f"n_{name}" if name[0].isdigit() else name


def _is_value(cell: str) -> bool:
    """A number, day, identifier or postcode: what is never a heading."""
    return bool(
        re.fullmatch(r"[\d\s/.:,%£$+-]+", cell)
        or (re.search(r"\d{3,}", cell) and not _has_word_of_field(cell))
        or re.fullmatch(r"\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{2,4}.*", cell)
        or re.fullmatch(r"[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}", cell)
        or "@" in cell
        or len(cell) > 120
    )


def _has_word_of_field(cell: str) -> bool:
    joined = same_heading(cell)
    return any(token in _words() for token in tokens(cell)) or any(
        known in joined for known in _words() if len(known) >= LONG_ENOUGH
    )


@cache
def _words() -> frozenset[str]:
    return WORDS | {
        token for spellings in _dictionary().values() for _, column, _ in spellings for token in tokens(column.name)
    }


@cache
def _dictionary() -> dict[str, tuple[tuple[str, Column, str], ...]]:
    """For every heading of a contract, as headings are compared: the contracts, the columns, and how it is written."""
    found: dict[str, list[tuple[str, Column, str]]] = {}
    for contract in load_contracts():
        for table in contract.tables.values():
            for column in table.columns:
                for spelling in (*column.aliases, column.name):
                    found.setdefault(same_heading(spelling), []).append((contract.name, column, spelling))
    return {form: tuple(entries) for form, entries in found.items()}


def _spelling(form: str) -> str:
    return _dictionary()[form][0][2]


def _meaning(entries: tuple[tuple[str, Column, str], ...], like: str | None = None) -> Meaning:
    """The column by which most sources mean it; of those alike the first."""
    by_source = Counter(name for name, _ in {(column.name, contract.split("/")[0]) for contract, column, _ in entries})
    most = max(by_source.values())
    chosen = next(column for _, column, _ in entries if by_source[column.name] == most)
    contracts = tuple(dict.fromkeys(contract for contract, column, _ in entries if column.name == chosen.name))
    return Meaning(chosen, contracts, like)
