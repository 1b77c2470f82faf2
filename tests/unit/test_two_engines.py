"""The SQL of the project says the same on DuckDB and on Apache Spark: what differs stands behind a macro with a twin.

Read here is the text before dbt makes SQL of it, so that it needs neither engine; that the tables are equal is shown by
tests/spark.
"""

import re
from collections.abc import Iterator

from orchestration.settings import PROJECT

JINJA = re.compile(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
OF_ONE_ENGINE = re.compile(r"\{%-? macro (?:default|duckdb|spark)__.*?endmacro -?%\}", re.DOTALL)
SPARKS_ALONE = {"macros/cleaning.sql": {"translate", "regexp_replace"}}
"""Functions in parts of a twin that have a name of their own."""

WORDS = {
    *(
        "and",
        "as",
        "else",
        "exists",
        "filter",
        "from",
        "group",
        "in",
        "join",
        "not",
        "or",
        "over",
        "sets",
        "values",
        "where",
    ),
    *("decimal", "jinja"),
}
"""What may stand before a bracket and is no function."""

OF_BOTH = {
    *(
        "abs",
        "avg",
        "bool_or",
        "cast",
        "ceil",
        "coalesce",
        "count",
        "floor",
        "greatest",
        "least",
        "max",
        "min",
        "nullif",
    ),
    *("percentile_cont", "power", "round", "sqrt", "sum", "grouping"),
    *("first_value", "lag", "lead", "rank", "row_number"),
    *(
        "array_sort",
        "concat_ws",
        "left",
        "length",
        "lower",
        "lpad",
        "md5",
        "replace",
        "right",
        "substr",
        "trim",
        "upper",
    ),
    *("date_trunc", "extract", "make_date", "getvariable"),
}
"""Functions that both engines know and that answer the same, as they are used here. getvariable is for SQL that is made
for every day, which is DuckDB's way alone."""

SILENT = {
    r"\bconcat\s*\(": "null makes null on Spark, and is passed over on DuckDB: concat_ws, or ||",
    r"\[\s*\d+\s*\]": "counts from one on DuckDB, from nought on Spark: first_of_array",
    r"\bvarchar\b": "has no meaning without a length on Spark: string",
    r"\bignore nulls\b": "stands inside on DuckDB, behind on Spark: last_known",
    r"::": "is a cast on DuckDB alone: cast",
    r" ~ ": "is a pattern on DuckDB, and turns bits on Spark",
    r"\b[lr]trim\s*\(": "of two arguments reads them the other way round on Spark: trim(trailing … from …)",
}
"""What both may read and mean differently, or what one of them does not know, and what is written in its place."""


def texts() -> Iterator[tuple[str, str]]:
    """Each file of SQL with what stands in it besides Jinja, comments, and the contents of its texts."""
    for folder in ("models", "snapshots", "macros", "tests/dbt"):
        for path in sorted((PROJECT / folder).rglob("*.sql")):
            text = OF_ONE_ENGINE.sub("", path.read_text()) if folder == "macros" else path.read_text()
            text = re.sub(r"--.*", "", JINJA.sub(" jinja ", text))
            yield str(path.relative_to(PROJECT)), re.sub(r"'[^']*'", "''", text)


def test_functions_are_those_that_both_engines_know() -> None:
    found = {
        f"{name} in {file}"
        for file, text in texts()
        # The name of a CTE may stand before its columns.
        for name in set(re.findall(r"\b([a-z_0-9]+)\s*\(", re.sub(r"with recursive \w+|\bpairs\b", "", text)))
        if name not in WORDS | OF_BOTH | SPARKS_ALONE.get(file, set())
        and not (name == "regexp_replace" and file.startswith("models/staging/early_years_census/"))
    }
    assert not found


def test_nothing_is_said_that_the_engines_understand_differently() -> None:
    assert not [
        f"{file}: {why}" for file, text in texts() for pattern, why in SILENT.items() if re.search(pattern, text)
    ]


def test_types_are_those_that_both_engines_know() -> None:
    files = [path for folder in ("models", "seeds", "snapshots") for path in (PROJECT / folder).rglob("*.yml")]
    assert files
    assert not [str(path) for path in files if re.search(r"\bvarchar\b", path.read_text())]
