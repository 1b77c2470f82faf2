"""A sixth flag is a measure and rows in seeds, others lie there and are off: the one is added, the others are
turned on as CONTRIBUTING.md says, and everything is asked for all of them; what is said of the five stays as it was."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from benchmarks.truth import COMPARED
from tests.support.warehouse import DAY, PROJECT, Warehouse

FLAG, MEASURE = "plan", "is_ehc_plan"
OFF = ("concern_open", "concerns_repeated", "permanent_exclusion", "step_down", "suspension")
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
BY_SCHOOL = """
    select replace(enrolments.school_id, '/', '') as school_id, count(distinct pupils.upn)::int as children
    from raised
    inner join raw.synergy__pupils as pupils using (upn)
    inner join raw.synergy__enrolments as enrolments using (pupil_id)
    where
        enrolments.enrol_status in ('C', 'M')
        and date '2026-06-26' between strptime(enrolments.start_date, '%d/%m/%Y')
        and coalesce(strptime(enrolments.end_date, '%d/%m/%Y'), date '9999-12-31')
        and date_sub('year', strptime(pupils.birth_date, '%d/%m/%Y')::date, date '2026-06-26') between 5 and 16
    group by all
"""
"""SQL: the children of each school on the day who are among `raised`, by UPN."""
EXCLUDED = (
    """
    with told (census_year, census_term, from_date, to_date) as (
        values ('2026', 'summer', '2025-04-06', '2026-04-05'), ('2026', 'spring', '2025-01-01', '2025-12-31'),
            ('2025', 'autumn', '2024-08-01', '2025-07-31')
    ),

    latest as (
        select pupils.upn, told.from_date, told.to_date
        from raw.school_census__pupils as pupils inner join told using (census_year, census_term)
        qualify row_number() over (partition by pupils.upn order by told.to_date desc) = 1
    ),

    event as (
        select distinct pupils.upn, excluded.school_id, excluded.category, excluded.start_date, excluded.sessions
        from raw.school_census__exclusions as excluded
        inner join raw.school_census__pupils as pupils
            using (census_year, census_term, school_id, roll, pupil_return_id)
    ),

    raised as (
        select latest.upn
        from latest
        inner join event on latest.upn = event.upn and event.start_date between latest.from_date and latest.to_date
        group by latest.upn
        having {enough}
    )

"""
    + BY_SCHOOL
)
STEPPED_DOWN = (
    """
    with raised as (
        select children.upn
        from raw.cin_census__children as children
        inner join raw.cin_census__episodes as episodes using (record_id)
        where children._extract_date = date '2026-03-31' and episodes.is_no_further_action = '0'
        group by children.upn
        having
            bool_and(episodes.closure_date is not null)
            and bool_or(episodes.closure_date > '2025-12-26' and episodes.closure_reason in ('RC7', 'RC8', 'RC9'))
    )

"""
    + BY_SCHOOL
)
CONCERNED = (
    """
    with raised as (
        select upn from raw.concerns__concerns
        where upn is not null and not regexp_matches(upn, '[A-Z]$')
        group by upn
        having {enough}
    )

"""
    + BY_SCHOOL
)
DELIVERED = {
    FLAG: WITH_A_PLAN,
    "suspension": EXCLUDED.replace("{enough}", "sum(event.sessions::int) filter (where category <> 'PERM') >= 10"),
    "step_down": STEPPED_DOWN,
    "concern_open": CONCERNED.replace("{enough}", "bool_or(status_code <> 'closed')"),
    "concerns_repeated": CONCERNED.replace("{enough}", "count(*) filter (where raised_date >= '2026-06-01') >= 3"),
    "permanent_exclusion": EXCLUDED.replace("{enough}", "bool_or(event.category = 'PERM')"),
}
"""Of how many children of each school the flag must be raised, by what was delivered."""
FIVE = ("attainment", "attendance", "family", "fsm", "sen")
SAID_OF_EACH = (
    *("core.dim_flag", "core.dim_flag_rule", "mart.mart_flag_evidence", "mart.mart_forecast"),
    *("mart.mart_forecast_backtest", "mart.mart_school_overview", "mart.mart_trend", "mart.mart_zone_dashboard"),
)
"""The tables that have rows of single flags."""
ALIKE = "mart.mart_response_outcome"
"""Compares with children who have as many flags: with another flag, others are alike."""
SAID = {
    "mart.mart_child_list": "select school_id, count(*) from {table} where {flag}_state = 'raised' group by all",
    "mart.mart_flag_evidence": """
        select mart_child_list.school_id, count(*)
        from {table} inner join mart.mart_child_list using (child_durable_key)
        where flag_code = '{flag}' and flag_state = 'raised' group by all
    """,
    "mart.mart_school_overview": """
        select school_id, raised_count from {table} where flag_code = '{flag}' and is_current and raised_count > 0
    """,
    "mart.mart_trend": """
        select place_code, raised_count from {table}
        where
            flag_code = '{flag}' and place_type = 'school' and is_current and raised_count > 0
            and rule_basis = 'in_force'
    """,
    "core.fct_need_level_summary": """
        select school_id, sum(children_count) from {table} inner join core.dim_school using (school_key)
        where {flag}_state in ('raised', 'strong') and as_of_date = (select max(as_of_date) from {table}) group by all
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
    for seed in ("ref_flag", "ref_flag_rule", "ref_flag_source"):
        rows = project / f"seeds/reference/{seed}.csv"
        for row in [line for line in rows.read_text().splitlines() if line.startswith(f"{SETTLED},")]:
            new = row.replace(f"{SETTLED},", f"{FLAG},", 1)
            new = new.replace("is_sen_support", MEASURE).replace("sen_support", FLAG)
            rows.write_text(rows.read_text() + new + "\n")
    give_columns(project, FLAG)


