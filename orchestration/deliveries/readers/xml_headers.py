"""What the header of an XML return says: a census of a term, an authority's young people of a month, its children in
need of a year."""

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from lxml import etree

from expectations.contract.model import Contract
from expectations.contract.words import same_heading
from orchestration.deliveries.problem import DeliveryProblem

COLLECTIONS = {"School Census": {"schoolcensus", "sc"}, "CIN": {"cin", "cincensus", "childreninneed"}}
"""What returns call the School Census, and the census of children in need, as headings are compared."""

TERMS = {"AUT": "autumn", "SPR": "spring", "SUM": "summer"}


@dataclass(frozen=True)
class Header:
    """What a return says of itself. `says` are the values that its name may state too, `shared` those of all its rows.

    `census` is '2026-spring' for one of a census, `named` what its file would be called; `made_at` and `serial_no` are
    empty where it does not say them.
    """

    scope: str
    reference_date: str
    says: Mapping[str, str]
    named: str
    census: str | None = None
    shared: Mapping[str, str] = field(default_factory=dict)
    made_at: str = ""
    serial_no: str = ""


@dataclass(frozen=True)
class Headed:
    """Which element the header of a return is, where it stands, how it is read, and what to do where it is missing."""

    tag: str
    where: str
    read: Callable[[etree._Element], Header]
    remedy: str


def header_of(contract: Contract) -> Headed:
    """The header that returns of this contract have."""
    return {"month": _OF_MONTH, "year": _OF_YEAR}.get(contract.covers, _OF_CENSUS)


def _census(header: etree._Element) -> Header:
    """Raises DeliveryProblem for a part that is missing or wrong."""
    _ask_collection(header, "School Census", "Send the School Census return of that term")
    values = _values(
        header,
        {
            "year": ("CollectionDetails/Year", _matching("[0-9]{4}")),
            "term": ("CollectionDetails/Term", lambda value: TERMS.get(value.upper()[:3])),
            "reference_date": ("CollectionDetails/ReferenceDate", _matching("[0-9]{4}-[0-9]{2}-[0-9]{2}")),
            "la_code": ("Source/LEA", _matching("[0-9]{3}")),
            "establishment": ("Source/Estab", _matching("[0-9]{4}")),
        },
        "Header",
        _OF_CENSUS.remedy,
    )
    school_id = values["la_code"] + values["establishment"]
    year, term = values["year"], values["term"]
    return Header(
        scope=school_id,
        reference_date=values["reference_date"],
        says={"school_id": school_id, "la_code": values["la_code"], "year": year, "term": term},
        named=f"school_census_{school_id}_{year}_{term}.xml",
        census=f"{year}-{term}",
        shared={"school_id": school_id},
        made_at=_moment(header.findtext("Source/DateTime") or ""),
        serial_no=_serial(header.findtext("Source/SerialNo") or ""),
    )


def _month(header: etree._Element) -> Header:
    """A month ends on its last day. Raises DeliveryProblem for a part that is missing or wrong."""
    values = _values(
        header,
        {
            "database_id": ("Databases/DatabaseID", _matching("[0-9]{3}")),
            "period_end": ("PeriodEnd", _last_of_month),
        },
        "FileHeader",
        _OF_MONTH.remedy,
    )
    end = values["period_end"]
    return Header(
        scope=values["database_id"],
        reference_date=end,
        says={"extract_date": end},
        named=f"nccis_{end}.xml",
        shared={"database_id": values["database_id"], "period_end": end},
        made_at=_moment(header.findtext("DateOfSend") or ""),
    )


def _year(header: etree._Element) -> Header:
    """A year ends on its reference date. Raises DeliveryProblem for a part that is missing or wrong."""
    _ask_collection(header, "CIN", "Send the census of children in need of that year")
    values = _values(
        header,
        {
            "year": ("CollectionDetails/Year", _matching("[0-9]{4}")),
            "reference_date": ("CollectionDetails/ReferenceDate", _matching("[0-9]{4}-[0-9]{2}-[0-9]{2}")),
            "la_code": ("Source/LEA", _matching("[0-9]{3}")),
        },
        "Header",
        _OF_YEAR.remedy,
    )
    return Header(
        scope=values["la_code"],
        reference_date=values["reference_date"],
        says={"year": values["year"]},
        named=f"cin_census_{values['year']}.xml",
        shared={"la_code": values["la_code"]},
        made_at=_moment(header.findtext("Source/DateTime") or ""),
        serial_no=_serial(header.findtext("Source/SerialNo") or ""),
    )


def _ask_collection(header: etree._Element, name: str, remedy: str) -> None:
    """Other collections have pupils in the same elements: what they say is not what this one asks."""
    if same_heading(header.findtext("CollectionDetails/Collection") or "") not in COLLECTIONS[name]:
        raise DeliveryProblem(
            f"Header/CollectionDetails/Collection does not say {name}: it is a return of another collection",
            remedy,
            code="contract_unmet",
        )


_OF_CENSUS = Headed("Header", "Message/Header", _census, "Export the return again from the school's system")
_OF_MONTH = Headed("FileHeader", "FileHeader", _month, "Export the return again from the case system")
_OF_YEAR = Headed("Header", "Message/Header", _year, "Export the return again from the case system")

Clean = Callable[[str], str | None]


def _values(header: etree._Element, wanted: dict[str, tuple[str, Clean]], around: str, remedy: str) -> dict[str, str]:
    values = {}
    for name, (path, clean) in wanted.items():
        value = clean((header.findtext(path) or "").strip())
        if value is None:
            raise DeliveryProblem(f"{around}/{path} is missing or wrong", remedy)
        values[name] = value
    return values


def _matching(pattern: str) -> Clean:
    return lambda value: value if re.fullmatch(pattern, value) else None


def _last_of_month(text: str) -> str | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day.isoformat() if day.day == calendar.monthrange(day.year, day.month)[1] else None


def _moment(text: str) -> str:
    """A date with its time in ISO form, without a zone as headers have it; empty for anything else."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return ""
    return (moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment).isoformat()


def _serial(text: str) -> str:
    return text.strip() if re.fullmatch(r"[0-9]{1,9}", text.strip()) else ""
