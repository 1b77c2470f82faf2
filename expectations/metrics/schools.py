"""Whether the schools that should be in a delivery are: those the register expects, and those of the delivery before.

Expected are the open schools with a census duty of the register in force, in the authority of the delivery; where
there is no register, those of the council's own map (Synergy schools). Deliveries of one school, and deliveries whose
schools are pseudonyms, are not judged.
"""

from expectations.metrics.before import earlier_deliveries
from expectations.metrics.incoming import Incoming, named_places, readable_date

ON_ROLL = {
    "school_census__pupils": "roll = 'on'",
    "synergy__enrolments": "nullif(trim(end_date), '') is null",
}
"""Where a table says which pupils are on roll at which school."""

NO_CENSUS_DUTY = (
    "independent|further education|higher education|post 16|16 plus|sixth form|online provider|offshore|overseas"
    "|welsh|children's cent|nursery|early years|secure|service children|miscellaneous|universit|british schools"
)
"""Types of establishment that return no School Census, or no pupils of statutory age, in the register's wording."""

OF_THE_REGISTER = "school_id, establishment_type, status, open_date, close_date"
OF_THE_MAP = "school_id, valid_from_date, valid_to_date"

NAMED_SCHOOLS = 30
"""A detail names so many missing schools at most."""


def schools_covered(incoming: Incoming) -> str:
    """The share of the expected schools that have a pupil on roll in the delivery."""
    return f"""
    with {_expected(incoming)}
    select
        delivery_id,
        count(present.school_id) / count(*) as value,
        count(present.school_id) || ' of ' || count(*) || ' expected schools'
        || coalesce('; missing: ' || {_names("expected.school_id", "present.school_id is null")}, '') as detail
    from expected
    left join present using (delivery_id, school_id)
    group by delivery_id
    """


def schools_lost(incoming: Incoming) -> str:
    """How many schools of the delivery before are missing, other than those that the register says have closed."""
    return f"""
    with {_expected(incoming)},
    before as (
        select batch.delivery_id, earlier.delivery_id as before_id
        from incoming.delivery as batch
        inner join ({earlier_deliveries(incoming.table)}) as earlier
            on
                earlier.scope is not distinct from batch.scope
                and earlier.part is not distinct from batch.part
                and earlier.extract_date <= batch.extract_date
        qualify row_number() over (
            partition by batch.delivery_id order by earlier.extract_date desc, earlier.sequence desc
        ) = 1
    ),
    schools_before as (
        select before_id, school_id
        from (
            select _delivery_id as before_id, replace(school_id, '/', '') as school_id
            from raw."{incoming.table}"
            where {_here(incoming.table)} and _delivery_id in (select before_id from before)
        )
        group by all
    )
    select
        before.delivery_id,
        count(*) filter (where present.school_id is null) as value,
        count(*) filter (where present.school_id is null) || ' of ' || count(*)
        || ' schools of the delivery before missing'
        || coalesce(': ' || {_names("schools_before.school_id", "present.school_id is null")}, '') as detail
    from before
    inner join whole_authority using (delivery_id)
    inner join schools_before using (before_id)
    left join present
        on
            present.delivery_id = before.delivery_id
            and present.school_id = schools_before.school_id
    where
        not exists (
            select 1
            from register
            where
                register.school_id = schools_before.school_id
                and register.close_date <= whole_authority.extract_date
        )
    group by before.delivery_id
    """


def schools_returned(incoming: Incoming) -> str:
    """Of each census term whose schools deliver one by one: the share of the expected schools that have returned."""
    on_roll = "select distinct census_year, census_term, replace(school_id, '/', '') as school_id from"
    return f"""
    with {_expected(incoming)},
    periods as (
        select batch.period, rows.census_year, rows.census_term, max(batch.extract_date) as reference_date
        from incoming.delivery as batch
        inner join incoming."{incoming.table}" as rows on rows._delivery_id = batch.delivery_id
        where batch.scope is not null and batch.delivery_id not in (select delivery_id from whole_authority)
        group by all
    ),
    have_returned as (
        {on_roll} incoming."{incoming.table}" where {ON_ROLL[incoming.table]}
        union
        {on_roll} raw."{incoming.table}" where {ON_ROLL[incoming.table]}
    ),
    authorities as (
        select census_year, census_term, mode(left(school_id, 3)) as la_code
        from have_returned
        where regexp_full_match(school_id, '[0-9]{{7}}')
        group by all
    )
    select
        periods.period,
        count(have_returned.school_id) / count(*) as value,
        count(have_returned.school_id) || ' of ' || count(*) || ' expected schools have returned'
        || coalesce('; missing: ' || {_names("schools.school_id", "have_returned.school_id is null")}, '') as detail
    from periods
    inner join authorities using (census_year, census_term)
    inner join schools_with_a_duty as schools
        on
            schools.la_code = authorities.la_code
            and schools.open_date <= periods.reference_date
            and schools.close_date > periods.reference_date
    left join have_returned
        on
            have_returned.census_year = periods.census_year
            and have_returned.census_term = periods.census_term
            and have_returned.school_id = schools.school_id
    group by periods.period
    """