def turned_on(project: Path) -> None:
    """Turn on the flags that are off by the seed alone, as a council does: their columns come by themselves."""
    seed = project / "seeds/reference/ref_flag.csv"
    for flag in OFF:
        (row,) = [line for line in seed.read_text().splitlines() if line.startswith(f"{flag},")]
        assert row.endswith(",false")
        add(seed, row, ",false", ",true", instead=True)


def give_columns(project: Path, flag: str) -> None:
    """A column for the flag wherever each flag has one."""
    for described in (project / "models").rglob("*.yml"):
        column = re.search(rf"      - name: {SETTLED}_state\n(?:        .*\n)+", described.read_text())
        if column:
            add(described, column.group(), f"{SETTLED}_state", f"{flag}_state")


def add(file: Path, line: str, old: str, new: str, instead: bool = False) -> None:
    """Put a line below one of a file (or in its place) that says `new` where that says `old`."""
    text = file.read_text()
    assert text.count(line) == 1, f"{file.name} has no line {line}"
    file.write_text(text.replace(line, ("" if instead else line) + line.replace(old, new)))


@pytest.fixture(scope="module")
def six(clean: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The clean county built by a project with a sixth flag, and those that are off turned on."""
    folder = tmp_path_factory.mktemp("six")
    for name in BUILT_BY:
        copy = shutil.copytree if (PROJECT / name).is_dir() else shutil.copy
        (folder / "project" / name).parent.mkdir(parents=True, exist_ok=True)
        copy(PROJECT / name, folder / "project" / name)
    changed(folder / "project")
    turned_on(folder / "project")
    shutil.copytree(clean.home, folder / "home", symlinks=True)
    made = Warehouse(folder / "home", clean.county, folder / "project")
    done = made.earlyhelp("build", "--as-of", DAY)
    assert done.returncode == 0, done.stdout + done.stderr
    return made


@pytest.fixture(scope="module", params=DELIVERED)
def raised(six: Warehouse, request: pytest.FixtureRequest) -> tuple[str, dict[str, int]]:
    """A flag, and by school of how many children it must be raised."""
    counted = dict(six.inside(DELIVERED[request.param]))
    assert sum(counted.values()) > 1
    return request.param, counted


@pytest.mark.parametrize("table", SAID)
def test_the_flag_is_counted_right(six: Warehouse, raised: tuple[str, dict[str, int]], table: str) -> None:
    flag, counted = raised
    assert dict(six.release(SAID[table].format(flag=flag, table=table))) == counted


def test_zones_add_up_to_it(six: Warehouse, raised: tuple[str, dict[str, int]]) -> None:
    flag, counted = raised
    found = six.release(
        f"""
        select is_county, sum(raised_count)::int from mart.mart_zone_dashboard
        where flag_code = '{flag}' and is_current group by all order by all
        """
    )
    assert found == [(False, sum(counted.values())), (True, sum(counted.values()))]


@pytest.mark.parametrize("table", ["core.dim_flag", "core.dim_flag_rule", *SAID])
def test_what_is_off_stands_in_no_table(clean: Warehouse, table: str) -> None:
    schema, name = table.split(".")
    columns = f"select column_name from duckdb_columns() where schema_name = '{schema}' and table_name = '{name}'"
    found = {column for (column,) in clean.release(columns)}
    assert not found & {f"{flag}_state" for flag in OFF}
    if "flag_code" in found:
        assert clean.release(f"select count(*) from {table} where flag_code in {OFF}") == [(0,)]


def test_what_is_turned_on_is_as_it_is_in_truth(six: Warehouse) -> None:
    compared = COMPARED.replace("/flags.csv", "/flags_off.csv")
    different = six.inside(
        f"""
        select * from ({compared})
        where
            flag_code in {OFF} and (
                true_state is distinct from assessed_state or true_reason is distinct from assessed_reason
                or abs(true_value - assessed_value) > 0.0001
            )
        """
    )
    assert different == []
    assert six.inside(f"select count(distinct flag_code) from ({compared}) where flag_code in {OFF}") == [(len(OFF),)]


@pytest.mark.parametrize("flag", OFF)
def test_it_is_followed_over_time(six: Warehouse, flag: str) -> None:
    spells = f"""
        select count(*), count(*) filter (where spells.is_current)
        from core.fct_flag_spell as spells inner join core.dim_flag using (flag_key) where flag_code = '{flag}'
    """
    ((all_spells, lasting),) = six.release(spells)
    ((raised,),) = six.release(f"select count(*) from mart.mart_child_list where {flag}_state = 'raised'")
    assert all_spells >= lasting >= raised > 1


def test_who_came_up_since_the_last_huddle_or_stands_first_is_on_the_agenda_for_it(six: Warehouse) -> None:
    on_agenda = 0
    for flag in OFF:
        ((name,),) = six.release(f"select flag_name from core.dim_flag where flag_code = '{flag}'")
        agenda = f"select child_durable_key from mart.mart_huddle_agenda where contains(raised_flags, '{name}')"
        left_out = f"""
            with last_huddles as (
                select school_durable_key, max(huddle_date) as huddle_date from core.fct_huddle
                where huddle_state = 'held'
                group by school_durable_key
            )

            select list.child_durable_key
            from mart.mart_child_list as list
            inner join core.fct_flag_raised as raised using (child_durable_key)
            inner join core.dim_flag as flags using (flag_key)
            left join last_huddles on list.school_durable_key = last_huddles.school_durable_key
            where
                flags.flag_code = '{flag}' and list.last_decision_code is null and list.response_code is null
                and (list.tier_order = 1 or coalesce(raised.raised_known_date > last_huddles.huddle_date, true))
                and list.child_durable_key not in ({agenda})
        """
        assert six.release(left_out) == []
        on_agenda += len(six.release(agenda))
    assert on_agenda > 0


@pytest.mark.parametrize("table", SAID_OF_EACH)
def test_what_is_said_of_the_five_flags_stays_as_it_was(clean: Warehouse, six: Warehouse, table: str) -> None:
    described = f"""
        select column_name from duckdb_columns()
        where format('{{}}.{{}}', schema_name, table_name) = '{table}' order by column_index
    """
    columns = [column for (column,) in clean.release(described)]
    asked = f"select {', '.join(columns)} from {table} where flag_code in {FIVE} order by all"
    before = clean.release(asked)
    assert len(before) > 4
    assert six.release(asked) == before


def test_every_table_of_single_flags_was_compared(clean: Warehouse) -> None:
    by_row = spoken_of(clean, "schema_name in ('core', 'mart') and column_name = 'flag_code'")
    told = [name for name in by_row if clean.release(f"select 1 from {name} limit 1")]
    assert sorted([*SAID_OF_EACH, ALIKE]) == told


def test_every_table_that_speaks_of_the_other_flags_speaks_of_all(six: Warehouse) -> None:
    by_row = spoken_of(six, "schema_name in ('core', 'mart') and column_name = 'flag_code'")
    assert len(by_row) > 5
    for table in by_row:
        flags = {flag for (flag,) in six.release(f"select distinct flag_code from {table}")}
        assert {FLAG, *OFF} <= flags or SETTLED not in flags, table
    by_column = spoken_of(six, f"column_name = '{SETTLED}_state'")
    assert by_column
    for flag in (FLAG, *OFF):
        assert by_column == spoken_of(six, f"column_name = '{flag}_state'")


def test_the_open_file_tells_all(six: Warehouse) -> None:
    with duckdb.connect(str(six.home / "current/open/early_help_open.duckdb"), read_only=True) as opened:
        tables = opened.execute(
            "select format('{}.{}', schema_name, table_name) from duckdb_columns() where column_name = 'flag_code'"
        ).fetchall()
        assert tables
        for (table,) in tables:
            flags = {flag for (flag,) in opened.execute(f"select distinct flag_code from {table}").fetchall()}
            assert {FLAG, *OFF} <= flags, table


def spoken_of(home: Warehouse, columns: str) -> list[str]:
    """The tables of the release that have such columns."""
    query = "select distinct format('{}.{}', schema_name, table_name) from duckdb_columns() where " + columns
    return sorted(name for (name,) in home.release(query))
