"""The gates: runs the suites on the deliveries of a batch, or on a build, and says pass, warn or fail.

DuckDB counts, one fused query per table; Great Expectations decides, one validation of a source's suites however many
deliveries there are.
Results hold names of rules, counts, rates, school ids and zone names, and no value of a child's row.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING, Any

from expectations.metrics import catalogue, shape
from expectations.metrics.incoming import Incoming
from expectations.metrics.release import frame as release_frame
from expectations.suites import delivery, release
from expectations.suites.rules import CRITICAL, Rule, Suite
from expectations.verdicts import Counted, broken

if TYPE_CHECKING:
    import duckdb

    from expectations.contract.model import Contract


@dataclass(frozen=True)
class CheckResult:
    """What a gate found: one row of ops.check_result. `outcome` is fail only for a critical rule, else warn or pass."""

    run_id: str
    checked_at: datetime
    suite: str
    delivery_id: str | None
    rule: str
    severity: str
    outcome: str
    observed: float | None
    expected: str
    detail: str

    @property
    def is_blocking(self) -> bool:
        return self.outcome == "fail"


def check_deliveries(connection: "duckdb.DuckDBPyConnection", contract: "Contract", run_id: str) -> list[CheckResult]:
    """Judge the batch that lies in `incoming`, delivery by delivery, with the tolerances of its contract.

    Reads incoming.delivery and incoming."<source>__<table>", and from raw and ops what the deliveries are compared
    with; writes nothing. A result per delivery and rule, for the tables in which the delivery has rows; what concerns
    a census term rather than one delivery has no delivery_id.
    """
    relations = _relations(connection)
    tables = [table for table in contract.tables if f"incoming.{table}" in relations]
    suites = [suite for suite in _suites(contract.source) if f"{contract.source}__{suite.table}" in tables]
    whole = connection.sql(shape.frame_sql(contract, tables)).df()
    of_deliveries = Counted(replace(delivery.SUITE, name=f"{contract.source}.delivery"), whole, "delivery_id")
    counted = [_count(connection, contract, suite, relations) for suite in suites]
    *results, whole_results = _judge(contract.source, [*counted, of_deliveries], run_id)
    # What a delivery that is turned down held is not there to be referred to: the term comes whole or not at all.
    for place, suite in enumerate(suites) if contract.format == "csv" else ():
        so_far = chain(*results, whole_results)
        rejected_deliveries = frozenset(r.delivery_id for r in so_far if r.is_blocking and r.delivery_id)
        about_references = tuple(rule for rule in suite.rules if rule.metric == "rows_without_reference")
        if rejected_deliveries and about_references:
            again = _count(connection, contract, replace(suite, rules=about_references), relations, rejected_deliveries)
            names = {rule.name for rule in about_references}
            kept = [result for result in results[place] if result.rule not in names]
            results[place] = kept + _judge(contract.source, [again], run_id)[0]
    explained = (
        _with_reasons(connection, f"{contract.source}__{suite.table}", found)
        for suite, found in zip(suites, results, strict=True)
    )
    return [*chain.from_iterable(explained), *whole_results]


def _count(
    connection: "duckdb.DuckDBPyConnection",
    contract: "Contract",
    suite: Suite,
    relations: frozenset[str],
    rejected_deliveries: frozenset[str] = frozenset(),
) -> Counted:
    """What the rules of one suite are about, in the deliveries, or the terms, of the batch."""
    table = f"{contract.source}__{suite.table}"
    suite = suite.within(contract.tolerances)
    incoming = _incoming(contract, table, _columns(connection, table), relations, rejected_deliveries)
    if suite.each == "period":
        return Counted(suite, connection.sql(catalogue.period_frame_sql(incoming, suite.metrics)).df(), "period")
    frame = connection.sql(catalogue.frame_sql(incoming, suite.metrics)).df()
    return Counted(suite, frame[frame["row_count"] > 0], "delivery_id")


BEFORE = "release_before"
"""The name under which the release in force is attached to the build that is judged, where there is one."""


def check_release(
    connection: "duckdb.DuckDBPyConnection", run_id: str, as_of: date, accepted: Mapping[str, str] | None = None
) -> list[CheckResult]:
    """Judge the build before it is released: against what was read, against itself, and against the release before.

    One result per rule of `expectations.suites.release.SUITE`. `accepted` are the rules of which an engineer has said
    that the change is true, with who said so and why: they warn instead of stopping.
    """
    frame = connection.sql(release_frame.frame_sql(release.SUITE.metrics, _relations(connection), as_of)).df()
    (results,) = _judge("release", [Counted(release.SUITE, frame.assign(build="build"), "build")], run_id)
    accepted_for = {rule.name: (accepted or {}).get(rule.name) for rule in release.SUITE.rules if rule.may_be_accepted}
    return [
        replace(result, outcome="warn", detail=f"{result.detail} {word}")
        if result.is_blocking and (word := accepted_for.get(result.rule))
        else result
        for result in results
    ]


def _judge(name: str, counted: list[Counted], run_id: str) -> list[list[CheckResult]]:
    """One validation of all that was counted, and of each part a result for each of its rows and rules."""
    to_judge = [one for one in counted if not one.frame.empty]
    breaks = iter(broken(name, to_judge) if to_judge else ())
    checked_at = datetime.now(UTC).replace(tzinfo=None)
    return [_results(one, {} if one.frame.empty else next(breaks), run_id, checked_at) for one in counted]


def _results(counted: Counted, breaks: dict[str, set[str]], run_id: str, checked_at: datetime) -> list[CheckResult]:
    suite, index = counted.suite, counted.index
    return [
        _result(suite, rule, row, row[index] in breaks[rule.name], run_id, checked_at, index)
        for row in counted.frame.to_dict("records")
        for rule in suite.rules
    ]


def _result(
    suite: Suite,
    rule: Rule,
    row: Mapping[Hashable, Any],
    is_broken: bool,
    run_id: str,
    checked_at: datetime,
    index: str,
) -> CheckResult:
    metric = catalogue.metric(rule.metric)
    observed = row.get(f"{rule.metric}:observed", row[rule.metric])
    detail = row.get(f"{rule.metric}:detail")
    detail = detail if isinstance(detail, str) else metric.absent
    if index == "period":
        detail = f"{row[index]}: {detail}"
    if is_broken:
        detail = f"{detail}. {metric.remedy}."
    return CheckResult(
        run_id=run_id,
        checked_at=checked_at,
        suite=suite.name,
        delivery_id=row[index] if index == "delivery_id" else None,
        rule=rule.name,
        severity=rule.severity,
        outcome=("fail" if rule.severity == CRITICAL else "warn") if is_broken else "pass",
        observed=None if observed is None or observed != observed else float(observed),
        expected=rule.expected,
        detail=detail,
    )


def _with_reasons(connection: "duckdb.DuckDBPyConnection", table: str, results: list[CheckResult]) -> list[CheckResult]:
    """Failed rates of rejected rows and of values set aside say which columns broke, most frequent first."""
    rates = ("rejected_row", "unknown_code", "set_aside_row")
    failed = sorted({r.delivery_id for r in results if r.delivery_id and r.rule in rates and r.outcome != "pass"})
    if not failed:
        return results
    reasons = dict(connection.execute(catalogue.reasons_sql(table), {"deliveries": failed}).fetchall())
    return [
        replace(r, detail=f"{r.detail} (by column: {reasons[r.delivery_id]})")
        if r.rule in rates and r.outcome != "pass"
        else r
        for r in results
    ]


def _incoming(
    contract: "Contract",
    table: str,
    columns: frozenset[str],
    relations: frozenset[str],
    rejected_deliveries: frozenset[str],
) -> Incoming:
    """What the metrics need to know of a table of the batch."""
    declared = contract.tables.get(table)
    return Incoming(
        table,
        columns,
        relations,
        key=tuple(declared.key) if declared else (),
        references=declared.references if declared else (),
        referring=tuple(
            (other.name, reference)
            for other in contract.tables.values()
            for reference in other.references
            if declared and reference.table == declared.name
        ),
        is_one_file=contract.format != "csv",
        is_newest_alone=contract.covers == "extract_date",
        rejected_deliveries=rejected_deliveries,
    )


def _suites(source: str) -> tuple[Suite, ...]:
    """The suites of a source: expectations/suites/<source>.py. A new source without one fails here, not silently."""
    suites: tuple[Suite, ...] = import_module(f"expectations.suites.{source}").SUITES
    return suites


def _relations(connection: "duckdb.DuckDBPyConnection") -> frozenset[str]:
    """Every table and view as 'schema.name', those of the release before as 'release_before.schema.name'."""
    found = connection.execute("""
        select
            case table_catalog when current_database() then '' else table_catalog || '.' end
            || table_schema || '.' || table_name
        from information_schema.tables
        where table_catalog in (current_database(), 'release_before')
    """).fetchall()
    return frozenset(name for (name,) in found)


def _columns(connection: "duckdb.DuckDBPyConnection", table: str) -> frozenset[str]:
    found = connection.execute(
        "select column_name from information_schema.columns"
        " where table_catalog = current_database() and table_schema = 'incoming' and table_name = ?",
        [table],
    ).fetchall()
    return frozenset(name for (name,) in found)
