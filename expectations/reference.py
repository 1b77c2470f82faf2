"""What contracts take from the project around them: code sets and calendars of the seeds, forms of dates."""

import re
from functools import cache

import yaml

from expectations.council import overlay, seed
from expectations.council.seed import PROJECT


@cache
def codes(code_set: str) -> tuple[str, ...]:
    """The distinct codes of '<seed>.<column>' or '<seed>.<column>[<column>=<value>]', in no order of rank.

    Retired codes are among them: a code once in force is known; whether it should still arrive is a gate's question.
    """
    found = re.fullmatch(r"(ref_\w+)\.(\w+)(?:\[(\w+)=(\w+)\])?", code_set)
    if found is None:
        raise ValueError(f"{code_set} names no code set: write <seed>.<column>, or <seed>.<column>[<column>=<value>]")
    name, column, condition, value = found.groups()
    rows = _rows(name)
    return tuple(sorted({row[column] for row in rows if not condition or row[condition] == value} - {""}))


@cache
def census_dates(year: int, term: str) -> dict[str, str] | None:
    """reference_date, covers_from_date, covers_to_date of a census as ISO text; None when ref_census lacks the term."""
    for row in _rows("ref_census"):
        if (row["census_year"], row["census_term"]) == (str(year), term):
            return {
                "reference_date": row["reference_date"],
                "covers_from_date": row["term_from_date"],
                "covers_to_date": row["summer_half_term_2_to_date"] or row["term_to_date"],
            }
    return None


def flags(population: str = "school_age") -> list[str]:
    """The codes of the flags of a population that are on, in order of the alphabet."""
    of_population = codes(f"ref_flag.flag_code[population_code={population}]")
    return sorted(set(codes("ref_flag.flag_code[is_on=true]")) & set(of_population))


def flag_names() -> dict[str, str]:
    """What professionals call each flag, by its code; those that are off too."""
    return {row["flag_code"]: row["flag_name"] for row in _rows("ref_flag")}


@cache
def takes_free_text(source: str) -> bool:
    """Whether a file of a source may come with a column of free text, by its class; of no class, it may not."""
    classes = {row["source"]: row["class_code"] for row in _rows("ref_source")}
    return classes.get(source) in codes("ref_sensitivity_class.class_code[takes_free_text=true]")


def sources_in_use() -> frozenset[str]:
    """The sources that the council has: those of ref_source."""
    return frozenset(codes("ref_source.source"))


@cache
def date_formats() -> tuple[str, ...]:
    """The forms a date may take, from dbt_project.yml, where staging finds them too."""
    project = yaml.safe_load((PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))
    return tuple(project["vars"]["date_formats"])


def _rows(name: str) -> list[seed.Row]:
    return seed.rows(overlay.seeds() / f"{name}.csv")
