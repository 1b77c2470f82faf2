"""A sixth flag is a measure and rows in seeds: it is added as CONTRIBUTING.md says, and everything is asked for it."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from tests.pipeline.warehouse import DAY, PROJECT, Warehouse

FLAG, MEASURE = "plan", "is_ehc_plan"
SETTLED = "sen"
"""The flag it is modelled on: who has a plan instead of SEN support."""
BUILT_BY = (
    *("models", "seeds", "macros", "snapshots", "tests/dbt", "expectations", "orchestration"),
    *("dbt_project.yml", "profiles.yml", "pyproject.toml", "requirements.lock"),
)
"""What of the project a build is made by."""
WITH_A_PLAN = """
    select replace(enrolments.school_id, '/', '') as school_id, count(distinct pupils.upn)::int as children
    from raw.synergy__sen as sen
    inner join raw.synergy__pupils as pupils using (pupil_id)
    inner join raw.synergy__enrolments as enrolments using (pupil_id)
    where
        sen.sen_provision = 'E'
        and date '2026-06-26' between strptime(sen.start_date, '%d/%m/%Y')
        and coalesce(strptime(sen.end_date, '%d/%m/%Y'), date '9999-12-31')
        and enrolments.enrol_status in ('C', 'M')
        and date '2026-06-26' between strptime(enrolments.start_date, '%d/%m/%Y')
        and coalesce(strptime(enrolments.end_date, '%d/%m/%Y'), date '9999-12-31')
        and date_sub('year', strptime(pupils.birth_date, '%d/%m/%Y')::date, date '2026-06-26') between 5 and 16
    group by all
"""
SAID = {
    "mart.mart_child_list": f"select school_id, count(*) from {{}} where {FLAG}_state = 'raised' group by all",
    "mart.mart_flag_evidence": f"""
        select school_id, count(*) from {{}} inner join mart.mart_child_list using (child_durable_key)
        where flag_code = '{FLAG}' and flag_state = 'raised' group by all
    """,
    "mart.mart_school_overview": f"""
        select school_id, raised_count from {{}} where flag_code = '{FLAG}' and is_current and raised_count > 0
    """,
    "mart.mart_trend": f"""
        select place_code, raised_count from {{}}
        where
            flag_code = '{FLAG}' and place_type = 'school' and is_current and raised_count > 0
            and rule_basis = 'in_force'
    """,
    "core.fct_need_level_summary": f"""
        select school_id, sum(children_count) from {{}} inner join core.dim_school using (school_key)
        where {FLAG}_state = 'raised' and as_of_date = (select max(as_of_date) from {{}}) group by all
    """,
}
"""How many children of each school a table says to have the flag."""


def changed(project: Path) -> None:
    """Add the flag as CONTRIBUTING.md tells whoever adds one, steps 1 to 4."""
    flags = project / "models/intermediate/flag"
    measure = (flags / "int_flag_measure_sen_support.sql").read_text()
    (flags / f"int_flag_measure_{FLAG}.sql").write_text(
        measure.replace("'is_sen_support'", f"'{MEASURE}'").replace("= 'K'", "= 'E'")
    )
    said = (flags / "int_flag_measure_sen_support.yml").read_text().split("unit_tests:")[0]
    (flags / f"int_flag_measure_{FLAG}.yml").write_text(said.replace("sen_support", FLAG))
    add(flags / "int_flag_measures.sql", "    'int_flag_measure_sen_support',\n", "sen_support", FLAG)
    add(flags / "int_records_quarantined.sql", "        ('sen', 'is_sen_support'),\n", "is_sen_support", MEASURE)
    for seed in ("ref_flag", "ref_flag_rule"):
        rows = project / f"seeds/reference/{seed}.csv"
        (row,) = [line for line in rows.read_text().splitlines() if line.startswith(f"{SETTLED},")]
        new = row.replace(f"{SETTLED},", f"{FLAG},", 1).replace("is_sen_support", MEASURE).replace("sen_support", FLAG)
        rows.write_text(rows.read_text() + new + "\n")
    add(project / "dbt_project.yml", "family, fsm, sen]", "fsm, sen]", f"fsm, {FLAG}, sen]", instead=True)
    for described in (project / "models").rglob("*.yml"):
        column = re.search(rf"      - name: {SETTLED}_state\n(?:        .*\n)+", described.read_text())
        if column:
            add(described, column.group(), f"{SETTLED}_state", f"{FLAG}_state")


def add(file: Path, line: str, old: str, new: str, instead: bool = False) -> None:
    """Put a line below one of a file (or in its place) that says `new` where that says `old`."""
    text = file.read_text()
    assert text.count(line) == 1, f"{file.name} has no line {line}"
    file.write_text(text.replace(line, ("" if instead else line) + line.replace(old, new)))


@pytest.fixture(scope="module")
def six(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The clean county built by a project with a sixth flag."""
    folder = tmp_path_factory.mktemp("six")
    for name in BUILT_BY:
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        (folder / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        copy(PROJECT / name, folder / "project" / name)
    changed(folder / "project")
    shutil.copytree(clean.home, folder / "home", symlinks=True)
    made = Warehouse(folder / "home", clean.county, folder / "project")
    done = made.earlyhelp("build", "--as-of", DAY)
    assert done.returncode == 0, done.stdout + done.stderr
    return made


@pytest.fixture(scope="module")
def raised(six: Warehouse) -> dict[str, int]:
    """By school, of how many children the flag must be raised, by what was delivered."""
    counted = dict(six.inside(WITH_A_PLAN))
    assert sum(counted.values()) > 3
    return counted


@pytest.mark.parametrize("table", SAID)
def test_the_sixth_flag_is_counted_right(six: Warehouse, raised: dict[str, int], table: str) -> None:
    assert dict(six.release(SAID[table].format(table, table))) == raised


def test_zones_add_up_to_it(six: Warehouse, raised: dict[str, int]) -> None:
    found = six.release(
        f"""
        select is_county, sum(raised_count)::int from mart.mart_zone_dashboard
        where flag_code = '{FLAG}' and is_current group by all order by all
        """
    )
    assert found == [(False, sum(raised.values())), (True, sum(raised.values()))]


def test_every_table_that_speaks_of_the_other_flags_speaks_of_it(six: Warehouse) -> None:
    by_row = spoken_of(six, "schema_name in ('core', 'mart') and column_name = 'flag_code'")
    assert len(by_row) > 5
    for table in by_row:
        flags = {flag for (flag,) in six.release(f"select distinct flag_code from {table}")}
        assert FLAG in flags or SETTLED not in flags, table
    by_column = spoken_of(six, f"column_name = '{SETTLED}_state'")
    assert by_column
    assert by_column == spoken_of(six, f"column_name = '{FLAG}_state'")


def test_the_open_file_tells_it_too(six: Warehouse) -> None:
    with duckdb.connect(str(six.home / "current/open/early_help_open.duckdb"), read_only=True) as opened:
        tables = opened.execute(
            "select format('{}.{}', schema_name, table_name) from duckdb_columns() where column_name = 'flag_code'"
        ).fetchall()
        assert tables
        for (table,) in tables:
            flags = {flag for (flag,) in opened.execute(f"select distinct flag_code from {table}").fetchall()}
            assert FLAG in flags, table


def spoken_of(home: Warehouse, columns: str) -> list[str]:
    """The tables of the release that have such columns."""
    query = "select distinct format('{}.{}', schema_name, table_name) from duckdb_columns() where " + columns
    return sorted(name for (name,) in home.release(query))
