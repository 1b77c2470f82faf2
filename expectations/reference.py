"""What contracts take from the project around them: code sets and calendars of the seeds, forms of dates."""

import re
from functools import cache
from typing import Any

import duckdb
import yaml

from expectations.council import overlay
from expectations.council.seed import PROJECT


@cache
def codes(code_set: str) -> tuple[str, ...]:
    """The distinct codes of '<seed>.<column>' or '<seed>.<column>[<column>=<value>]', in no order of rank.

    Retired codes are among them: a code once in force is known; whether it should still arrive is a gate's question.
    """
    found = re.fullmatch(r"(ref_\w+)\.(\w+)(?:\[(\w+)=(\w+)\])?", code_set)
    if found is None:
        raise ValueError(f"{code_set} names no code set: write <seed>.<column>, or <seed>.<column>[<column>=<value>]")
    seed, column, condition, value = found.groups()
    where = f'where "{condition}" = $value' if condition else ""
    rows = _query(
        f'select distinct "{column}" from read_csv($path, all_varchar = true, header = true) {where} order by all',
        {"path": str(overlay.seeds() / f"{seed}.csv"), **({"value": value} if condition else {})},
    )
    return tuple(code for (code,) in rows if code is not None)


@cache
def census_dates(year: int, term: str) -> dict[str, str] | None:
    """reference_date, covers_from_date, covers_to_date of a census as ISO text; None when ref_census lacks the term."""
    rows = _query(
        "select reference_date, term_from_date, coalesce(summer_half_term_2_to_date, term_to_date) "
        "from read_csv($path, all_varchar = true, header = true) where census_year = $year and census_term = $term",
        {"path": str(overlay.seeds() / "ref_census.csv"), "year": str(year), "term": term},
    )
    return dict(zip(("reference_date", "covers_from_date", "covers_to_date"), rows[0], strict=True)) if rows else None


def flags() -> list[str]:
    """The codes of the flags that are on, in order of the alphabet."""
    return sorted(codes("ref_flag.flag_code[is_on=true]"))


def flag_names() -> dict[str, str]:
    """What professionals call each flag, by its code; those that are off too."""
    return dict(
        _query(
            "select flag_code, flag_name from read_csv($path, all_varchar = true, header = true)",
            {"path": str(overlay.seeds() / "ref_flag.csv")},
        )
    )


@cache
def takes_free_text(source: str) -> bool:
    """Whether a file of a source may come with a column of free text, by its class; of no class, it may not."""
    classes = dict(
        _query(
            "select source, class_code from read_csv($path, all_varchar = true, header = true)",
            {"path": str(overlay.seeds() / "ref_source.csv")},
        )
    )
    return classes.get(source) in codes("ref_sensitivity_class.class_code[takes_free_text=true]")


def sources_in_use() -> frozenset[str]:
    """The sources that the council has: those of ref_source."""
    return frozenset(codes("ref_source.source"))


@cache
def date_formats() -> tuple[str, ...]:
    """The forms a date may take, from dbt_project.yml, where staging finds them too."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    return tuple(project["vars"]["date_formats"])


def _query(sql: str, parameters: dict[str, str]) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql, parameters).fetchall()
