"""A file on its way in: where its bytes are, which contract it keeps, and what it says of period, school and dates."""

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

import duckdb

from expectations.contract import Contract, load_contracts
from expectations.contract_match import Content, Match, NoMatch, choose, name_says, sources_by_name
from expectations.reference import census_dates
from orchestration.deliveries import names
from orchestration.deliveries.archive import Archived, delivery_id
from orchestration.deliveries.intake import SET_ASIDE
from orchestration.deliveries.limits import Limits
from orchestration.deliveries.problem import Code, DeliveryProblem
from orchestration.deliveries.readers import csv, form, xlsx, xml
from orchestration.deliveries.readers.encoding import as_utf8
from orchestration.deliveries.readers.rows import Rows

FORMATS = {".csv": "csv", ".xml": "xml", ".xlsx": "xlsx"}


@dataclass
class Candidate:
    """A delivery that is being looked at; `problem` is set when it cannot be taken as a whole.

    `rows` are files of its rows by raw table, for as long as the reader that wrote them is open.
    """

    file: Path
    archived: Archived
    source: str
    sequence: int
    received_at: datetime
    arrival: int = 1
    problem: DeliveryProblem | None = None
    gate_reason: str | None = None
    rows_erased: int = 0
    match: Match | None = None
    rows: dict[str, Path] = field(default_factory=dict)
    sheets: dict[str, xlsx.Sheet] = field(default_factory=dict)
    headings_not_read: list[str] = field(default_factory=list)
    values: dict[str, str | None] = field(default_factory=dict)
    extract_date: date | None = None
    made_at: datetime | None = None
    serial_no: int | None = None
    covers_from_date: date | None = None
    covers_to_date: date | None = None
    scope: str | None = None
    period: str | None = None
    part: str | None = None
    status: str | None = None

    @property
    def delivery_id(self) -> str:
        return delivery_id(self.archived.sha256, self.arrival)

    def number(self, arrival: int) -> None:
        """Say the how-manieth delivery of its bytes this is."""
        self.arrival = arrival
        if self.is_of_days:
            self.part = self.delivery_id

    @property
    def is_of_days(self) -> bool:
        """Whether its days supersede days: it supersedes no file as a whole, not even one of the same name."""
        return self.contract is not None and self.contract.covers == "days"

    @cached_property
    def name(self) -> str:
        """What it is called from here on: `file` is for reading and removing alone."""
        return names.known(self.file.name, self.archived.sha256)

    @property
    def is_archived(self) -> bool:
        """Whether its bytes are kept; those of a file that is too large are not."""
        return self.archived.path != self.file

    @property
    def reason(self) -> str | None:
        """Why it is rejected as a whole, if it is."""
        return str(self.problem) if self.problem else self.gate_reason

    @property
    def reason_code(self) -> Code | None:
        """The same in one word of ref_rejection_reason."""
        return self.problem.code if self.problem else "gate_failed" if self.gate_reason else None

    @property
    def contract(self) -> Contract | None:
        return self.match.contract if self.match else None

    @property
    def tables(self) -> list[str]:
        """The raw tables it fills: one for a CSV, all of the contract for a return or a workbook."""
        if self.match is None:
            return []
        table = self.match.file.table
        return [f"{self.source}__{table}"] if table else list(self.match.contract.tables)

    @property
    def may_be_empty(self) -> bool:
        """Whether no rows at all are an answer: a term without exclusions has a block of headings alone."""
        file, tables = self.match.file, [self.match.contract.tables[name] for name in self.tables]
        least = file.min_rows if file.min_rows is not None else max(table.min_rows for table in tables)
        return least == 0


def read(
    candidate: Candidate, limits: Limits, folder: Path, connection: duckdb.DuckDBPyConnection | None = None
) -> None:
    """Choose the contract, read what the name and the header state, and write the rows to files in `folder`.

    A problem is kept with the candidate, with the rows read until then. A CSV is read by `connection`. This is done by
    the process that `reading` starts, never by the one that has the build open.
    """
    rows = Rows(folder, candidate.delivery_id, limits)
    try:
        if candidate.archived.bytes > limits.file_bytes:
            raise DeliveryProblem(
                f"the file has {candidate.archived.bytes:,} bytes, at most {limits.file_bytes:,} are read",
                "Split it",
                code="too_large",
                here=f"Or raise EARLYHELP_LIMIT_FILE_BYTES; it is put unread into landing/{candidate.source}/"
                f"{SET_ASIDE}",
            )
        ending = FORMATS.get(Path(candidate.name).suffix)
        contracts = [c for c in load_contracts() if c.source == candidate.source and c.format == ending]
        if not contracts:
            known = sorted({c.format for c in load_contracts() if c.source == candidate.source})
            raise DeliveryProblem(
                f"{candidate.source} sends no {f'.{ending}' if ending else 'file with such an ending'}",
                f"Send {' or '.join(f'.{ending}' for ending in known)}",
                code="name_unknown",
            )
        if ending == "csv":
            _read_csv(candidate, contracts, limits, folder, connection, rows)
        elif ending == "xml":
            _read_xml(candidate, contracts, limits, rows)
        else:
            _read_xlsx(candidate, contracts, limits, rows)
    except DeliveryProblem as problem:
        candidate.problem = problem
    except NoMatch as no_match:
        remedy = _elsewhere(candidate) or no_match.remedy
        candidate.problem = DeliveryProblem(no_match.what, remedy, code=no_match.code, here=no_match.here)
    finally:
        rows.close()
        candidate.rows = rows.files


