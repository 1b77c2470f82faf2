"""Reads one delivered file, step by step: which contract it keeps, what its name and header state, and its rows."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from expectations.contract.match import Content, Match, NoMatch, choose, sources_by_name, values_in_name
from expectations.contract.model import Contract, load_contracts
from expectations.reference import census_dates
from orchestration.deliveries.candidate import Arrived, Matched, Stated
from orchestration.deliveries.intake import SET_ASIDE
from orchestration.deliveries.problem import DeliveryProblem
from orchestration.deliveries.readers import csv, form, xlsx, xml
from orchestration.deliveries.readers.encoding import as_utf8
from orchestration.deliveries.readers.rows import Rows
from orchestration.settings import Limits

FORMATS = {".csv": "csv", ".xml": "xml", ".xlsx": "xlsx"}


def read(
    arrived: Arrived, limits: Limits, folder: Path, connection: duckdb.DuckDBPyConnection, rows: Rows
) -> Iterator[Matched]:
    """Yield what is known after each step, while its rows go to `rows`; a CSV is read by `connection`.

    Raises DeliveryProblem where it cannot be read on: what was yielded last is what is known of it. This is done by the
    process that `reading` starts, never by the one that has the build open.
    """
    if arrived.archived.bytes > limits.file_bytes:
        raise DeliveryProblem(
            f"the file has {arrived.archived.bytes:,} bytes, at most {limits.file_bytes:,} are read",
            "Split it",
            code="too_large",
            here=f"Or raise EARLYHELP_LIMIT_FILE_BYTES; it is put unread into landing/{arrived.source}/{SET_ASIDE}",
        )
    ending = FORMATS.get(Path(arrived.name).suffix)
    contracts = [c for c in load_contracts() if c.source == arrived.source and c.format == ending]
    if not contracts:
        known = sorted({c.format for c in load_contracts() if c.source == arrived.source})
        raise DeliveryProblem(
            f"{arrived.source} sends no {f'.{ending}' if ending else 'file with such an ending'}",
            f"Send {' or '.join(f'.{ending}' for ending in known)}",
            code="name_unknown",
        )
    try:
        if ending == "csv":
            yield from _read_csv(arrived, contracts, limits, folder, connection, rows)
        elif ending == "xml":
            yield from _read_xml(arrived, contracts, limits, rows)
        else:
            yield from _read_xlsx(arrived, contracts, limits, rows)
    except NoMatch as no_match:
        remedy = _elsewhere(arrived) or no_match.remedy
        raise DeliveryProblem(no_match.what, remedy, code=no_match.code, here=no_match.here) from None


def _read_csv(
    arrived: Arrived,
    contracts: list[Contract],
    limits: Limits,
    folder: Path,
    connection: duckdb.DuckDBPyConnection,
    rows: Rows,
) -> Iterator[Matched]:
    allowed = tuple({encoding for contract in contracts for encoding in contract.encodings})
    with as_utf8(arrived.archived.path, allowed, folder) as readable:
        content = csv.peek(readable, contracts[0].delimiter, limits)
        with form.of_csv(readable, contracts[0].delimiter):
            match = choose(contracts, arrived.name, content)
        stated = Stated(scope=match.values_in_name.get("school_id"), part=_part(match) or match.file.kind)
        yield (known := Matched(arrived, match, stated, headings_not_read=_not_read(match, content)))
        yield replace(known, stated=_dated(match, stated))
        csv.read(connection, readable, match, {**_stated_by_name(match), **_census(match)}, limits, rows)


def _read_xml(arrived: Arrived, contracts: list[Contract], limits: Limits, rows: Rows) -> Iterator[Matched]:
    file = arrived.archived.path
    if arrived.archived.bytes > limits.return_bytes:
        raise DeliveryProblem(
            f"the return has {arrived.archived.bytes:,} bytes, at most {limits.return_bytes:,} are read",
            "Send a return for each school, or one month of one authority",
            code="too_large",
            here="If this one is right, raise EARLYHELP_LIMIT_RETURN_BYTES",
        )
    xml.refuse_doctype(file, contracts[0])
    content, header = xml.peek(file, contracts, limits)
    match = choose(contracts, arrived.name, content)
    yield Matched(arrived, match)
    says = match.values_in_name
    if any(says.get(part, value).replace("-", "") != value.replace("-", "") for part, value in header.says.items()):
        raise DeliveryProblem(
            f"the name does not agree with the header, by which it would be {header.named}",
            "Find out what it is a return of, and name it so",
            code="contract_unmet",
        )
    match = replace(match, values_in_name={**says, **header.says})
    stated = Stated(scope=header.scope, part=_part(match))
    yield Matched(arrived, match, stated)
    stated = replace(
        stated,
        extract_date=_date(header.reference_date, "the reference date in the header"),
        made_at=datetime.fromisoformat(header.made_at) if header.made_at else None,
        serial_no=int(header.serial_no or says.get("serial_number", "0")) or None,
    )
    yield Matched(arrived, match, stated)
    yield Matched(arrived, match, _dated(match, stated))
    xml.read(file, match.contract, {**header.shared, **_census(match)}, limits, rows)


def _read_xlsx(arrived: Arrived, contracts: list[Contract], limits: Limits, rows: Rows) -> Iterator[Matched]:
    named = any(values_in_name(file, arrived.name) is not None for c in contracts for file in c.files)
    sheets = xlsx.sheets(arrived.archived.path, limits) if named else {}
    content = xlsx.peek(sheets)
    with form.of_workbook(sheets):
        match = choose(contracts, arrived.name, content)
    stated = Stated(part=_part(match))
    yield (known := Matched(arrived, match, stated, headings_not_read=_not_read(match, content)))
    yield (known := replace(known, stated=_dated(match, stated)))
    yield replace(known, sheets=xlsx.read(sheets, match, rows))


def _not_read(match: Match, content: Content) -> tuple[str, ...]:
    """Headings that the contract knows and no table takes."""
    taken = {heading for columns in match.headings.values() for chosen in columns.values() for heading in chosen}
    found = dict.fromkeys(heading for headings in content.headings.values() for heading in headings)
    return tuple(heading for heading in found if heading and heading not in taken)


def _part(match: Match) -> str | None:
    return match.file.part.format(**match.values_in_name) if match.file.part else None


def _stated_by_name(match: Match) -> dict[str, str]:
    """What the kind of file, or the name by a placeholder, says of every row."""
    return {column: value.format(**match.values_in_name) for column, value in match.file.values.items()}


def _census(match: Match) -> dict[str, str]:
    """The census that all rows of a file of one are of."""
    says = match.values_in_name
    return {"census_year": says["year"], "census_term": says["term"]} if match.contract.covers == "census" else {}


def _dated(match: Match, stated: Stated) -> Stated:
    """With extract date, period and what the delivery covers, by its name, the census's calendar or the contract."""
    says, contract, file = match.values_in_name, match.contract, match.file
    if contract.covers == "census":
        dates = census_dates(int(says["year"]), says["term"])
        if dates is None:
            raise DeliveryProblem(
                f"the census of {says['term']} {says['year']} is not in the calendar",
                "Look whether year and term in the name are right",
                code="period_unknown",
                here="A new term is added to seeds/reference/ref_census.csv",
            )
        return replace(
            stated,
            period=f"{says['year']}-{says['term']}",
            extract_date=stated.extract_date or date.fromisoformat(dates["reference_date"]),
            covers_from_date=date.fromisoformat(dates["covers_from_date"]),
            covers_to_date=date.fromisoformat(dates["covers_to_date"]),
        )
    if contract.covers == "academic_year":
        first, second = says["academic_year"].split("-")
        if (int(first) + 1) % 100 != int(second):
            raise DeliveryProblem(
                f"{first}-{second} is no academic year",
                f"Name it like {first}-{(int(first) + 1) % 100:02d}",
                code="period_unknown",
            )
        last_day = date(int(first) + 1, 7, 31)
        return replace(
            stated,
            period=f"{first}/{second}",
            extract_date=last_day,
            covers_from_date=date(int(first), 9, 1),
            covers_to_date=last_day,
        )
    if contract.covers == "month" and stated.extract_date:
        end = stated.extract_date
        return replace(stated, period=f"{end:%Y-%m}", covers_from_date=end.replace(day=1), covers_to_date=end)
    if contract.covers == "year" and stated.extract_date:
        end = stated.extract_date
        return replace(stated, period=says["year"], covers_from_date=_a_year_to(end), covers_to_date=end)
    written = file.extract_date.format(**says) if file.extract_date else says["extract_date"]
    day = _date(written, "the date in the file's name")
    if contract.covers == "calendar_year":
        return replace(
            stated, period=f"{day:%Y}", extract_date=day, covers_from_date=date(day.year - 1, 1, 1), covers_to_date=day
        )
    return replace(stated, extract_date=day, covers_from_date=day, covers_to_date=day)


def _a_year_to(end: date) -> date:
    """The first of the twelve months' days; of those to 28 February of a leap year that day, as there is no 29th."""
    after = end + timedelta(days=1)
    with suppress(ValueError):
        return after.replace(year=after.year - 1)
    return date(after.year - 1, 2, 28)


def _elsewhere(arrived: Arrived) -> str | None:
    """What to do about a file that keeps no contract of its source, if it came into another's folder."""
    sources = sources_by_name(arrived.name)
    if not sources or arrived.source in sources:
        return None
    return f"By its name it is of {' or '.join(sorted(sources))}: deliver it there"


def _date(written: str, where: str) -> date:
    with suppress(ValueError):
        return date.fromisoformat(written)
    raise DeliveryProblem(f"{where} is no date", "Write it as YYYY-MM-DD", code="period_unknown")
