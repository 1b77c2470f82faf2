"""Whether what a delivery says of children agrees with what is known of them: birth date and sex, by UPN.

A column that slipped by a row, or changed places with another, breaks no rule of a single value: every UPN is right,
and every result is another child's. The birth date beside it tells.
"""

from expectations.metrics.incoming import Incoming, readable_date

SYNERGY, CENSUS = "synergy__pupils", "school_census__pupils"

SEX = "case when upper(left(trim(sex), 1)) in ('F', 'M') then upper(left(trim(sex), 1)) end"


def birth_dates_disagree(incoming: Incoming) -> str:
    """The share of rows whose birth date is none of those on record for the UPN."""
    return _disagree(incoming, readable_date("birth_date"), "another birth date")


def sexes_disagree(incoming: Incoming) -> str:
    """The share of rows whose sex, female or male, is none of those on record for the UPN."""
    return _disagree(incoming, SEX, "another sex")


def _disagree(incoming: Incoming, value: str, words: str) -> str:
    """The share of the rows that can be compared; one row is no rate.

    Synergy and the census are compared with each other and never with themselves, so that a correction can be right;
    either may be the wrong one.
    """
    others = [table for table in (SYNERGY, CENSUS) if table != incoming.table and f"raw.{table}" in incoming.relations]
    known = " union all ".join(
        [
            "select null::varchar as upn, null as value where false",
            *(
                f'select upper(trim(upn)), {value} from raw."{table}" where upper(trim(upn)) in (select upn from given)'
                for table in others
            ),
        ]
    )
    return f"""
    with given as (
        select _delivery_id as delivery_id, _row_number as n, upper(trim(upn)) as upn, {value} as value
        from incoming."{incoming.table}"
        where len(_reasons) = 0
    ),
    known as (select distinct upn, value from ({known}) where value is not null),
    compared as (
        select given.delivery_id, given.n, bool_or(given.value = known.value) as agrees
        from given
        inner join known on given.upn = known.upn
        where given.value is not null
        group by given.delivery_id, given.n
    )
    select
        delivery_id,
        case when wrong_count > 1 then wrong_count / row_count end as value,
        wrong_count || ' of ' || row_count || ' rows bear {words} than the UPN has on record' as detail
    from (
        select delivery_id, count(*) filter (where not agrees) as wrong_count, count(*) as row_count
        from compared
        group by delivery_id
    )
    """
