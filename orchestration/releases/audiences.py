"""Whom a release has files for, and which rows and columns of which table each may hold.

All are reference data of the build: ref_audience, ref_audience_table and ref_audience_column, of partner agencies
ref_partner_flag, and how much of each source, which orchestration/releases/levels keeps to. A zone or school has a file
if somebody may see its children on the day of the release (brg_user__scope), for the audience of their role
(ref_user_role). A file is named as its audience and place: `analyst`, `zone/Z1`, `school/8381101`, `health/Z1`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote

import duckdb

from orchestration.build.engine import one_row
from orchestration.releases import levels
from orchestration.releases.levels import Levels
from orchestration.releases.store import FILE_NAME

ANALYST = "analyst"
OUT_OF_SCHOOL = ("mart", "mart_not_in_school")
"""The list of children in no school, by the zone of their home."""
COUNTED = "open"
"""The audience that gets counts made for it alone: orchestration/releases/open_file."""


@dataclass(frozen=True)
class Audience:
    """`rows` maps (schema, table) to the rule on its rows, `columns` to what it sees of each, in the table's order.

    `scope_level` is None where one file tells of the county. A partner is an agency that sees what its agreement says.
    `levels` says how much of each source its files hold.
    """

    code: str
    scope_level: str | None
    is_encrypted: bool
    rows: dict[tuple[str, str], str]
    columns: dict[tuple[str, str], list[str]]
    is_partner: bool
    levels: Levels

    def path(self, place: str | None) -> str:
        """Its file within a release. A code is whatever a council delivers: it leads to no other folder."""
        return FILE_NAME if place is None else f"{self.code}/{quote(place, safe='')}.duckdb"

    def name(self, place: str | None) -> str:
        return f"{self.code}/{place}" if place else self.code


def read(connection: duckdb.DuckDBPyConnection) -> dict[str, Audience]:
    """The audiences whose files hold tables of the build, which `connection` has attached as `build`, by their code."""
    found = connection.execute(
        """
        select audience_code, scope_level, is_encrypted, columns = 'listed'
        from build.reference.ref_audience
        where audience_code <> ?
        """,
        [COUNTED],
    ).fetchall()
    return {
        code: Audience(code, scope_level, is_encrypted, *_tables(connection, code, is_partner, seen), is_partner, seen)
        for code, scope_level, is_encrypted, is_partner in found
        for seen in (levels.read(connection, code, is_partner),)
    }


def _tables(
    connection: duckdb.DuckDBPyConnection, code: str, is_partner: bool, seen: Levels
) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], list[str]]]:
    """The rule on the rows of each table of an audience, and its columns.

    A table's own line counts before that of its whole schema; one without a line, with a blank, or without a column
    that may be seen, is left out. A partner sees listed columns alone.
    """
    found = connection.execute(
        f"""
        with rules as (
            select tables.schema_name, tables.table_name, rules.columns, rules."{code}" as rule
            from duckdb_tables() as tables
            inner join build.reference.ref_audience_table as rules
                on tables.schema_name = rules.schema_name and rules.table_name in (tables.table_name, '*')
            where tables.database_name = 'build'
            qualify row_number() over (
                partition by tables.schema_name, tables.table_name order by rules.table_name = '*'
            ) = 1
        )

        select
            schema_name,
            table_name,
            any_value(rules.rule),
            list(columns.column_name order by columns.column_index)
        from rules
        inner join duckdb_columns() as columns using (schema_name, table_name)
        left join build.reference.ref_audience_column as listed using (schema_name, table_name, column_name)
        where
            columns.database_name = 'build'
            and rules.rule is not null
            and ((rules.columns = 'all' and not $is_partner) or coalesce(listed."{code}", false))
        group by schema_name, table_name
        order by schema_name, table_name
        """,
        {"is_partner": is_partner},
    ).fetchall()
    rows = {(schema, table): rule for schema, table, rule, _ in found}
    return rows, {(schema, table): list(filter(seen.sees, columns)) for schema, table, _, columns in found}


def cover(connection: duckdb.DuckDBPyConnection, of: Collection[Audience]) -> None:
    """Make the table `covered`: for each file of a place, the children in it now, with their school and zone.

    A zone has the children whose main school lies in it, a school those who are on its register, a pupil referral unit
    for example those whose main school is another. School and zone are those through which the place has the child.
    Children and places are those of the map in force. Whoever may see the county may see each of its zones. A partner's
    file of a zone has those of its children for whom a flag of the agreement is up that its level lets it know.

    Children in no school are of the zone where they live, for its staff alone: no school has them, no partner, and no
    zone whose level leaves it without their list.
    """
    lists = [
        one.code
        for one in of
        if not one.is_partner and OUT_OF_SCHOOL in one.rows and OUT_OF_SCHOOL not in one.levels.empty
    ]
    connection.execute("create or replace table memory.hidden_flag (audience_code varchar, flag_key varchar)")
    hidden = [(one.code, key) for one in of for key in one.levels.hidden.values()]
    if hidden:
        connection.executemany("insert into memory.hidden_flag values (?, ?)", hidden)
    connection.execute(
        """
        create or replace table memory.covered as
        with access as (
            select distinct roles.audience_code, users.scope_level, users.school_durable_key, users.zone_key
            from build.core.brg_user__scope as users
            inner join build.reference.ref_user_role as roles
                on
                    users.role_code = roles.role_code
                    and users.as_of_date >= roles.valid_from_date
                    and users.as_of_date < roles.valid_to_date
            where users.has_access
        ),

        children as (
            select
                places.child_durable_key,
                places.school_durable_key,
                schools.school_id,
                pyramids.pyramid_code,
                zones.zone_code,
                places.zone_key,
                places.is_main,
                true as is_pupil
            from build.core.brg_child__school as places
            inner join build.core.dim_school as schools on places.school_key = schools.school_key
            inner join build.core.dim_pyramid as pyramids on places.pyramid_key = pyramids.pyramid_key
            inner join build.core.dim_zone as zones on places.zone_key = zones.zone_key
            anti join build.intermediate.int_children_restricted as restricted
                on places.child_durable_key = restricted.child_durable_key

            union all

            select
                out_of_school.child_durable_key,
                null as school_durable_key,
                null as school_id,
                null as pyramid_code,
                out_of_school.zone_code,
                out_of_school.zone_key,
                true as is_main,
                false as is_pupil
            from build.mart.mart_not_in_school as out_of_school
            anti join build.intermediate.int_children_restricted as restricted
                on out_of_school.child_durable_key = restricted.child_durable_key
        ),

        -- by way of which scope an audience has a zone: its own, or the county
        zones_seen as (
            select distinct audiences.audience_code, audiences.columns = 'listed' as is_partner, children.zone_key
            from build.reference.ref_audience as audiences
            cross join (select distinct zone_key from children) as children
            inner join access
                on
                    (audiences.audience_code = access.audience_code and access.zone_key = children.zone_key
                        and access.scope_level = 'zone')
                    or (access.scope_level = 'county' and access.audience_code
                        = if(audiences.columns = 'listed', audiences.audience_code, $analyst))
            where audiences.scope_level = 'zone'
        ),

        agreed as (
            select distinct flags.audience_code, raised.child_durable_key
            from build.core.fct_flag_raised as raised
            inner join build.core.dim_flag as names on raised.flag_key = names.flag_key
            inner join build.reference.ref_partner_flag as flags
                on
                    names.flag_code = flags.flag_code
                    and raised.as_of_date >= flags.valid_from_date
                    and raised.as_of_date < flags.valid_to_date
            anti join memory.hidden_flag as hidden
                on flags.audience_code = hidden.audience_code and raised.flag_key = hidden.flag_key
        )

        select zones_seen.audience_code, children.zone_code as place, children.* exclude (zone_key, is_main, is_pupil)
        from children
        inner join zones_seen on children.zone_key = zones_seen.zone_key
        left join agreed
            on
                children.child_durable_key = agreed.child_durable_key
                and zones_seen.audience_code = agreed.audience_code
        where
            children.is_main
            and (children.is_pupil or list_contains($lists, zones_seen.audience_code))
            and (not zones_seen.is_partner or agreed.child_durable_key is not null)

        union all

        select 'school', school_id as place, children.* exclude (zone_key, is_main, is_pupil)
        from children
        where
            school_durable_key in (
                select school_durable_key from access where audience_code = 'school' and scope_level = 'school'
            )
        """,
        {"analyst": ANALYST, "lists": lists},
    )


def zones_with_files(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Zones that have a file, or a school in them that has one; among them what is on no map."""
    found = connection.execute("select distinct zone_code from memory.covered order by zone_code").fetchall()
    return [zone for (zone,) in found]


