"""What DuckDB builds of the project by itself is what `dbt build` makes of it, table by table."""

import json
import shutil
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.build import database, dbt, warehouse
from orchestration.settings import Settings
from tests.support.warehouse import KEY, Warehouse

SAID_AT = datetime(2026, 6, 27, 18, 30)

CHANGED = """
update raw.school_census__pupils set sen_provision = case sen_provision when 'K' then 'N' else 'K' end
where hash(upn) % 5 = 0;
delete from raw.school_census__fsm_periods where hash(pupil_return_id) % 5 = 0;
delete from raw.synergy__pupils where hash(upn) % 20 = 0;
delete from intermediate.int_attendance_days_delivered where hash(school_id) % 2 = 0;
delete from intermediate.int_attendance_days where hash(attendance_date) % 3 = 0;
delete from core.fct_attendance_day where hash(attendance_date_key) % 3 = 0;
update core.fct_attendance_day set delivery_key = 'another' where hash(pupil_key) % 3 = 0;
update ops.node_state set inputs = '{}';
"""
"""What a night may find: other states of flags, children gone, days that the tables which grow do not have yet. No load
changes rows in place, so what each table was made of is to be forgotten."""

NOTHING_YET = "".join(
    f"drop schema {name} cascade;" for name in ("reference", "staging", "intermediate", "core", "mart", "snapshots")
)

DRAWN = """
select columns.schema_name, columns.table_name, columns.column_index, columns.column_name, columns.data_type,
    columns.is_nullable, columns.comment, tables.comment, tables.constraints
from duckdb_columns() as columns
left join (
    select duckdb_tables.*, (
        select list(constraint_text order by constraint_text) from duckdb_constraints() as found
        where found.table_oid = duckdb_tables.table_oid
    ) as constraints
    from duckdb_tables()
) as tables on columns.table_oid = tables.table_oid
where columns.schema_name not in ('main', 'raw', 'ops', 'quarantine', 'information_schema')
order by all
"""


@pytest.mark.parametrize(("before", "may_grow"), [(CHANGED, True), (NOTHING_YET, False)], ids=["night", "first"])
def test_duckdb_alone_builds_what_dbt_builds(
    clean: Warehouse, before: str, may_grow: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_dbt, by_duckdb = (_copy(clean, tmp_path / name, before) for name in ("dbt", "duckdb"))
    _dbt_build(by_dbt, may_grow)
    with database.connect(by_duckdb) as connection:
        run = warehouse.Run(SAID_AT.date(), SAID_AT)
        built = list(warehouse.build(connection, by_duckdb, run, warehouse.selected()))
    assert len(built) == len(dbt.nodes(*warehouse.KINDS))
    drawn = [_ask(settings, DRAWN) for settings in (by_dbt, by_duckdb)]
    assert len(drawn[0]) > 1500
    assert drawn[1] == drawn[0]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{by_dbt.build_file}' as by_dbt (read_only)")
        connection.execute(f"attach '{by_duckdb.build_file}' as by_duckdb (read_only)")
        connection.execute("set variable earlyhelp_key = ?", [KEY])
        for node in dbt.nodes(*warehouse.KINDS):
            name = f"{node['schema']}.{node['alias']}"
            for one, other in (("by_dbt", "by_duckdb"), ("by_duckdb", "by_dbt")):
                # A view names the build's own catalogue.
                if node["config"]["materialized"] != "view":
                    more = connection.execute(f"from {one}.{name} except all from {other}.{name} limit 1").fetchall()
                    assert more == [], (name, f"{one} has more")


def _copy(clean: Warehouse, home: Path, before: str) -> Settings:
    settings = Settings(home=home, key=KEY)
    settings.build.mkdir(parents=True)
    shutil.copy(clean.home / "build" / settings.build_file.name, settings.build_file)
    with database.connect(settings) as connection:
        connection.execute(before)
    return settings


def _dbt_build(settings: Settings, may_grow: bool) -> None:
    target = settings.home / "dbt"
    variables = json.dumps({"as_of_date": SAID_AT.date().isoformat(), "said_at": SAID_AT.isoformat(sep=" ")})
    command = [dbt.EXECUTABLE, "--quiet", "build", "--exclude-resource-type", "unit_test", "test", "--vars", variables]
    command += [] if may_grow else ["--full-refresh"]
    done = subprocess.run(
        [*command, *dbt.places(target)], env=dbt.environment(settings), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _ask(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    with database.connect(settings, read_only=True) as connection:
        return connection.execute(sql).fetchall()
