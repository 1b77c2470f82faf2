"""Restricts a child: what it is known by goes, hashed, into the log by which builds and releases leave it out.

What is said of one child is said of all that it is known by, under every UPN and as a person of sources without one. A
UPN that no source has delivered yet can be restricted too, so that the child is never seen.
"""

import re
import uuid
from dataclasses import dataclass, replace
from datetime import date

import duckdb

from orchestration.home import provenance, restrictions
from orchestration.home.erasures import Hash
from orchestration.home.restrictions import Restriction
from orchestration.rights import identifiers, subject
from orchestration.rights.workspace import workspace
from orchestration.settings import Settings

UPN = re.compile(r"[A-Za-z][0-9]{11}[0-9A-Za-z]")


@dataclass(frozen=True)
class Known:
    """What the one asked about is known by: hashes, and whether the build knows a child by it."""

    hashes: frozenset[Hash]
    is_in_build: bool


def restrict(
    settings: Settings, asked: str, reason_code: str, from_date: date, to_date: date | None, said_by: str | None = None
) -> Known:
    """Restrict a child from a day on, to a last one or for good; `asked` is a key, a UPN, or "Forename Surname, date".

    Raises UnknownChild where nobody is known by it and it is no UPN, ValueError for days that run backwards.
    """
    if to_date is not None and to_date < from_date:
        raise ValueError("The last day is before the first one.")
    known = _known_by(settings, asked)
    by, at = said_by or provenance.actor(), provenance.now()
    days = from_date.isoformat(), to_date.isoformat() if to_date else None
    restriction_id = uuid.uuid4().hex
    lines = [Restriction(restriction_id, *one, reason_code, *days, False, at, by) for one in sorted(known.hashes)]
    restrictions.append(settings, lines)
    return known


def lift(settings: Settings, asked: str, said_by: str | None = None) -> int:
    """Take back every restriction that has something the child is known by, whole; returns how many.

    Raises UnknownChild as `restrict` does, LookupError where there is none.
    """
    known = _known_by(settings, asked)
    standing = restrictions.standing(settings)
    lifted = {line.restriction_id for line in standing if line.identifier in known.hashes}
    if not lifted:
        raise LookupError("No restriction of this child stands.")
    by, at = said_by or provenance.actor(), provenance.now()
    lines = [line for line in standing if line.restriction_id in lifted]
    restrictions.append(settings, [replace(line, is_lifted=True, said_at=at, said_by=by) for line in lines])
    return len(lifted)


def _known_by(settings: Settings, asked: str) -> Known:
    asked = asked.strip()
    is_upn = bool(UPN.fullmatch(asked))
    with workspace(settings, with_build=settings.build_file.exists()) as connection:
        found = {("upn", _hash(connection, f"upn|{asked.upper()}"))} if is_upn else set()
        if not settings.build_file.exists():
            if not is_upn:
                raise subject.UnknownChild("There is no build yet: say whom by a UPN.")
            return Known(frozenset(found), False)
        try:
            who = subject.resolve(connection, asked)
        except subject.UnknownChild:
            if not is_upn:
                raise
            return Known(frozenset(found), False)
        texts = connection.execute(
            f"""
            select identifier_kind, identifier_kind || '|' || identifier from {subject.KNOWN_BY}
            where {subject.OF_THE_CHILD} and identifier_kind in ('upn', 'person')
            """,
            {"keys": list(who.current_keys)},
        ).fetchall()
        texts += [("person", f"person|{source}/{person_id}") for source, person_id in who.persons]
        found |= {(kind, _hash(connection, text)) for kind, text in texts}
    return Known(frozenset(found), True)


def _hash(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    ((hashed,),) = connection.execute(f"select {identifiers.pseudonym('$text')}", {"text": text}).fetchall()
    return str(hashed)