def places(connection: duckdb.DuckDBPyConnection, audience: str, zone: str) -> list[str]:
    """Places within a zone that have a file for an audience."""
    found = connection.execute(
        "select distinct place from memory.covered where audience_code = ? and zone_code = ? order by place",
        [audience, zone],
    ).fetchall()
    return [place for (place,) in found]


def reaches_beyond(connection: duckdb.DuckDBPyConnection, zone: str) -> set[str]:
    """The schools of a zone that have children whom the zone has not: their main school lies in another."""
    found = connection.execute(
        """
        select distinct place
        from memory.covered
        where
            audience_code = 'school'
            and zone_code = $zone
            and child_durable_key not in (
                select child_durable_key from memory.covered where audience_code = 'zone' and place = $zone
            )
        """,
        {"zone": zone},
    ).fetchall()
    return {place for (place,) in found}


def select_place(connection: duckdb.DuckDBPyConnection, audience: str, place: str) -> int:
    """Make the tables that the rules in `CONDITIONS` name, for one file; returns how many children it covers."""
    whose = {"audience": audience, "place": place}
    connection.execute(
        """
        create or replace temp table place_child as
        select distinct child_durable_key from memory.covered where audience_code = $audience and place = $place
        """,
        whose,
    )
    connection.execute(
        """
        create or replace temp table place_itself as
        with of_place as (
            select distinct school_durable_key, school_id, pyramid_code, zone_code
            from memory.covered
            where audience_code = $audience and place = $place
        )

        select 'county' as place_type, 'county' as place_code, null as school_durable_key
        union
        select 'zone', zone_code, null from of_place
        union
        select 'pyramid', pyramid_code, null from of_place where pyramid_code is not null
        union
        select 'school', school_id, school_durable_key from of_place where school_id is not null
        """,
        whose,
    )
    (children,) = one_row(connection.execute("select count(*) from place_child"))
    return int(children)


