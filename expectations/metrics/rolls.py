"""How many pupils each school has on roll: beside the delivery before, and beside the other source on the same day.

A copy that was cut off, or an extract that was filtered, lacks the pupils of some schools while the authority's total
hardly moves. Schools that are missing as a whole are `metrics.schools`' matter.
"""

from expectations.metrics.before import UNREMARKABLE_ROWS, earlier_deliveries
from expectations.metrics.incoming import Incoming, readable_date
from expectations.metrics.schools import NAMED_SCHOOLS, ON_ROLL

COMPARABLE_DAYS = 120
"""The other source is asked if it speaks of a day no further away: a census term and its successor are."""

CENSUS, SPELLS = "school_census__pupils", "synergy__enrolments"


def school_rolls(incoming: Incoming) -> str:
    """The smallest share of its pupils on roll that a school kept since the delivery before of the same scope."""
    return f"""
    with deliveries as (
        select delivery_id, scope, part, extract_date, sequence, true as is_candidate from incoming.delivery
        union all
        select delivery_id, scope, part, extract_date, sequence, false from ({earlier_deliveries(incoming.table)})
    ),
    rolls as (
        select _delivery_id as delivery_id, replace(school_id, '/', '') as school_id, count(*) as pupils
        from incoming."{incoming.table}"
        where len(_reasons) = 0 and {ON_ROLL[incoming.table]}
        group by all
        union all
        select _delivery_id as delivery_id, replace(school_id, '/', '') as school_id, count(*) as pupils
        from raw."{incoming.table}"
        where {ON_ROLL[incoming.table]} and _delivery_id in (select delivery_id from deliveries where not is_candidate)
        group by all
    ),
    in_order as (
        select
            delivery_id,
            is_candidate,
            lag(delivery_id) over (
                partition by scope, part order by extract_date, sequence nulls last, delivery_id
            ) as before_id
        from deliveries
        where delivery_id in (select delivery_id from rolls)
    ),
    pairs as (
        select in_order.delivery_id, now.school_id, now.pupils as own, before.pupils as other
        from in_order
        inner join rolls as now on now.delivery_id = in_order.delivery_id
        inner join rolls as before on before.delivery_id = in_order.before_id and before.school_id = now.school_id
        where in_order.is_candidate
    )
    {_worst("own", "other", "in the delivery before")}
    """


def school_rolls_beside_other(incoming: Incoming) -> str:
    """The smallest share that a school has of the pupils whom the other source has there on the day of the census."""
    return f"with {_pairs(incoming)} {_worst('own', 'other', 'in the other source')}"


def school_rolls_of_other(incoming: Incoming) -> str:
    """The smallest share that the other source has of the pupils of a school of this delivery, on that day."""
    return f"with {_pairs(incoming)} {_worst('other', 'own', 'here, in the other source')}"


def pupils_on_two_rolls(incoming: Incoming) -> str:
    """The share of a delivery's pupils on roll who are a main registration there and at another school on that day.

    Both schools' returns may lie in this batch, or one in force. One pupil is no rate: schools disagree about one.
    """
    main = f"""
        select
            _delivery_id as delivery_id,
            upper(trim(upn)) as upn,
            replace(school_id, '/', '') as school_id,
            _extract_date as day,
            coalesce(upper(trim(enrol_status)), 'C') in ('C', 'M') as is_main
        from {{schema}}."{CENSUS}"
        where {ON_ROLL[CENSUS]}
    """
    return f"""
    with own as ({main.format(schema="incoming")} and len(_reasons) = 0),
    others as (
        from own
        union all
        from ({main.format(schema="raw")}) where day in (select day from own) and upn in (select upn from own)
    ),
    counted as (
        select
            delivery_id,
            count(*) as pupils,
            count(*) filter (
                where
                    is_main
                    and exists (
                        select 1 from others
                        where
                            others.upn = own.upn and others.day = own.day and others.is_main
                            and others.school_id <> own.school_id
                    )
            ) as of_two
        from own
        group by delivery_id
    )
    select
        delivery_id,
        case when of_two > 1 then of_two / pupils else 0 end as value,
        of_two || ' of ' || pupils || ' pupils are main registrations of another school too, on the same day' as detail
    from counted
    """


def _worst(counted: str, of: str, where: str) -> str:
    """The query over `pairs`: of each delivery the school that is shortest, and a detail of up to thirty of them."""
    is_short = f"{of} - {counted} > {UNREMARKABLE_ROWS}"
    return f"""
    select
        delivery_id,
        coalesce(min({counted} / {of}) filter (where {is_short}), 1) as value,
        count(*) filter (where {is_short}) || ' of ' || count(*) || ' schools have fewer pupils than {where}'
        || coalesce(': ' || array_to_string(list_slice(list(
            school_id || ' ' || {counted} || ' of ' || {of} order by {counted} / {of}, school_id
        ) filter (where {is_short}), 1, {NAMED_SCHOOLS}), ', '), '') as detail
    from pairs
    group by delivery_id
    """


def _pairs(incoming: Incoming) -> str:
    """CTE pairs: delivery_id, school_id, own and other, pupils on roll on the day of the census, in both sources."""
    if incoming.table == CENSUS:
        return f"""census as (
            select
                _delivery_id as delivery_id,
                replace(school_id, '/', '') as school_id,
                _extract_date as day,
                count(*) as pupils
            from incoming."{CENSUS}"
            where {ON_ROLL[CENSUS]}
            group by all
        ),
        spells as ({_spells("raw")} qualify rank() over (order by _extract_date desc) = 1),
        pairs as (
            select
                census.delivery_id,
                census.school_id,
                any_value(census.pupils) as own,
                count(distinct spells.pupil_id) as other
            from census
            inner join spells
                on
                    spells.school_id = census.school_id
                    and abs(spells.extract_date - census.day) <= {COMPARABLE_DAYS}
                    and {_covers("census.day")}
            group by census.delivery_id, census.school_id
        )"""
    return f"""returns as (
        select
            replace(school_id, '/', '') as school_id,
            _extract_date as day,
            count(*) as pupils,
            any_value(sequence) as sequence
        from raw."{CENSUS}"
        inner join ops.delivery on delivery.delivery_id = _delivery_id
        where {ON_ROLL[CENSUS]}
        group by replace(school_id, '/', ''), _extract_date, _delivery_id
    ),
    spells as ({_spells("incoming")}),
    census as (
        select batch.delivery_id, returns.school_id, returns.day, returns.pupils
        from incoming.delivery as batch
        inner join returns on batch.extract_date - returns.day between 0 and {COMPARABLE_DAYS}
        qualify row_number() over (
            partition by batch.delivery_id, returns.school_id order by returns.day desc, returns.sequence desc
        ) = 1
    ),
    pairs as (
        select
            census.delivery_id,
            census.school_id,
            count(distinct spells.pupil_id) as own,
            any_value(census.pupils) as other
        from census
        inner join spells
            on
                spells.delivery_id = census.delivery_id
                and spells.school_id = census.school_id
                and {_covers("census.day")}
        group by census.delivery_id, census.school_id
    )"""


def _spells(schema: str) -> str:
    return f"""
        select
            _delivery_id as delivery_id,
            replace(school_id, '/', '') as school_id,
            pupil_id,
            {readable_date("start_date")} as start_date,
            {readable_date("end_date")} as end_date,
            _extract_date as extract_date
        from {schema}."{SPELLS}"
    """


def _covers(day: str) -> str:
    return f"spells.start_date <= {day} and coalesce(spells.end_date > {day}, true)"
