"""How right the warehouse is: its flags on the current date beside the truth of a synthetic county.

    EARLYHELP_HOME=data/demo/home python -m benchmarks.truth data/demo/county

prints, for each flag, how many children were compared, how many differ, and which recorded mistake in the extracts
explains it. A difference that nothing explains is called `unexplained`.
"""

import argparse
from pathlib import Path

import duckdb

from orchestration.settings import Settings

COMPARED = """
    with truth as (
        select child_id, flag_code, state, reason_code, try_cast(value as double) as value
        from read_csv('{truth}/flags.csv', all_varchar = true)
    ),

    people as (
        select child_id, unnest(string_split(concat_ws('|', upn, nullif(former_upns, '')), '|')) as upn
        from read_csv('{truth}/children.csv', all_varchar = true)
    ),

    found as (
        select distinct people.child_id, identity.child_durable_key
        from people
        inner join core.dim_child_identity as identity on people.upn = identity.upn
    ),

    assessed as (
        select found.child_id, flags.flag_code, assessments.*
        from core.fct_flag_assessment as assessments
        inner join core.dim_flag as flags using (flag_key)
        left join found on assessments.child_durable_key = found.child_durable_key
        where assessments.is_current
    )

    select
        coalesce(truth.child_id, assessed.child_id) as child_id,
        coalesce(truth.flag_code, assessed.flag_code) as flag_code,
        truth.state as true_state,
        assessed.flag_state as assessed_state,
        truth.reason_code as true_reason,
        assessed.reason_code as assessed_reason,
        truth.value as true_value,
        assessed.value as assessed_value
    from truth
    full join assessed on truth.child_id = assessed.child_id and truth.flag_code = assessed.flag_code
"""
"""A row per child and flag, true and assessed; `{truth}` is the county's folder of truth. Runs in the build file."""

EXPLAINED = f"""
    with different as (
        select * from ({COMPARED}) where true_state is distinct from assessed_state
    ),

    recorded as (
        select child_id, cause, unnest(string_split(flags_affected, '|')) as flag_code
        from read_csv('{{truth}}/dirt.csv', all_varchar = true)
    ),

    causes as (
        select child_id, flag_code, string_agg(distinct cause, ' and ' order by cause) as cause
        from recorded
        group by all
    )

    select
        different.flag_code,
        coalesce(different.true_state, 'not in scope') as true_state,
        coalesce(different.assessed_state, 'not in scope') as assessed_state,
        coalesce(causes.cause, 'unexplained') as cause,
        count(*) as children
    from different
    left join causes on different.child_id = causes.child_id and different.flag_code = causes.flag_code
    group by all
    order by all
"""
"""Counts of the differences by flag, states and the mistakes recorded for the child and flag in dirt.csv."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("county", type=Path, help="the folder of the county that the home was built from")
    truth = str(parser.parse_args().county / "truth")
    with duckdb.connect(str(Settings().build_file), read_only=True) as connection:
        compared = connection.sql(
            f"""
            select
                flag_code,
                count(*) as children,
                count(*) filter (where true_state is not distinct from assessed_state) as equal,
                count(*) filter (where true_state is distinct from assessed_state) as different
            from ({COMPARED.replace("{truth}", truth)})
            group by all
            order by all
            """
        )
        print(compared)
        connection.sql(EXPLAINED.replace("{truth}", truth)).show(max_rows=200, max_width=200)


if __name__ == "__main__":
    main()