def select_agreed(connection: duckdb.DuckDBPyConnection, audience: str) -> None:
    """Make the table that the rules on a partner's flags name: those of its agreement on the day of the build."""
    connection.execute(
        """
        create or replace temp table agreed_flag as
        select names.flag_key
        from build.core.dim_flag as names
        inner join build.reference.ref_partner_flag as flags on names.flag_code = flags.flag_code
        anti join memory.hidden_flag as hidden
            on flags.audience_code = hidden.audience_code and names.flag_key = hidden.flag_key
        where
            flags.audience_code = $audience
            and exists (
                select 1
                from build.core.fct_flag_raised as raised
                where
                    raised.flag_key = names.flag_key
                    and raised.as_of_date >= flags.valid_from_date
                    and raised.as_of_date < flags.valid_to_date
            )
        """,
        {"audience": audience},
    )


NOT_RESTRICTED = (
    "(child_durable_key in (select child_durable_key from build.intermediate.int_children_restricted)) is not true"
)
"""SQL: whether a row is of nobody whom nobody may see (`earlyhelp restrict`)."""

_CHILDREN = "select child_durable_key from place_child"
CONDITIONS = {
    "all": "true",
    "children": f"child_durable_key in ({_CHILDREN})",
    "households": f"""household_durable_key in (
        select household_durable_key from build.core.brg_child__household where child_durable_key in ({_CHILDREN})
    )""",
    "schools": "school_durable_key in (select school_durable_key from place_itself where place_type = 'school')",
    "pyramids": "pyramid_code in (select place_code from place_itself where place_type = 'pyramid')",
    "zones": "is_county or zone_code in (select place_code from place_itself where place_type = 'zone')",
    "flags": "flag_key in (select flag_key from agreed_flag)",
    "raised": f"child_durable_key in ({_CHILDREN}) and flag_key in (select flag_key from agreed_flag)",
    "places": "(place_type, place_code) in (select (place_type, place_code) from place_itself)",
}
"""What each rule of ref_audience_table says of a row, for what `select_place` and `select_agreed` have made."""