def _expected(incoming: Incoming) -> str:
    """CTEs: present (schools with a pupil on roll in each delivery), whole_authority (deliveries of many schools),
    register (as it stands in raw or in this batch) and expected (the schools each delivery should hold)."""
    return f"""present as (
        select delivery_id, school_id, row_count
        from (
            select _delivery_id as delivery_id, replace(school_id, '/', '') as school_id, count(*) as row_count
            from incoming."{incoming.table}"
            where {_here(incoming.table)}
            group by all
        )
        where school_id is not null
    ),
    whole_authority as (
        select
            batch.delivery_id,
            batch.extract_date,
            max_by(left(present.school_id, 3), present.row_count) as la_code,
            bool_and(regexp_full_match(present.school_id, '[0-9]{{7}}')) as is_laestab
        from incoming.delivery as batch
        inner join present using (delivery_id)
        group by all
        having not coalesce(batch.scope = any_value(present.school_id) and count(*) = 1, false)
    ),
    {schools_with_a_duty(incoming)},
    expected as (
        select whole_authority.delivery_id, schools.school_id
        from whole_authority
        inner join schools_with_a_duty as schools
            on
                schools.la_code = whole_authority.la_code
                and schools.open_date <= whole_authority.extract_date
                and schools.close_date > whole_authority.extract_date
        where whole_authority.is_laestab
        group by all
    )"""


def schools_with_a_duty(incoming: Incoming) -> str:
    """CTEs: register (the establishments as last delivered) and schools_with_a_duty (of it, or else of the map)."""
    return f"""register as (
        select
            replace(school_id, '/', '') as school_id,
            lower(coalesce(establishment_type, '')) as establishment_type,
            {_known_date("open_date")} as open_date,
            coalesce({_known_date("close_date")}, date '9999-12-31') as close_date,
            coalesce(status, '') not ilike '%closed%' as is_open
        from {as_last_delivered(incoming, "school_register__establishments", OF_THE_REGISTER)}
        where school_id is not null
    ),
    council_map as (
        select
            replace(school_id, '/', '') as school_id,
            {_known_date("valid_from_date")} as open_date,
            coalesce({_known_date("valid_to_date")}, date '9999-12-31') as close_date
        from {as_last_delivered(incoming, "synergy__schools", OF_THE_MAP)}
    ),
    schools_with_a_duty as (
        select school_id, left(school_id, 3) as la_code, coalesce(open_date, date '1900-01-01') as open_date, close_date
        from register
        where
            not regexp_matches(establishment_type, '{NO_CENSUS_DUTY.replace("'", "''")}')
            and (is_open or close_date < date '9999-12-31')
        union all
        select school_id, left(school_id, 3) as la_code, coalesce(open_date, date '1900-01-01') as open_date, close_date
        from council_map
        where left(school_id, 3) not in (select left(school_id, 3) from register)
    )"""


def as_last_delivered(incoming: Incoming, table: str, columns: str) -> str:
    """The rows of the newest delivery of a table, whether accepted before or lying in this batch."""
    places = [f"{schema}.{table}" for schema in ("raw", "incoming") if f"{schema}.{table}" in incoming.relations]
    if not places:
        nothing = ", ".join(f"null::varchar as {column}" for column in columns.split(", "))
        return f"(select {nothing} where false)"
    rows = " union all ".join(f"select {columns}, _extract_date from {place}" for place in places)
    return f"({rows} qualify rank() over (order by _extract_date desc) = 1)"


def _here(table: str) -> str:
    """Which rows of a table say that a school is in it: those of pupils on roll, or else any."""
    return ON_ROLL.get(table, "true")


def _known_date(column: str) -> str:
    """A date; the register writes 1 January 1900 for one it does not know."""
    return f"nullif({readable_date(column)}, date '1900-01-01')"


def _names(column: str, condition: str) -> str:
    return named_places(column, NAMED_SCHOOLS, condition)