def _read_csv(
    candidate: Candidate,
    contracts: list[Contract],
    limits: Limits,
    folder: Path,
    connection: duckdb.DuckDBPyConnection,
    rows: Rows,
) -> None:
    allowed = tuple({encoding for contract in contracts for encoding in contract.encodings})
    with as_utf8(candidate.archived.path, allowed, folder) as readable:
        content = csv.peek(readable, contracts[0].delimiter, limits)
        with form.of_csv(readable, contracts[0].delimiter):
            candidate.match = choose(contracts, candidate.name, content)
        candidate.headings_not_read = _not_read(candidate.match, content)
        candidate.values = dict(candidate.match.file.values)
        candidate.part = candidate.match.file.part or candidate.match.file.kind
        candidate.scope = candidate.match.name_says.get("school_id")
        _dates(candidate)
        csv.read(connection, readable, candidate.match, candidate.values, limits, rows)


def _read_xml(candidate: Candidate, contracts: list[Contract], limits: Limits, rows: Rows) -> None:
    file = candidate.archived.path
    if candidate.archived.bytes > limits.return_bytes:
        raise DeliveryProblem(
            f"the return has {candidate.archived.bytes:,} bytes, at most {limits.return_bytes:,} are read",
            "Send a return for each school",
            code="too_large",
            here="If this one is right, raise EARLYHELP_LIMIT_RETURN_BYTES",
        )
    xml.refuse_doctype(file)
    content, header = xml.peek(file, contracts, limits)
    candidate.match = choose(contracts, candidate.name, content)
    says = candidate.match.name_says
    if any(says.get(part, header[part]) != header[part] for part in ("school_id", "la_code", "year", "term")):
        expected = f"school_census_{header['school_id']}_{header['year']}_{header['term']}.xml"
        raise DeliveryProblem(
            f"the name does not agree with the header, by which it would be {expected}",
            "Find out which school and term it is of, and name it so",
            code="contract_unmet",
        )
    says.update(year=header["year"], term=header["term"])
    candidate.scope = header["school_id"]
    candidate.values = {"school_id": header["school_id"]}
    candidate.extract_date = _date(header["reference_date"], "Header/CollectionDetails/ReferenceDate")
    candidate.made_at = datetime.fromisoformat(header["made_at"]) if header["made_at"] else None
    candidate.serial_no = int(header["serial_no"] or says.get("serial_number", 0)) or None
    _dates(candidate)
    xml.read(file, candidate.match.contract, candidate.values, limits, rows)


def _read_xlsx(candidate: Candidate, contracts: list[Contract], limits: Limits, rows: Rows) -> None:
    named = any(name_says(file, candidate.name) is not None for c in contracts for file in c.files)
    sheets = xlsx.sheets(candidate.archived.path, limits) if named else {}
    content = xlsx.peek(sheets)
    with form.of_workbook(sheets):
        candidate.match = choose(contracts, candidate.name, content)
    candidate.headings_not_read = _not_read(candidate.match, content)
    _dates(candidate)
    candidate.sheets = xlsx.read(sheets, candidate.match, rows)


def _not_read(match: Match, content: Content) -> list[str]:
    """Headings that the contract knows and no table takes."""
    taken = {heading for columns in match.headings.values() for chosen in columns.values() for heading in chosen}
    found = dict.fromkeys(heading for headings in content.headings.values() for heading in headings)
    return [heading for heading in found if heading and heading not in taken]


def _dates(candidate: Candidate) -> None:
    """Extract date, period and what the delivery covers, from its name, the calendars of the census or the contract."""
    says, contract, file = candidate.match.name_says, candidate.match.contract, candidate.match.file
    if file.part:
        candidate.part = file.part.format(**says)
    if contract.covers == "census":
        dates = census_dates(int(says["year"]), says["term"])
        if dates is None:
            raise DeliveryProblem(
                f"the census of {says['term']} {says['year']} is not in the calendar",
                "Look whether year and term in the name are right",
                code="period_unknown",
                here="A new term is added to seeds/reference/ref_census.csv",
            )
        candidate.values |= {"census_year": says["year"], "census_term": says["term"]}
        candidate.period = f"{says['year']}-{says['term']}"
        candidate.extract_date = candidate.extract_date or date.fromisoformat(dates["reference_date"])
        candidate.covers_from_date = date.fromisoformat(dates["covers_from_date"])
        candidate.covers_to_date = date.fromisoformat(dates["covers_to_date"])
    elif contract.covers == "academic_year":
        first, second = says["academic_year"].split("-")
        if (int(first) + 1) % 100 != int(second):
            raise DeliveryProblem(
                f"{first}-{second} is no academic year",
                f"Name it like {first}-{(int(first) + 1) % 100:02d}",
                code="period_unknown",
            )
        candidate.period = f"{first}/{second}"
        candidate.covers_from_date = date(int(first), 9, 1)
        candidate.covers_to_date = candidate.extract_date = date(int(first) + 1, 7, 31)
    else:
        written = file.extract_date.format(**says) if file.extract_date else says["extract_date"]
        candidate.extract_date = _date(written, "the date in the file's name")
        candidate.covers_from_date = candidate.covers_to_date = candidate.extract_date
        if candidate.is_of_days:
            candidate.part = candidate.delivery_id


def _elsewhere(candidate: Candidate) -> str | None:
    """What to do about a file that keeps no contract of its source, if it came into another's folder."""
    sources = sources_by_name(candidate.name)
    if not sources or candidate.source in sources:
        return None
    return f"By its name it is of {' or '.join(sorted(sources))}: deliver it there"


def _date(written: str, where: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise DeliveryProblem(f"{where} is no date", "Write it as YYYY-MM-DD", code="period_unknown") from None
