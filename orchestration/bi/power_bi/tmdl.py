"""Objects of a semantic model in TMDL: Microsoft's text form, in which depth is said by tabs."""

from collections.abc import Iterable, Iterator

from orchestration.bi.names import uuid
from orchestration.bi.power_bi import dax
from orchestration.bi.semantics import Column, Mart, labelled
from orchestration.build.relations import Relation

TYPES = {"string": "string", "bigint": "int64", "integer": "int64", "boolean": "boolean", "date": "dateTime"}
FORMATS = {"share": "0.0%", "gbp": "£#,0", "days": "#,0", "count": "#,0", "number": "#,0.00"}
PARAMETER = "ParquetFolder"
ORDER = {("dim_flag", "flag_name"): "display_order"}
"""By which column text of the star is put in order; a mart says it of itself."""


def table(name: str, schema: str, columns: Iterable[Column], joining: set[str], mart: Mart | None = None) -> str:
    """A table of Parquet with its columns. A mart's numbers are hidden behind the measures that add them up, and what
    joins (`joining`) behind the table that is joined: a filter on that one cuts every table.
    """
    measured = {*mart.additive, *mart.ratios, *mart.not_additive} if mart else set()
    lines = _described(mart.description, 0) if mart else []
    lines += [f"table {name}", f"\tlineageTag: {uuid('table', name)}", ""]
    if mart:
        lines += [line for each in _measures(mart) for line in each]
    for column in columns:
        order = mart.sort_by.get(column.name) if mart else ORDER.get((name, column.name))
        lines += _column(name, column, column.is_key or column.name in joining | measured, order)
    lines += [
        f"\tpartition {name} = m",
        "\t\tmode: import",
        "\t\tsource =",
        "\t\t\t\tlet",
        f'\t\t\t\t    Source = Parquet.Document(File.Contents({PARAMETER} & "\\{schema}\\{name}.parquet"))',
        "\t\t\t\tin",
        "\t\t\t\t    Source",
        "",
    ]
    return "\n".join(lines)


def relationships(relations: Iterable[Relation]) -> str:
    """Every relation, many to one, filtered from the one."""
    lines: list[str] = []
    for each in relations:
        lines += [f"relationship {uuid('relation', f'{each.table}.{each.column}')}"]
        lines += [] if each.is_active else ["\tisActive: false"]
        lines += [f"\tfromColumn: {each.table}.{each.column}", f"\ttoColumn: {each.to_table}.{each.to_column}", ""]
    return "\n".join(lines)


def model(tables: Iterable[str]) -> str:
    """The model and the tables that it has."""
    head = ["model Model", "\tculture: en-GB", "\tdefaultPowerBIDataSourceVersion: powerBI_V3", ""]
    return "\n".join([*head, *(f"ref table {name}" for name in tables), ""])


def database() -> str:
    return "database\n\tcompatibilityLevel: 1567\n"


def expressions(folder: str) -> str:
    """The one parameter: where the release's Parquet lies as Power BI sees it."""
    asked = 'meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]'
    return f'expression {PARAMETER} = "{folder}" {asked}\n\tlineageTag: {uuid("expression", PARAMETER)}\n'


def measure_name(mart: Mart, name: str) -> str:
    """What a measure is called: unique in the whole model, so with its mart."""
    return f"{labelled(mart.name.removeprefix('mart_'))}: {labelled(name)}"


def _measures(mart: Mart) -> Iterator[list[str]]:
    for name in (*mart.additive, *mart.ratios, *mart.not_additive):
        column = mart.column(name)
        kind = "Sums" if name in mart.additive else "Ratios" if name in mart.ratios else "Single rows"
        yield _measure(mart, name, dax.measure(mart, name), FORMATS[column.unit], column.description, kind)
    if mart.row_count:
        description = f"How many rows: each is one of the {mart.row_count}."
        yield _measure(mart, mart.row_count, dax.rows(mart), FORMATS["count"], description, "Rows")


def _measure(mart: Mart, name: str, expression: str, shown: str, description: str, folder: str) -> list[str]:
    called = measure_name(mart, name)
    return [
        *_described(description, 1),
        f"\tmeasure '{called}' = {expression}",
        f"\t\tformatString: {shown}",
        f"\t\tdisplayFolder: {folder}",
        f"\t\tlineageTag: {uuid('measure', called)}",
        "",
    ]


def _column(table: str, column: Column, is_hidden: bool, order: str | None) -> list[str]:
    kind = "double" if column.data_type.startswith(("decimal", "double")) else TYPES.get(column.data_type, "dateTime")
    lines = [*_described(column.description, 1), f"\tcolumn {column.name}", f"\t\tdataType: {kind}"]
    lines += ["\t\tisHidden"] if is_hidden else []
    if kind == "dateTime":
        lines += ["\t\tformatString: dd/mm/yyyy"]
    elif column.is_number:
        lines += [f"\t\tformatString: {'0' if column.unit == 'count' else FORMATS[column.unit]}"]
    lines += [f"\t\tlineageTag: {uuid('column', f'{table}.{column.name}')}", "\t\tsummarizeBy: none"]
    lines += [f"\t\tsourceColumn: {column.name}"]
    lines += [f"\t\tsortByColumn: {order}"] if order else []
    return [*lines, ""]


def _described(text: str, depth: int) -> list[str]:
    return ["\t" * depth + f"/// {text}"] if text else []
