"""What is counted of a build against the release in force: changes beyond what a night or a correction could bring.

A source that fails without a word shows here at the latest: a rare flag is gone, children come from nowhere, areas have
no decile, people are linked to nobody. Where such a change is true an engineer says so: `earlyhelp accept-change`.
"""

from expectations.metrics.incoming import Metric, named_place

REMARKABLE_COUNT = 10
"""Smaller counts, and smaller changes, of raised flags say nothing: a zone may have three of a kind."""

FELL, ROSE = 3, 2
"""A flag that fell below a third, or rose above double what it was, did not do so child by child.

Of a large invented county, whose zones change once and whose releases are half a term apart, no flag of a zone does
either, measured by how many could be assessed; one falls below half, over a summer.
"""

REMARKABLE_CHILDREN = 20

OLDER_THAN_ENTRY = 6
"""Years: younger children enter school, and so the warehouse, every September."""

IF_TRUE = "If it is true, say so: earlyhelp accept-change {} --reason …"

DASHBOARD = "select zone_code, flag_code, is_county, raised_rate, raised_count, assessable_count"

SHARED = {
    "dashboard_now": f"{DASHBOARD} from mart.mart_zone_dashboard where is_current",
    "dashboard_before": f"{DASHBOARD} from release_before.mart.mart_zone_dashboard where is_current",
    "county_now": "from dashboard_now where is_county",
    "county_before": "from dashboard_before where is_county",
    "county_rates": """
    select flag_code, now.raised_rate as now_rate, before.raised_rate as before_rate
    from county_now as now
    inner join county_before as before using (flag_code)
    """,
    # Only where it could be assessed then and can be now: a source that is new, or gone, is told of by another rule.
    # What was raised is measured by how many can be assessed now: a pyramid that moves takes its children with it.
    "flags_compared": f"""
    select
        {named_place("zone_code")} || ' ' || flag_code as flag_of_zone,
        flag_code,
        now.is_county,
        now.raised_rate as now_rate,
        before.raised_rate as before_rate,
        now.raised_count as now_count,
        before.raised_count as before_count,
        before.raised_count * now.assessable_count / before.assessable_count as expected_count
    from dashboard_now as now
    inner join dashboard_before as before using (zone_code, flag_code)
    where
        flag_code <> 'any'
        and 2 * now.assessable_count >= before.assessable_count
        and 2 * before.assessable_count >= now.assessable_count
    """,
    "sources_now": "select distinct source from ops.delivery where status <> 'rejected'",
    "sources_before": "select distinct source from release_before.ops.delivery where status <> 'rejected'",
    "children_before": """
    select child_durable_key from release_before.core.dim_child
    union
    select bridge.child_durable_key
    from core.brg_earlier_child__child as bridge
    inner join release_before.core.dim_child as known on bridge.earlier_child_durable_key = known.child_durable_key
    """,
    "children_of_age": f"""
    select distinct child_durable_key
    from population
    inner join core.dim_child using (child_durable_key)
    where is_current and birth_month < $as_of - interval {OLDER_THAN_ENTRY} years
    """,
    "deciles_now": """
    select avg((areas.imd_decile is null)::int) as missing
    from core.dim_child as children left join core.dim_area as areas using (area_key) where children.is_current
    """,
    "deciles_before": """
    select avg((areas.imd_decile is null)::int) as missing
    from release_before.core.dim_child as children
    left join release_before.core.dim_area as areas using (area_key)
    where children.is_current
    """,
    "links_now": """
    select source, sum(links_count) filter (where link_status = 'linked') as linked, sum(links_count) as people
    from core.fct_link_summary
    group by source
    """,
    "links_before": """
    select source, sum(links_count) filter (where link_status = 'linked') as linked, sum(links_count) as people
    from release_before.core.fct_link_summary
    group by source
    """,
}
"""Relations that several of these metrics read, beside those of `catalogue`."""


def _flags(changed: str, words: str) -> str:
    """The flags of a zone, or of the county, of which `changed` is true, by name with both counts."""
    return f"""
    select
        count(*) filter (where {changed}) as value,
        count(*) filter (where {changed}) || ' {words}' || coalesce(
            ': ' || string_agg(
                flag_of_zone || ' from ' || before_count || ' to ' || now_count, ', ' order by flag_of_zone
            ) filter (where {changed}),
            ''
        ) as detail
    from flags_compared
    """


def _rates(relation: str) -> str:
    """How far the rate of a flag moved that moved furthest, and all that moved."""
    return f"""
    select
        max(abs(now_rate - before_rate)) as value,
        coalesce(
            string_agg(
                flag_code || ' from ' || round(before_rate * 100, 1) || ' % to ' || round(now_rate * 100, 1) || ' %',
                ', ' order by flag_code
            ) filter (where now_rate <> before_rate),
            'no flag rate moved'
        ) as detail
    from {relation}
    """


