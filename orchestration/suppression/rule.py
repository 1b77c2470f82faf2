"""The rule of suppression: below which number of children a count is not told, and how it is kept hidden."""

from dataclasses import dataclass
from datetime import date

import duckdb


@dataclass(frozen=True)
class Rule:
    """Below `threshold` a count of children is small; so many places, at least, are hidden together."""

    threshold: int
    minimum_hidden_places: int
    is_insider_withstood: bool
    rate_decimals: int


def rule_of(connection: duckdb.DuckDBPyConnection, day: date | str, schema: str) -> Rule:
    """The row of ref_suppression_rule, in a schema, that holds on a day. Raises LookupError when not one does."""
    found = connection.execute(
        f"""
        select threshold, minimum_hidden_places, is_insider_withstood, rate_decimals
        from {schema}.ref_suppression_rule
        where valid_from_date <= $day and $day < valid_to_date
        """,
        {"day": day},
    ).fetchall()
    if len(found) != 1:
        raise LookupError(
            f"seeds/reference/ref_suppression_rule.csv has {len(found)} rows for {day}, not one; correct "
            "valid_from_date and valid_to_date, and build. Nothing was published."
        )
    return Rule(*found[0])
