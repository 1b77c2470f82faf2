"""Headings that announce free text: what people write in sentences tells of persons, and no check can say of whom.

No such column is ever loaded. A source whose class is more than ordinary (ref_sensitivity_class) may not even bring
one: its file is turned away, whatever its contract leaves unread.
"""

import re

from expectations import reference

WORDS = frozenset(
    {
        *("note", "notes", "comment", "comments", "remarks", "narrative", "story", "text"),
        *("description", "details", "detail", "summary", "action", "actions"),
    }
)

OF_STAFF = frozenset({"staff", "teacher", "tutor", "author", "dsl", "ddsl", "keyworker"})


def tokens(heading: str) -> list[str]:
    """The words of a heading, in small letters: `CINreferralDate`, `Person Ref` and `date_of_birth` have several."""
    spread = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", heading)
    return [token.casefold() for token in re.split(r"[^A-Za-z0-9]+", spread) if token]


def is_free_text(heading: str) -> bool:
    """Whether the words of a heading, or of the last step of a path of elements, say that its values are prose."""
    last = heading.rsplit("/", 1)[-1]
    return bool(WORDS & {*tokens(last), "".join(tokens(last))})


def is_of_staff(heading: str) -> bool:
    """Whether the words of a heading say that its values name who works there: `Raised By`, `Alerted Staff`."""
    words = tokens(heading)
    return bool(OF_STAFF & {*words}) or words[-1:] == ["by"]


def is_refused(source: str, heading: str) -> bool:
    """Whether a file of a source is turned away for a heading, be it one that its contract leaves unread."""
    return is_free_text(heading) and not reference.takes_free_text(source)