VANISHED = f"""
    {FELL} * now_count < expected_count
    and before_count >= {REMARKABLE_COUNT} and expected_count - now_count >= {REMARKABLE_COUNT}
"""
DOUBLED = f"""
    now_count > {ROSE} * expected_count
    and now_count >= {REMARKABLE_COUNT} and now_count - expected_count >= {REMARKABLE_COUNT}
"""

METRICS: dict[str, Metric] = {
    "flags_vanished": Metric(
        wording="flags of a zone fell below a third of what they were",
        remedy="Find the source that no longer says what it said. " + IF_TRUE.format("flags_vanished"),
        absent="no release before",
        query=_flags(VANISHED, "flags of a zone fell below a third of what they were"),
    ),
    "flags_doubled": Metric(
        wording="flags of a zone rose above double what they were",
        remedy="Find the source that says what it did not say. " + IF_TRUE.format("flags_doubled"),
        absent="no release before",
        query=_flags(DOUBLED, "flags of a zone rose above double what they were"),
    ),
    "children_from_nowhere": Metric(
        wording="of the children beyond the age of entry were in no release before",
        remedy="Look for pupils under new identifiers, or of another council. "
        + IF_TRUE.format("children_from_nowhere"),
        absent="no release before, or a source that is new",
        query=f"""
        select
            case
                when count(*) filter (where known.child_durable_key is null) >= {REMARKABLE_CHILDREN}
                    and not exists (from sources_now anti join sources_before using (source))
                    then count(*) filter (where known.child_durable_key is null) / count(*)
            end as value,
            count(*) filter (where known.child_durable_key is null) || ' of ' || count(*)
            || ' children beyond the age of entry were not in the release before' as detail
        from children_of_age
        left join children_before as known using (child_durable_key)
        """,
    ),
    "deciles_lost": Metric(
        wording="is how much more of the children live in an area without a decile",
        remedy="Deliver the index of the areas that addresses are in (by LSOA year). " + IF_TRUE.format("deciles_lost"),
        absent="no release before",
        query="""
        select
            round(now.missing - before.missing, 4) as value,
            round(100 * now.missing, 1) || ' % of the children live in an area without a decile, after '
            || round(100 * before.missing, 1) || ' %' as detail
        from deciles_now as now
        cross join deciles_before as before
        """,
    ),
    "links_lost": Metric(
        wording="is the largest share of a source's people that is no longer linked to a child",
        remedy="Look at names, birth dates and postcodes of that source's last delivery. "
        + IF_TRUE.format("links_lost"),
        absent="no release before",
        # A source whose people are no children any more is not linked less often: it is not there, or hardly.
        query=f"""
        select
            round(
                max(
                    before.linked / before.people
                    - case
                        when {FELL} * coalesce(now.linked, 0) < before.linked then 0
                        else now.linked / now.people
                    end
                ) filter (where before.linked >= {REMARKABLE_COUNT}),
                4
            ) as value,
            string_agg(
                source || ': ' || coalesce(now.linked, 0) || ' of ' || coalesce(now.people, 0) || ' linked, after '
                || before.linked || ' of ' || before.people, ', ' order by source
            ) as detail
        from links_before as before
        left join links_now as now using (source)
        """,
    ),
    "flag_rate_moved": Metric(
        wording="is the furthest that a county flag rate moved since the release before",
        remedy="Ask whether a source changed its coverage or meaning before telling it as a change of the children",
        absent="no release before",
        query=_rates("county_rates"),
    ),
    "flag_rate_leapt": Metric(
        wording="is the furthest that a county flag rate moved among as many children as before",
        remedy="Find the source that says of many children at once what it did not say. "
        + IF_TRUE.format("flag_rate_leapt"),
        absent="no release before",
        query=_rates("flags_compared where is_county"),
    ),
    "flags_no_longer_assessable": Metric(
        wording="flags could be assessed in the release before and now cannot for any child",
        remedy="A source is missing or out of date: mart_freshness says which; deliver it. "
        + IF_TRUE.format("flags_no_longer_assessable"),
        absent="no release before",
        query="""
        select
            count(*) filter (where now.assessable_count = 0 and before.assessable_count > 0) as value,
            count(*) filter (where now.assessable_count = 0 and before.assessable_count > 0)
            || ' flags are no longer assessable'
            || coalesce(
                ': ' || string_agg(now.flag_code, ', ' order by now.flag_code)
                    filter (where now.assessable_count = 0 and before.assessable_count > 0),
                ''
            ) as detail
        from county_now as now
        inner join county_before as before using (flag_code)
        """,
    ),
}
