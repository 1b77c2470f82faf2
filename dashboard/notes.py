"""Notes: the one free text about a child, where a council turns it on; who writes and reads them, and what is taken.

They stay in the journal: no table and no release is made of them.
"""

import math
import re
import unicodedata
from dataclasses import dataclass, replace

import duckdb

from dashboard.entries import Entry, Fields, Subject
from dashboard.published import Row, Tables
from orchestration.home.drafts import NOTE
from orchestration.home.entries import Events, ResponseEvent

LONGEST = 500
"""Letters of a note: what was agreed, not the case file."""
NOT_TAKEN = "Notes are not taken here: what you wrote as a note is not kept. Continue without it"

LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
UNSEEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
"""Marks that nobody sees and that change in which order the rest is read, or hide words in it. Joiners stay: some
languages are not written without them."""
MANY_EMPTY_LINES = re.compile(r"\n{3,}")

SETTING = "select is_on, class_code from reference.ref_note_setting"
READERS = "select class_code, role_code from reference.ref_note_reader"
CLASSES = "select class_code, class_order from reference.ref_sensitivity_class"


@dataclass(frozen=True)
class Rule:
    """What the council says of notes: whether they are on, of which class new ones are, which roles read a class."""

    is_on: bool
    class_code: str
    readers: frozenset[tuple[str, str]]
    class_order: dict[str, int]

    def stricter(self, one: str, other: str) -> str:
        """The more sensitive of two classes; one that is not known any more is."""
        return max(one, other, key=lambda code: self.class_order.get(code, math.inf))


OFF = Rule(False, "", frozenset(), {})


def rule(analysts: Tables) -> Rule:
    """What the release's reference data say; off where the release is of before there were notes."""
    try:
        ((is_on, class_code),) = (row.values() for row in analysts.rows(SETTING))
        readers = frozenset((row["class_code"], row["role_code"]) for row in analysts.rows(READERS))
    except duckdb.CatalogException:
        return OFF
    order = {row["class_code"]: row["class_order"] for row in analysts.rows(CLASSES)}
    return Rule(bool(is_on), class_code, readers, order)


@dataclass(frozen=True)
class Reader:
    """Somebody at a place: the roles by which they see its children by name; none where they see no name."""

    rule: Rule
    roles: frozenset[str]

    @property
    def may_write(self) -> bool:
        """Who writes may read what others wrote, and who may not read is not asked: nobody writes without an answer."""
        return self._reads(self.rule.class_code)

    def sees(self, event: ResponseEvent) -> bool:
        """Whether they may read the note of an event: by the class that it was written under, and by today's."""
        return bool(event.note and event.note_class) and self._reads(event.note_class or "") and self.may_write

    def _reads(self, class_code: str) -> bool:
        return self.rule.is_on and any((class_code, role) in self.rule.readers for role in self.roles)

    def notes_on(self, rows: list[Row], events: Events) -> dict[str, str]:
        """What they may read with events of responses, by the event's key: with those that stand, for of what was put
        right later nobody is shown. The journal, which is long, is looked through once."""
        standing = {row["response_event_key"] for row in rows if row["is_standing"]} if self.may_write else set()
        own = (one for one in events if standing and isinstance(one, ResponseEvent) and one.note)
        return {
            one.response_event_key: one.note or ""
            for one in own
            if one.response_event_key in standing and self.sees(one)
        }

    def is_asked(self, subject: Subject, events: Events) -> bool:
        """Whether a form asks them for a note. A correction leaves a note that they may not read as it is."""
        before = corrected(subject, events)
        return self.may_write and subject.kind != "withdrawn" and (before is None or self.sees(before))


def written(events: Events, response_event_key: str) -> ResponseEvent | None:
    """The entry that an event of a response is of; None for the case system's."""
    own = (one for one in events if isinstance(one, ResponseEvent))
    return next((one for one in own if one.response_event_key == response_event_key), None)


def corrected(subject: Subject, events: Events) -> ResponseEvent | None:
    """The entry that is put right, where it has a note."""
    event = written(events, subject.corrects["response_event_key"]) if subject.corrects else None
    return event if event and event.note else None


def begun(fields: Fields, reader: Reader, subject: Subject, events: Events) -> Fields:
    """What a form holds before anybody wrote, with the note that is put right; without one for whom none is asked."""
    if not reader.is_asked(subject, events):
        return without(fields)
    before = corrected(subject, events)
    return {NOTE: (before.note or "") if before else ""} | fields


def without(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if name != NOTE}


def read(entry: Entry, reader: Reader, subject: Subject, events: Events) -> Entry:
    """The entry with its note and the note's class. A note that nobody asked for is refused, and not kept."""
    before = corrected(subject, events)
    given = entry.fields.get(NOTE, "")
    if not reader.is_asked(subject, events):
        kept = {} if subject.kind == "withdrawn" or not before else _of(before.note, before.note_class)
        problems = {NOTE: NOT_TAKEN} if given and subject.kind != "withdrawn" else {}
        return Entry(without(entry.fields), entry.values | kept, entry.problems | problems)
    text = plain(given)
    if len(text) > LONGEST:
        problem = f"Write at most {LONGEST:,} letters: these are {len(text):,}"
        return replace(entry, problems=entry.problems | {NOTE: problem})
    class_code = reader.rule.class_code
    if before and before.note_class:
        # Words that were need to know are no less so when they are put right.
        class_code = reader.rule.stricter(before.note_class, class_code)
    values = entry.values | (_of(text, class_code) if text else {})
    return replace(entry, fields=entry.fields | {NOTE: text}, values=values)


def _of(text: str | None, class_code: str | None) -> dict[str, str | None]:
    return {"note": text, "note_class": class_code}


def plain(text: str) -> str:
    """A text as it is kept: letters and ends of lines. Controls, marks that turn the direction of writing and halves of
    letters are taken out; what is left is text to every page, whatever it looks like."""
    lined = LINE_ENDS.sub("\n", unicodedata.normalize("NFC", text)).replace("\t", " ")
    seen = UNSEEN.sub("", lined)
    kept = "".join(one for one in seen if one == "\n" or unicodedata.category(one) not in ("Cc", "Cs", "Cn"))
    return MANY_EMPTY_LINES.sub("\n\n", kept).strip()
