"""What a metric is, and the SQL that metrics share: dates as sources write them, seeds before dbt has loaded any."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from expectations.contract.model import Reference
from expectations.contract.row_checks import parsed_date
from expectations.council import overlay


@dataclass(frozen=True)
class Metric:
    """One thing counted: what it is called in a sentence, what to do when it is out of bounds, and its SQL.

    The SQL is one of three: `where` is a share of a table's rows (those of `of`); `measure` makes a query of
    delivery_id, value and detail for a table of a batch; `query` yields value and detail of a build.
    """

    wording: str
    remedy: str
    absent: str = "nothing to judge"
    where: str | None = None
    of: str = "true"
    measure: Callable[["Incoming"], str] | None = None
    query: str | None = None


@dataclass(frozen=True)
class Incoming:
    """A table of the batch that is judged: its name, its columns, and every relation of the build ('raw.…').

    `key` are the columns that tell its rows apart, `references` those of its rows, `referring` those of other tables of
    the source to it. A source `is_one_file` when all its tables come in one; it `is_newest_alone` when each extract
    holds all there is. `rejected_deliveries` are deliveries of the batch that another rule has stopped.
    """

    table: str
    columns: frozenset[str]
    relations: frozenset[str]
    key: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    referring: tuple[tuple[str, Reference], ...] = ()
    is_one_file: bool = False
    is_newest_alone: bool = True
    rejected_deliveries: frozenset[str] = frozenset()

    @property
    def source(self) -> str:
        return self.table.split("__")[0]


def readable_date(column: str) -> str:
    """A text column as date, null where no accepted form fits. ISO is the most frequent, and four times as quick."""
    return f"coalesce(try_cast({column} as date), cast({parsed_date(column)} as date))"


PLACE_FORMS = {
    "school_id": "[0-9]{6,7}",
    "zone_code": "county|unknown|[A-Za-z]{0,4}[0-9]{1,4}",
    "pyramid_code": "[A-Za-z]{0,4}[0-9]{1,4}",
}
"""What identifies a place, so that it may be named in a detail: what a source wrote in such a column may be a child's
name, if its columns slipped."""


def share_of_accepted(incoming: Incoming, wrong: str, of: str, wording: str) -> str:
    """A measure: of the accepted rows of a delivery for which `of` holds, the share that is `wrong`; one is no rate.

    Both are conditions on `rows`; `wording` says in a sentence what is wrong with them.
    """
    return f"""
    select
        delivery_id,
        case when wrong_count > 1 then wrong_count / nullif(row_count, 0) end as value,
        wrong_count || ' of ' || row_count || ' {wording.replace("'", "''")}' as detail
    from (
        select
            rows._delivery_id as delivery_id,
            count(*) filter (where {wrong}) as wrong_count,
            count(*) as row_count
        from incoming."{incoming.table}" as rows
        where len(rows._reasons) = 0 and {of}
        group by rows._delivery_id
    )
    """


def named_place(column: str) -> str:
    """SQL: the identifier of a place, or that it has not the form of one."""
    return f"case when {_is_place(column)} then {column} else 'without the form of a {_plain(column)}' end"


def named_places(column: str, at_most: int, condition: str = "true") -> str:
    """SQL: the first few distinct identifiers of places in a column, in order, as one text; null where there is none.

    What has not the form of one is counted.
    """
    is_place = _is_place(column)
    listed = f"list_slice(list_sort(list(distinct {column}) filter (where {is_place} and {condition})), 1, {at_most})"
    other = f"count(distinct {column}) filter (where not {is_place} and {condition})"
    return (
        f"nullif(concat_ws(', ', nullif(array_to_string({listed}, ', '), ''), "
        f"case when {other} > 0 then {other} || ' without the form of a {_plain(column)}' end), '')"
    )


def _is_place(column: str) -> str:
    return f"regexp_full_match({column}, '{PLACE_FORMS[_plain(column)]}')"


def _plain(column: str) -> str:
    """A column's name without that of its relation."""
    return column.rsplit(".", 1)[-1]


def reference_ctes(sql: str) -> str:
    """The reference seeds that a query names, all text, as leading CTEs that read their files."""
    names = sorted(set(re.findall(r"\bref_\w+", sql)))
    return "".join(
        f"\n{name} as (from read_csv('{overlay.seeds()}/{name}.csv', all_varchar = true))," for name in names
    )
