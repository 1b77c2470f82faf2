"""What is counted of a build before it is released: the star against what was delivered, and against itself.

`before` has what is counted against the release before.

Each metric is a query of one row, `value` and `detail`. A detail names schools, zones, tables and flags, never a child.
`frame` writes the one statement that runs them all, and fills in `$as_of` (the day the build speaks of),
`$direct_identifiers` (columns that a contract marks as naming a child) and `loaded_rows` (of raw and quarantine).
"""

from expectations.metrics.incoming import PLACE_FORMS, Metric, named_places

NAMED = 20
"""A detail names so many schools or zones at most."""

AROUND = 42
"""Days of half a term: a school may talk about a child who is to come, or has just left."""

STATES = "'raised', 'not_raised', 'not_assessable'"

SHARED = {
    "delivered_children": """
    select distinct child_durable_key
    from intermediate.int_children_delivered
    where child_durable_key is not null
    """,
    "told_children": """
    select distinct child_durable_key from core.dim_child where child_durable_key <> 'unknown'
    """,
    "told_enrolments": """
    select distinct facts.child_durable_key, schools.school_id
    from core.fct_enrolment as facts
    left join core.dim_school as schools using (school_key)
    """,
    "zones_of_the_day": """
    select distinct zone_code
    from intermediate.int_schools_delivered
    where zone_code is not null and valid_from_date <= $as_of and valid_to_date > $as_of
    """,
    "population": """
    select population_code, child_durable_key from intermediate.int_populations where as_of_date = $as_of
    """,
    "open_registrations": """
    select child_durable_key, school_id, start_date, last_recorded_date, last_present_date
    from intermediate.int_main_registrations
    where start_date <= $as_of and end_date > $as_of
    qualify
        count(distinct school_durable_id) over (partition by child_durable_key) > 1
    """,
    "registered": """
    select facts.child_durable_key, schools.todays_school_durable_key, facts.valid_from_date, facts.valid_to_date
    from core.fct_enrolment as facts
    inner join core.dim_school as schools using (school_key)
    """,
    "talked_about": """
    select child_durable_key, school_key, huddle_date as case_date from core.fct_huddle_review
    union all
    select child_durable_key, school_key, opened_date from core.fct_response
    """,
    "assessed": """
    select distinct population_code, child_durable_key from core.fct_flag_assessment where as_of_date = $as_of
    """,
}
"""Relations that several metrics read; a statement holds those that its metrics name."""


def count_of(relation: str, wording: str, remedy: str, named: str | None = None) -> Metric:
    """A metric that counts the rows of a relation, and names the distinct values of one column of it."""
    names = f"coalesce(': ' || {named_few(named)}, '')" if named else "''"
    return Metric(
        wording=wording,
        remedy=remedy,
        query=f"select count(*) as value, count(*) || ' {wording}' || {names} as detail from ({relation}) as found",
    )


def named_few(column: str) -> str:
    """The first few distinct values of a column, in order, as one text: of places, of flags or of deliveries."""
    if column in PLACE_FORMS:
        return named_places(column, NAMED)
    return f"array_to_string(list_slice(list_sort(list(distinct {column})), 1, {NAMED}), ', ')"


