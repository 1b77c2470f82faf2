"""`earlyhelp metric`: measures that analysts share, counted by their definition in models/semantic/ on the release."""

from types import SimpleNamespace
from typing import Annotated

import typer

from orchestration.commands import terminal
from orchestration.settings import Settings


class UnknownMetric(LookupError):
    """A metric, cut or condition that the definitions do not have, in MetricFlow's words."""


def metric(
    names: Annotated[list[str], typer.Argument(help="Metrics, as docs/reference/metrics.md lists them.")],
    by: Annotated[list[str] | None, typer.Option(help="Cut by this; may be given several times.")] = None,
    where: Annotated[list[str] | None, typer.Option(help="Only where this holds, as dbt's metrics say it.")] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the query and run nothing.")] = False,
) -> None:
    """Count metrics on the release in force by their one definition, cut as you ask.

    \b
    Examples:
      earlyhelp metric children flag_rate --by zone__zone_name --by flag__flag_name \\
          --where "{{ Dimension('flag_assessment__is_current') }}"
      earlyhelp metric persistent_absence_rate --by metric_time --by school__phase_name
      earlyhelp metric absence_rate --by attendance_period__academic_year --by child__area__idaci_decile
    Cuts: metric_time, zone__zone_name, pyramid__pyramid_name, school__school_name, school__phase_name, child__sex,
    child__ethnicity_group, child__area__idaci_decile, flag__flag_code, flag_assessment__nc_year, …
    Over several dates a child counts once: ask for metric_time or for the current date.
    """
    from orchestration import releases

    settings = Settings()
    try:
        statement = query(names, by or [], where or [])
    except (UnknownMetric, RuntimeError) as problem:
        terminal.fail(str(problem))
    if sql:
        terminal.say(statement)
        return
    release = releases.in_force(settings)
    if release is None:
        terminal.fail("No release yet. Next: earlyhelp deliver …, then earlyhelp build.")
    # The query names the database as whoever opens the file knows it: by the file.
    with releases.opened(settings, release, name=releases.DATABASE) as connection:
        answer = connection.execute(statement)
        table = terminal.listing(", ".join(names), *(column[0] for column in answer.description))
        for row in answer.fetchall():
            terminal.add_row(table, *(round(value, 4) if isinstance(value, float) else value for value in row))
    terminal.console.print(table)


def query(metrics: list[str], by: list[str], where: list[str]) -> str:
    """The SQL that counts `metrics`, cut by `by` and in its order; MetricFlow writes it from the definitions.

    It names the tables as they are called in a release and in a build. Raises UnknownMetric.
    """
    from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
    from metricflow.protocols.sql_client import SqlEngine
    from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
    from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    from orchestration.build import dbt

    manifest = dbt.target() / "semantic_manifest.json"
    lookup = SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(manifest.read_text(encoding="utf-8")))
    # MetricFlow only writes the query here, so of a client it needs to know no more than the dialect.
    dialect = SimpleNamespace(sql_engine_type=SqlEngine.DUCKDB, sql_plan_renderer=DuckDbSqlPlanRenderer())
    engine = MetricFlowEngine(lookup, dialect)
    request = MetricFlowQueryRequest.create(
        metric_names=metrics, group_by_names=by, where_constraints=where, order_by_names=by
    )
    try:
        return engine.explain(request).sql_statement.without_descriptions.sql
    except Exception as problem:  # MetricFlow has no one class for what it refuses
        raise UnknownMetric(str(problem)) from problem
