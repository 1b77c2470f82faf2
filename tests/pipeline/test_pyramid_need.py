"""The estimate of children at each level of need, on children of whom everything is known and some is then hidden.

The build's own SQL, from the states of the flags to the estimates, is run on 120 invented pyramids of 400 children, who
tend to have several indicators or none: once on all answers and once with some hidden by chance. The two are compared.
"""

from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest

from expectations import reference
from orchestration.build import compiled, dbt, partitions, warehouse
from orchestration.settings import Settings
from tests.support.warehouse import KEY, Warehouse

MODELS = ("int_need_levels", "fct_need_level_summary", "fct_need_level_share", "mart_pyramid_need")
SHARES = {"attainment": (0.40, 0.15), "attendance": (0.20, 0.10), "fsm": (0.22, 0.01), "sen": (0.15, 0.005)}
"""Of how many children a flag is raised, and of how many it is hidden."""
RARE = (0.03, 0)
"""The same of any other flag, as of family support."""
DRAWN = ", ".join(
    str((flag, *SHARES.get(flag, RARE))) for flag in sorted(reference.codes("ref_flag.flag_code[is_on=true]"))
)
CHILDREN = f"""
    create table drawn as
    select
        pyramid,
        pyramid || '-' || child as child_durable_key,
        -- what a child's indicators have in common
        hash(pyramid * 1000 + child) % 100000 / 100000 as burden
    from range(120) as pyramids (pyramid)
    cross join range(400) as children (child);

    create table true_states as
    select
        child_durable_key,
        flag_code,
        if(
            hash(child_durable_key || flag_code) % 100000 / 100000 < least(1, base_rate * 2 * burden),
            'raised', 'not_raised'
        ) as flag_state,
        -- three in twenty have no attainment and one in ten no attendance, whoever they are
        hash(child_durable_key || flag_code || 'hidden') % 100000 / 100000 < hidden_rate as is_hidden
    from drawn
    cross join (
        values {DRAWN}
    ) as flags (flag_code, base_rate, hidden_rate);

    create schema core; create schema intermediate; create schema mart; create schema reference;

    create table intermediate.int_assessment_dates as
    select date '2026-06-26' as as_of_date, '2025/26' as academic_year, true as is_last_of_year;

    create table intermediate.int_child_population as
    select child_durable_key, date '2026-06-26' as as_of_date, pyramid::varchar as school_id from drawn;

    create table intermediate.int_sen_provisions_on_dates as
    select
        child_durable_key, date '2026-06-26' as as_of_date,
        if(hash(child_durable_key || 'plan') % 100000 / 100000 < 0.04 and flag_state <> 'raised', 'E', 'N')
            as provision_group
    from true_states
    where flag_code = 'sen';

    create table core.dim_pyramid as
    select distinct pyramid::varchar as pyramid_key, pyramid::varchar as pyramid_code, null::varchar as pyramid_name
    from drawn;

    create table core.dim_school as
    select
        *, pyramid_key as school_id, pyramid_key as school_key, pyramid_key as school_durable_key, 'z' as zone_key,
        date '1900-01-01' as valid_from_date, date '9999-12-31' as valid_to_date
    from core.dim_pyramid;

    create table core.dim_place as
    select pyramid_key, 'pyramid' as place_type, true as is_current, 'z' as zone_code, 'Zone' as zone_name
    from core.dim_pyramid
"""


def estimate(connection: duckdb.DuckDBPyConnection, sql: dict[str, str], state: str) -> None:
    """Run the models on the states that the SQL expression `state` gives."""
    connection.execute(
        f"""
        create or replace table intermediate.int_flags_evaluated as
        select
            'school_age' as population_code, child_durable_key, date '2026-06-26' as as_of_date, flag_code,
            {state} as flag_state,
            true as is_rule_in_force,
            -- one in three that are raised, where the rule has two steps
            case
                when flag_code in ('fsm', 'sen') then false
                when {state} <> 'not_assessable'
                    then flag_state = 'raised' and hash(child_durable_key || flag_code || 'strong') % 3 = 0
            end as is_strong
        from true_states
        """
    )
    for table, text in sql.items():
        connection.execute(f"create or replace table {table} as {text}")


@pytest.fixture(scope="module")
def estimated(clean: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with the table `compared`: the estimates beside the true number, by pyramid and level."""
    settings = Settings(home=clean.home, key=KEY)
    nodes = {node["name"]: node for node in dbt.nodes("model")}
    made = compiled.project(settings).sql
    sql = {nodes[name]["relation_name"]: made[nodes[name]["unique_id"]] for name in MODELS}
    with duckdb.connect() as connection:
        warehouse.prepare(connection, settings, warehouse.Run(date(2026, 6, 26), datetime(2026, 6, 26)))
        connection.execute("attach ':memory:' as early_help; use early_help")
        connection.execute(f"attach '{clean.home / 'build/early_help.duckdb'}' as build (read_only)")
        connection.execute(CHILDREN)
        partitions.choose(connection, "as_of_date", "intermediate.int_assessment_dates", None)
        for table in ("ref_need_level", "ref_need_level_rule", "ref_need_setting"):
            connection.execute(f"create table reference.{table} as from build.reference.{table}")
        estimate(connection, sql, "flag_state")
        connection.execute("create table truth as from mart.mart_pyramid_need")
        estimate(connection, sql, "if(is_hidden, 'not_assessable', flag_state)")
        connection.execute(
            """
            create table compared as
            select need.*, truth.least_count as true_count
            from mart.mart_pyramid_need as need
            inner join truth using (pyramid_key, level_order)
            """
        )
        yield connection


def test_where_all_is_known_there_is_nothing_to_estimate(estimated: duckdb.DuckDBPyConnection) -> None:
    ((rows, doubtful),) = estimated.execute(
        "select count(*), count(*) filter (where not (least_count = most_count and children_estimate = least_count)) "
        "from truth"
    ).fetchall()
    assert (rows, doubtful) == (480, 0)


def test_what_is_certain_and_what_is_possible_always_hold_the_truth(estimated: duckdb.DuckDBPyConnection) -> None:
    ((rows, outside, in_doubt),) = estimated.execute(
        """
        select
            count(*), count(*) filter (where not true_count between least_count and most_count),
            sum(most_count - least_count)
        from compared
        """
    ).fetchall()
    assert (rows, outside) == (480, 0)
    assert in_doubt > 5000


def test_intervals_hold_the_truth_as_often_as_they_should(estimated: duckdb.DuckDBPyConnection) -> None:
    """Nineteen times in twenty, for each of the levels, of 120 pyramids."""
    held = estimated.execute(
        """
        select level_order, avg(if(true_count between lower_count and upper_count, 1, 0))
        from compared group by level_order order by level_order
        """
    ).fetchall()
    assert [level for level, _ in held] == [1, 2, 3, 4]
    assert all(share >= 0.90 for _, share in held), held


def test_estimates_err_to_neither_side(estimated: duckdb.DuckDBPyConnection) -> None:
    """The mean error over 120 pyramids is a small part of the mean distance between the bounds."""
    errors = estimated.execute(
        """
        select level_order, avg(children_estimate - true_count), avg(most_count - least_count)
        from compared group by level_order order by level_order
        """
    ).fetchall()
    assert all(abs(error) <= 0.05 * width for _, error, width in errors), errors
