"""The staging of a new source: its raw tables declared to dbt, a model of each, and a unit test of what it cleans."""

import json
from collections.abc import Iterable, Mapping

from expectations.contract.model import Column, Contract, Table
from expectations.reference import codes
from orchestration.sources.proposal import FILL_IN

IDS, TEXT, NUMBERS, BOOLEANS, DATES = "ids", "text", "numbers", "booleans", "dates"
SHARED = ("upn", "school_id", "birth_date", "identity_id", "delivery_id", "extract_date", "row_number_in_file")
"""Columns that mean the same in every source: what they are stands once, in models/docs/columns.md."""
EXAMPLE_UPN, EXAMPLE_DAY, EXAMPLE_SCHOOL = "A123456789012", "01/09/2014", "838/4001"


def sources_yml(contract: Contract) -> str:
    """models/staging/<source>/_<source>__sources.yml."""
    lines = [
        "version: 2",
        "",
        "# Only staging reads these. Rows are text as delivered; the loader adds the delivery, its extract date and "
        "the place in the file.",
        "sources:",
        f"  - name: {contract.source}",
        "    schema: raw",
        f'    description: "{contract.title}"',
        "    tables:",
    ]
    for table in contract.tables.values():
        lines += [
            f"      - name: {table.name}",
            f"        identifier: {contract.source}__{table.name}",
            f'        description: "One row per {FILL_IN}."',
        ]
    return "\n".join(lines) + "\n"


def model_sql(contract: Contract, table: Table) -> str:
    """stg_<source>__<table>.sql: renamed, cast and cleaned, of the delivery in force."""
    groups: dict[str, list[str]] = {IDS: [], TEXT: [], NUMBERS: [], BOOLEANS: [], DATES: []}
    for column in table.columns:
        groups[_group(column)].append(f"{_expression(column)} as {column.name}")
        if column.name == "upn":
            groups[IDS].append(f"{_identity(table)} as identity_id")
    selected = [f"        -- {group}\n        " + ",\n        ".join(lines) for group, lines in groups.items() if lines]
    delivery = (
        "        -- delivery\n        _delivery_id as delivery_id,\n        _extract_date as extract_date,\n"
        "        _row_number as row_number_in_file"
    )
    return (
        f"with source as (\n\n    select * from {{{{ source('{contract.source}', '{table.name}') }}}}\n"
        f"    where {{{{ in_force('{contract.source}', '{table.name}') }}}}\n\n),\n\nrenamed as (\n\n    select\n"
        + ",\n\n".join([*selected, delivery])
        + "\n    from source\n\n)\n\nselect * from renamed\n"
    )


def model_yml(contract: Contract, table: Table) -> str:
    """The description of the model, its columns, and a unit test of a row in force beside one that is superseded."""
    name = f"stg_{contract.source}__{table.name}"
    key = ", ".join(table.key) or "delivery_id and row_number_in_file"
    watched = "[" + ", ".join(table.key or ("delivery_id", "row_number_in_file")) + "]"
    lines = [
        "version: 2",
        "",
        "models:",
        f"  - name: {name}",
        f'    description: "**Grain** one row per {FILL_IN}. **Key** {key} (kept by the source, watched here). '
        f'**Business rules** of the extract in force; {FILL_IN}."',
        "    data_tests:",
        "      - never_null: {arguments: {columns: [delivery_id]}}",
        "      - unique_combination:",
        f"          arguments: {{columns: {watched}}}",
        "          config: {severity: warn}",
        "    columns:",
    ]
    for column in _columns(table):
        lines += [f"      - name: {column}", f'        description: "{_described(column)}"']
    given = {column.name: _raw(column) for column in table.columns} | {"_delivery_id": "d"}
    older = {name: value for name, value in given.items() if name != "_delivery_id"} | {"_delivery_id": "superseded"}
    expected = {column.name: _clean(column) for column in table.columns}
    if "upn" in expected:
        has_birth = "birth_date" in expected
        expected["identity_id"] = f"{EXAMPLE_UPN}|{'2014-09-01' if has_birth else '?'}"
    lines += [
        "",
        "unit_tests:",
        f"  - name: {name}__values_are_cleaned_and_an_older_extract_does_not_count",
        '    description: "Text loses the spaces around it, days are days however they are written, and of two '
        'extracts the one in force speaks."',
        f"    model: {name}",
        "    given:",
        "      - {input: \"source('ops', 'delivery_in_force')\", "
        f"rows: [{{table_name: {contract.source}__{table.name}, delivery_id: d}}]}}",
        f"      - input: source('{contract.source}', '{table.name}')",
        "        rows:",
        f"          - {_row(given)}",
        f"          - {_row(older)}",
        "    expect:",
        "      rows:",
        f"        - {_row(expected)}",
    ]
    return "\n".join(lines) + "\n"


def _columns(table: Table) -> Iterable[str]:
    for column in table.columns:
        yield column.name
        if column.name == "upn":
            yield "identity_id"
    yield from ("delivery_id", "extract_date", "row_number_in_file")


def _described(column: str) -> str:
    return f"{{{{ doc('{column}') }}}}" if column in SHARED else f"{FILL_IN}: what {column} says."


def _group(column: Column) -> str:
    if column.type in ("integer", "number") and not column.codes:
        return NUMBERS
    if column.type in ("date", "boolean"):
        return DATES if column.type == "date" else BOOLEANS
    is_id = column.type in ("upn", "uln") or column.name.endswith(("_id", "_ref")) or column.name == "school_id"
    return IDS if is_id else TEXT


def _expression(column: Column) -> str:
    macro = {"upn": "clean_upn", "date": "parse_date", "boolean": "parse_boolean"}.get(column.type, "clean_text")
    if column.type in ("integer", "number") and not column.codes:
        macro = "parse_count" if column.type == "integer" else "parse_number"
    elif column.name == "school_id":
        macro = "clean_school_id"
    elif column.name == "postcode":
        macro = "clean_postcode"
    return f"{{{{ {macro}('{column.name}') }}}}"


def _identity(table: Table) -> str:
    names = {column.name for column in table.columns}
    birth = "parse_date('birth_date')" if "birth_date" in names else "'cast(null as date)'"
    school = "clean_school_id('school_id')" if "school_id" in names else "'cast(null as string)'"
    return f"{{{{ identity_id(clean_upn('upn'), {birth}, {school}) }}}}"


def _raw(column: Column) -> str:
    """A value as it might be delivered, with what staging takes off."""
    match column.type:
        case "upn":
            return EXAMPLE_UPN.lower()
        case "date":
            return EXAMPLE_DAY
        case "boolean":
            return "Y"
        case "integer" | "number" if not column.codes:
            return "3.0"
    if column.codes:
        return f" {sorted(codes(column.codes))[0]}"
    return (
        EXAMPLE_SCHOOL
        if column.name == "school_id"
        else "zz11zz"
        if column.name == "postcode"
        else f" {column.name} 1 "
    )


def _clean(column: Column) -> str | int | float | bool:
    match column.type:
        case "upn":
            return EXAMPLE_UPN
        case "date":
            return "2014-09-01"
        case "boolean":
            return True
        case "integer" if not column.codes:
            return 3
        case "number" if not column.codes:
            return 3.0
    if column.name in ("school_id", "postcode"):
        return {"school_id": EXAMPLE_SCHOOL.replace("/", ""), "postcode": "ZZ1 1ZZ"}[column.name]
    return _raw(column).strip()


def _row(values: Mapping[str, str | int | float | bool]) -> str:
    return "{" + ", ".join(f"{name}: {json.dumps(value)}" for name, value in values.items()) + "}"
