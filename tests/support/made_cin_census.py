"""Censuses of children in need as tests write them: records of invented children, and the return around them."""

from pathlib import Path

from tests.support.made_files import text, upn

YEAR, REFERENCE_DATE = "2026", "2026-03-31"


def episode(
    referral: str = "2025-09-01", closure: str = "", reason: str = "", more: str = "", nothing_followed: str = "0"
) -> str:
    """An episode of need, with what stands within it."""
    closed = f"<CINclosureDate>{closure}</CINclosureDate>" if closure else ""
    why = f"<ReasonForClosure>{reason}</ReasonForClosure>" if reason else ""
    return (
        f"<CINdetails><CINreferralDate>{referral}</CINreferralDate><ReferralSource>2A</ReferralSource>"
        f"<PrimaryNeedCode>N1</PrimaryNeedCode>{closed}{why}<ReferralNFA>{nothing_followed}</ReferralNFA>{more}</CINdetails>"
    )


def protection_plan(start: str, end: str = "") -> str:
    ended = f"<CPPendDate>{end}</CPPendDate>" if end else ""
    return f"<ChildProtectionPlans><CPPstartDate>{start}</CPPstartDate>{ended}</ChildProtectionPlans>"


def child(n: int, details: str = "", identifiers: str | None = None, born: str = "2014-03-01") -> str:
    """A record: by its number, with its episodes; `identifiers` take the place of its UPN."""
    numbers = f"<UPN>{upn(n)}</UPN>" if identifiers is None else identifiers
    return (
        f"<Child><ChildIdentifiers><LAchildID>SC{n:06d}</LAchildID>{numbers}"
        f"<PersonBirthDate>{born}</PersonBirthDate><Sex>F</Sex></ChildIdentifiers>"
        f"<ChildCharacteristics><Ethnicity>NOBT</Ethnicity></ChildCharacteristics>{details or episode()}</Child>\n"
    )


def cin_census(
    children: list[str],
    year: str = YEAR,
    reference_date: str = REFERENCE_DATE,
    sent: str = "2026-06-09T09:00:00",
    collection: str = "CIN",
    la_code: str = "999",
) -> str:
    """The return of a year."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Message><Header><CollectionDetails>'
        f"<Collection>{collection}</Collection><Year>{year}</Year><ReferenceDate>{reference_date}</ReferenceDate></CollectionDetails><Source><SourceLevel>L"
        f"</SourceLevel><LEA>{la_code}</LEA><SerialNo>1</SerialNo><DateTime>{sent}</DateTime></Source></Header>\n"
        f"<Children>{''.join(children)}</Children></Message>\n"
    )


def cin_census_xml(folder: Path, content: str, year: str = YEAR) -> Path:
    return text(folder / f"cin_census_{year}.xml", content)
