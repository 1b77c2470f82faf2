"""The invented extract of a new source: a module of synthetic/extracts that draws its rows from the invented county."""

import json
import re
from collections.abc import Sequence
from textwrap import fill

from expectations.contract.model import Column, Contract, Table
from expectations.reference import codes
from orchestration.sources.proposal import FILL_IN

OF_THE_CHILD = {
    "upn": "upn",
    "former_upn": "former_upn",
    "surname": "surname",
    "forename": "forename",
    "birth_date": "strftime(birth_date, '%d/%m/%Y')",
    "sex": "sex",
    "ethnicity_code": "ethnicity_code",
    "address_line": "address_line",
    "postcode": "postcode",
    "lsoa_code": "lsoa_code",
    "school_id": "school_id[:3] || '/' || school_id[4:]",
}
"""What the invented education system says of a child, under the names of our columns."""


def extract_py(contract: Contract) -> str:
    """The module synthetic/extracts/<source>.py; its rates and codes are to be made like the real ones."""
    queries = {table.name.upper(): _query(contract, table) for table in contract.tables.values()}
    written = "".join(f'{name} = """\n{query}\n"""\n\n' for name, query in queries.items())
    if contract.format == "xlsx":
        sheets = ", ".join(f'"{table.sheet or table.name}": {table.name.upper()}' for table in contract.tables.values())
        book = f'folder / f"{contract.source}_{{as_of}}.xlsx"'
        made = f"    sheets = {{{sheets}}}\n    return [write_workbook(connection, sheets, {book}, as_of)]"
        writer = "write_workbook"
    else:
        between = "" if contract.delimiter == "," else f", {json.dumps(contract.delimiter)}"
        files = [
            f'        write_csv(connection, {file.table.upper()}, folder / f"{_written_name(file.names[0])}"{between}),'
            for file in contract.files
            if file.table
        ]
        made, writer = "    return [\n" + "\n".join(files) + "\n    ]", "write_csv"
    return (
        f'"""{FILL_IN}: what is invented, and at which rates, with the source of each rate."""\n\n'
        "import datetime as dt\nfrom pathlib import Path\n\nimport duckdb\n\n"
        f"from synthetic.extracts.files import {writer}\n\n{written}\n"
        "def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:\n"
        f"{made}\n"
    )


def _written_name(template: str) -> str:
    return template.replace("{extract_date}", "{as_of}")


def _query(contract: Contract, table: Table) -> str:
    """Of the same children in the same order for every table, so that rows of one name those of another."""
    source = contract.source
    columns = [column for each in contract.tables.values() for column in each.columns]
    needed = dict.fromkeys(column.name for column in columns if column.required and column.name in OF_THE_CHILD)
    conditions = "".join(f"\n        and pupils.{name} is not null" for name in needed if name != "school_id")
    headed = ((column, column.aliases[0] if column.aliases else column.name) for column in table.columns)
    selected = ",\n    ".join(
        fill(f'{_value(source, table, column)} as "{heading}"', 100, subsequent_indent="        ")
        for column, heading in headed
    )
    return (
        "with chosen as (\n    select\n        pupils.*, schools.school_id, getvariable('as_of') as day,\n"
        "        row_number() over (order by pupils.child_n) as n\n    from synergy_pupil as pupils\n    inner join (\n"
        "        select child_n, min(school_id) as school_id from synergy_enrolment group by child_n\n"
        "    ) as schools on pupils.child_n = schools.child_n\n"
        f"    where\n        chance('{source}', pupils.child_n) < 0.1{conditions}\n)\n\n"
        f"select\n    {selected}\nfrom chosen\norder by n"
    )


def _value(source: str, table: Table, column: Column) -> str:
    """SQL of a value that keeps the column's rules, of a row of `chosen`."""
    purpose = f"{source} {column.name}"
    choice = _choice(column)
    if column.name in OF_THE_CHILD and not (column.name == "sex" and choice and not {"M", "F"} <= set(choice)):
        return OF_THE_CHILD[column.name]
    if choice:
        listed = ", ".join("'" + code.replace("'", "''") + "'" for code in choice)
        return f"[{listed}][1 + draw('{purpose}', child_n, {len(choice)})]"
    if column.type == "upn":
        return "upn"
    if column.type == "uln":
        return "uln(child_n)"
    if column.type == "date":
        return f"strftime(draw_day('{purpose}', child_n, day - 300, day), '%d/%m/%Y')"
    if column.type == "boolean":
        return f"if(chance('{purpose}', child_n) < 0.5, 'Y', 'N')"
    if column.type in ("integer", "number"):
        least = int(column.min or 0)
        return f"{least} + draw('{purpose}', child_n, {int(column.max or least + 9) - least + 1})"
    if found := re.fullmatch(r"\\d\{(\d+)\}", column.pattern or ""):
        return f"lpad((1000 + n)::varchar, {found[1]}, '0')"
    if column.pattern:
        return f"'{FILL_IN}'" if column.required else "null"
    is_identifier = column.name in table.key or any(column.name in each.columns for each in table.references)
    if is_identifier or column.required or column.name.endswith(("_id", "_ref")):
        return f"'{column.name.split('_')[0].upper()}' || n"
    return "null"


def _choice(column: Column) -> Sequence[str]:
    """The codes that a value is one of; nothing where it is free."""
    if column.codes:
        return sorted(codes(column.codes))
    pattern = (column.pattern or "").removeprefix("(?i)")
    return pattern.split("|") if re.fullmatch(r"[\w &-]+(\|[\w &-]+)+", pattern) else []