METRICS: dict[str, Metric] = {
    "relations_missing": Metric(
        wording="tables that the gate reads are not in the build",
        remedy="Build the whole project; where a model was renamed, rename it in expectations/metrics/release",
    ),
    "children_lost": count_of(
        "select child_durable_key from delivered_children anti join told_children using (child_durable_key)"
        " union all"
        " select identity_id from intermediate.int_children_delivered where child_durable_key is null",
        wording="children of the deliveries in force are not in dim_child",
        remedy="Look for a filter or an inner join in what dim_child is made of",
    ),
    "children_unexplained": count_of(
        "from told_children anti join delivered_children using (child_durable_key)",
        wording="children of dim_child are in no delivery in force",
        remedy="Look for rows of superseded deliveries in what dim_child is made of",
    ),
    "enrolments_lost": count_of(
        "from intermediate.int_registrations_delivered anti join told_enrolments using (child_durable_key, school_id)",
        wording="registrations (child and school) of the deliveries in force are not in fct_enrolment",
        remedy="Look for a filter or an inner join in what fct_enrolment is made of",
        named="school_id",
    ),
    "enrolments_unexplained": count_of(
        "from told_enrolments anti join intermediate.int_registrations_delivered using (child_durable_key, school_id)",
        wording="registrations of fct_enrolment are in no delivery in force",
        remedy="Look for rows of superseded deliveries, or a join that invents schools, behind fct_enrolment",
        named="school_id",
    ),
    "schools_missing": count_of(
        "select distinct school_id from intermediate.int_schools_delivered anti join core.dim_school using (school_id)"
        " where school_id is not null",
        wording="schools of the register or the map are not in dim_school",
        remedy="Look for a filter in what dim_school is made of",
        named="school_id",
    ),
    "zones_missing": count_of(
        "from intermediate.int_schools_delivered anti join core.dim_zone using (zone_code) where zone_code is not null",
        wording="schools lie in zones that are not in dim_zone",
        remedy="Look for a filter in what dim_zone is made of; no list of zones may be written in a model",
        named="zone_code",
    ),
    "pyramids_missing": count_of(
        "from intermediate.int_schools_delivered anti join core.dim_pyramid using (pyramid_code)"
        " where pyramid_code is not null",
        wording="schools lie in pyramids that are not in dim_pyramid",
        remedy="Look for a filter in what dim_pyramid is made of",
        named="pyramid_code",
    ),
    "zones_not_on_dashboard": count_of(
        "from zones_of_the_day"
        " anti join (from mart.mart_zone_dashboard where is_current) as dashboard using (zone_code)",
        wording="zones of the map have no row in mart_zone_dashboard for the as-of date",
        remedy="Look for an inner join in mart_zone_dashboard; a zone without children still has its row",
        named="zone_code",
    ),
    "dashboard_does_not_add_up": count_of(
        """
        select as_of_date, flag_code
        from mart.mart_zone_dashboard
        group by as_of_date, flag_code
        having
            sum(children_count) filter (where is_county)
            is distinct from coalesce(sum(children_count) filter (where not is_county), 0)
            or sum(raised_count) filter (where is_county)
            is distinct from coalesce(sum(raised_count) filter (where not is_county), 0)
        """,
        wording="dates and flags whose zones do not add up to the county",
        remedy="Every child counts in one zone, or in the zone not known; look for a child counted twice or in none",
        named="flag_code",
    ),
    "population_empty": Metric(
        wording="no child is of the population of the day",
        remedy="Deliver the pupils of Synergy or of the School Census: without them marks and families belong to "
        "nobody, and what rests on pupils is published empty",
        query="""
        select
            case when count(*) = 0 then 1 else 0 end as value,
            count(*) || ' children are of the population; accepted were deliveries of ' || (
                select coalesce(string_agg(distinct source, ', ' order by source), 'nothing')
                from ops.delivery
                where status in ('accepted', 'accepted_with_warnings')
            ) as detail
        from population
        """,
    ),
    "population_not_assessed": count_of(
        "from population anti join assessed using (population_code, child_durable_key)",
        wording="children of the population have no row in fct_flag_assessment",
        remedy="Look for an inner join in what fct_flag_assessment is made of",
    ),
    "assessed_outside_population": count_of(
        "from assessed anti join population using (population_code, child_durable_key)",
        wording="children are assessed who are not of the population",
        remedy="Look at what fct_flag_assessment is made of: its rows begin from the population of the day",
    ),
    "assessments_out_of_grain": count_of(
        """
        with flags as (
            select population_code, count(*) as flags_count from reference.ref_flag where is_on group by all
        ),

        children as (
            select population_code, child_durable_key, as_of_date, count(*) as rows_count,
                count(distinct flag_key) as flags_count
            from core.fct_flag_assessment
            group by population_code, child_durable_key, as_of_date
        )

        select children.*
        from children left join flags using (population_code)
        where
            children.rows_count is distinct from flags.flags_count
            or children.flags_count is distinct from flags.flags_count
        """,
        wording="children have not exactly one row for each flag on a date",
        remedy="Look for a join that repeats or loses rows in what fct_flag_assessment is made of",
    ),
    "states_unknown": count_of(
        f"from core.fct_flag_assessment where flag_state is null or flag_state not in ({STATES})",
        wording="assessments are neither raised, not raised nor not assessable",
        remedy="Look at where rules are judged: there are three states and no other",
    ),
    "not_assessable_without_reason": count_of(
        "from core.fct_flag_assessment where (flag_state = 'not_assessable') <> (reason_code is not null)",
        wording="assessments are not assessable without a reason, or have a reason and are assessable",
        remedy="Look at the measures: whatever has no value has a reason of ref_unassessable_reason",
    ),
    "assessed_without_evidence": count_of(
        "from core.fct_flag_assessment"
        " where flag_state <> 'not_assessable' and (value is null or threshold is null or flag_rule_key = 'unknown')",
        wording="assessments have no value, no threshold or no rule to explain them",
        remedy="Look at where rules are judged: value, threshold and rule travel with every flag",
    ),
    "assessments_of_unknown_child": count_of(
        "from core.fct_flag_assessment where child_key = 'unknown'",
        wording="assessments belong to no child of dim_child",
        remedy="Look at the join of fct_flag_assessment with dim_child",
    ),
    "assessments_outside_zones": count_of(
        "select schools.school_id from core.fct_flag_assessment as facts"
        " inner join core.dim_school as schools using (school_key)"
        " where facts.as_of_date = $as_of and facts.zone_key = 'unknown'"
        " and exists (from core.dim_zone where zone_key <> 'unknown')",
        wording="assessments are of children at a school without a zone",
        remedy="Add these schools to the map of schools, pyramids and zones (Synergy schools)",
        named="school_id",
    ),
    "children_at_two_schools": Metric(
        wording="children have two open main registrations at once",
        remedy="Ask the schools where the child is taught; the other enters a last day or a subsidiary registration",
        query=f"""
        select
            count(distinct child_durable_key) as value,
            count(distinct child_durable_key) || ' children have two open main registrations at once, '
            || count(distinct child_durable_key) filter (where is_alike)
            || ' of them with nothing but the number of the school to tell which holds'
            || coalesce(': ' || {named_few("school_id")}, '') as detail
        from (
            select
                *,
                count(*) over (
                    partition by child_durable_key, start_date, last_recorded_date, last_present_date
                ) > 1 as is_alike
            from open_registrations
        ) as found
        """,
    ),
    "cases_elsewhere": count_of(
        "select schools.school_id from talked_about"
        " inner join core.dim_school as schools using (school_key)"
        " where talked_about.child_durable_key <> 'unknown' and talked_about.school_key <> 'unknown'"
        " and not exists ("
        "from registered where registered.child_durable_key = talked_about.child_durable_key"
        " and registered.todays_school_durable_key = schools.todays_school_durable_key"
        f" and talked_about.case_date between registered.valid_from_date - {AROUND}"
        f" and registered.valid_to_date + {AROUND})",
        wording="reviews of huddles and responses are of children who were not at that school around the day",
        remedy="Look whether a column has slipped where they were written down, or schools or UPNs were mixed up",
        named="school_id",
    ),
    "direct_identifiers": Metric(
        wording="columns of core and mart that name a child",
        remedy="Direct identifiers live in dim_child_identity alone; take the columns out of the model",
        query="""
        select
            count(*) as value,
            count(*) || ' columns that name a child'
            || coalesce(': ' || string_agg(table_name || '.' || column_name, ', '), '') as detail
        from information_schema.columns
        where
            table_catalog = current_database()
            and table_schema in ('core', 'mart')
            and column_name in ($direct_identifiers)
            and table_name <> 'dim_child_identity'
            -- the postcode of a school is where it stands
            and not (table_name = 'dim_school' and column_name = 'postcode')
        """,
    ),
    "deliveries_unbalanced": count_of(
        """
        select delivery_id
        from ops.delivery
        left join (
            select delivery_id, sum(rows_accepted) as rows_accepted, sum(rows_rejected) as rows_rejected
            from loaded_rows
            group by delivery_id
        ) as loaded using (delivery_id)
        where
            coalesce(rows_read, 0) <> coalesce(loaded.rows_accepted, 0) + coalesce(loaded.rows_rejected, 0)
            or coalesce(delivery.rows_accepted, 0) <> coalesce(loaded.rows_accepted, 0)
            or coalesce(delivery.rows_rejected, 0) <> coalesce(loaded.rows_rejected, 0)
        """,
        wording="deliveries whose rows read are not those accepted in raw and those rejected in quarantine",
        remedy="A row was dropped without a trace; deliver the file again and report this as a fault of the loader",
        named="delivery_id",
    ),
}
