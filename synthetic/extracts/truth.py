"""The truth beside the extracts: who is who, each flag's true state, and every mistake that was put in."""

from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv

FILES = {
    "children": """
        select
            children.child_id, current.upn,
            coalesce(current.former_upn, '') as former_upns,
            names.surname, names.forename, children.birth_date, children.sex,
            'H' || lpad(children.household_n::varchar, 8, '0') as household_id,
            addresses.lsoa_code, days.school_id,
            children.child_n in (select child_n from in_scope) as is_in_scope
        from child as children
        inner join child_name as names on children.child_n = names.child_n and names.valid_to_date = date '9999-12-31'
        inner join household_address as addresses
            on children.household_n = addresses.household_n and addresses.valid_to_date = date '9999-12-31'
        inner join upn_version as current
            on children.child_n = current.child_n and current.valid_to_date = date '9999-12-31'
        inner join child_on_the_day as days on children.child_n = days.child_n
        order by children.child_n
    """,
    "flags": """
        select
            children.child_id, current.upn, flags.flag_code, flags.state,
            if(flags.flag_code = 'attendance', flags.value::decimal(9, 6)::varchar, flags.value::int::varchar) as value,
            flags.reason_code
        from true_flag as flags
        inner join child as children on flags.child_n = children.child_n
        inner join upn_version as current
            on children.child_n = current.child_n and current.valid_to_date = date '9999-12-31'
        order by children.child_n, flags.flag_code
    """,
    "links": """
        select * from (
            select 'synergy' as source, pupils.pupil_id as source_record_id, children.child_id
            from synergy_pupil as pupils inner join child as children on pupils.child_n = children.child_n
            union all
            select 'family_matters', members.member_id, children.child_id
            from family_member as members inner join child as children on members.child_n = children.child_n
        )
        order by source, source_record_id
    """,
    "dirt": """
        select children.child_id, dirt.cause, dirt.source, dirt.detail, dirt.flags_affected
        from dirt left join child as children on dirt.child_n = children.child_n
        order by dirt.source, dirt.cause, children.child_id, dirt.detail, dirt.target
    """,
    "hard_cases": """
        select 'family_matters' as source, member_id as source_record_id, child_id, hard_case
        from hard_case
        order by member_id, hard_case
    """,
    "edge_cases": """
        select children.child_id, current.upn, children.case_name
        from child as children
        inner join upn_version as current
            on children.child_n = current.child_n and current.valid_to_date = date '9999-12-31'
        where children.case_name is not null
        order by children.child_n
    """,
}


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    return [write_csv(connection, query, folder / f"{name}.csv") for name, query in FILES.items()]
