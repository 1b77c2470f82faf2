"""What is counted of a delivery: each metric's SQL in one place, and one fused query per table that counts all.

Two kinds. A *share of rows* is a predicate over a row of `incoming."<source>__<table>"`, where `reasons` is the row's
reasons as '|column:reason|…'. A *measure* is a query of its own that yields delivery_id, value and detail, because it
compares the delivery with something else: in the modules beside this one. Values are numbers. A detail holds counts,
column names and school ids, never a value of a child's row; a school id only where it has the form of one.
"""

from functools import cache

from expectations.metrics import (
    attendance,
    before,
    concerns,
    early_years,
    exclusions,
    filled,
    known,
    not_in_school,
    period,
    plans,
    police,
    post16,
    references,
    rewritten,
    rolls,
    schools,
    sessions,
    social_care,
    users,
)
from expectations.metrics.incoming import Incoming, Metric, readable_date, reference_ctes
from expectations.metrics.release import frame as release_frame

ROWS_ALWAYS_ALLOWED = 1
"""One odd row is no rate: a share of rows is judged from the second such row on."""


# A leaver's NC year is that of the day they left, which an autumn return tells of the school year before.
AGE_ON_31_AUGUST = """
    year({day}) - (month({day}) < 9)::int - year({birth_date}) - (month({birth_date}) > 8)::int
"""
RETIRED_CODE = """
    (r.census_year, r.census_term, r.period, trim(r.attendance_code)) in (
        select census.census_year, census.census_term, periods.period, codes.attendance_code
        from ref_census as census
        cross join (values ('term'), ('summer_half_term_2')) as periods (period)
        inner join ref_attendance_code as codes
            on codes.valid_to_date <= case
                when periods.period = 'term' then census.term_to_date else census.summer_half_term_2_to_date
            end
    )
"""
NO_SCHOOL_DAY = """
    (
        isodow({day}) > 5
        or not exists (select 1 from ref_term where {day} between start_date::date and end_date::date)
    )
"""


@cache
def share_metrics() -> dict[str, Metric]:
    """The shares of rows."""
    birth_date = readable_date("r.birth_date")
    day = f"coalesce({readable_date('r.leaving_date')}, _extract_date)"
    age = AGE_ON_31_AUGUST.format(day=day, birth_date=birth_date)
    expected_age = "(select n.age_at_start_of_year from ref_nc_year as n where n.nc_year = trim(r.nc_year))::int"
    return {
        "rejected_row": Metric(
            wording="rows break the contract",
            where="reasons <> ''",
            remedy="ops.rejection says which column and why; correct the extract at its source and deliver it again",
        ),
        "set_aside_row": Metric(
            wording="rows were taken without a value that breaks the contract",
            where="set_aside <> ''",
            remedy="ops.set_aside says which column and why; correct the extract at its source and deliver it again",
        ),
        "unknown_code": Metric(
            wording="rows hold a code that is in no code set",
            where="contains(reasons, ':code_unknown|') or contains(set_aside, ':code_unknown|')",
            remedy="Correct the code at its source, or add it to the code set in seeds/reference if it is new",
        ),
        "upn_check_letter_wrong": Metric(
            wording="UPNs have a wrong check letter",
            where="contains(reasons, '|upn:upn_check_letter_wrong|')",
            of="nullif(trim(r.upn), '') is not null",
            remedy="Check that the column holds UPNs and that no character was lost on export, then deliver it again",
        ),
        "birth_date_outside_nc_year": Metric(
            wording="children are not of the age of their NC year",
            where=f"reasons = '' and {age} <> {expected_age}",
            of=f"reasons = '' and {age} is not null and {expected_age} is not null",
            remedy="Check whether the NC year or the birth date columns slipped; flags follow the birth date",
        ),
        "retired_code": Metric(
            wording="attendance codes were retired before the period they stand for",
            where=f"reasons = '' and {RETIRED_CODE}",
            of="reasons = ''",
            remedy="Ask the school to map its codes to the current ones; they are read by the meaning they had",
        ),
        "marks_missing": Metric(
            wording="rows lack the mark of the morning or the afternoon",
            where="reasons = '' and nullif(trim(r.morning_mark), '') || nullif(trim(r.afternoon_mark), '') is null",
            of="reasons = ''",
            remedy="Ask the school to close its registers and send the days again; a missing mark is not counted",
        ),
        "month_not_on_its_first_day": Metric(
            wording="rows write their month by another day than its first",
            where=f"reasons = '' and day({readable_date('r.month')}) <> 1",
            of="reasons = ''",
            remedy="Write months by their first day, as YYYY-MM-DD or DD/MM/YYYY; day and month may be exchanged",
        ),
        "spells_ahead": Metric(
            wording="spells begin after the day of the extract",
            where=f"reasons = '' and {readable_date('r.start_date')} > _extract_date",
            of="reasons = ''",
            remedy="Look whether day and month are exchanged; a spell counts from its first day on",
        ),
        "spells_backwards": Metric(
            wording="spells end before they begin",
            where=f"reasons = '' and {readable_date('r.end_date')} < {readable_date('r.start_date')}",
            of="reasons = ''",
            remedy="Look whether day and month are exchanged in one of the columns, or the columns themselves",
        ),
        "days_out_of_term": Metric(
            wording="rows are of a day that is no school day of the council",
            where=f"reasons = '' and {NO_SCHOOL_DAY.format(day=readable_date('r.attendance_date'))}",
            of="reasons = ''",
            remedy="Correct the days, or the terms in seeds/reference/ref_term.csv; the marks count as they are",
        ),
        **concerns.share_metrics(),
        **early_years.share_metrics(),
        **not_in_school.share_metrics(),
        **plans.share_metrics(),
        **police.share_metrics(),
        **post16.share_metrics(),
        **social_care.share_metrics(),
    }


MEASURES = {
    "rows_read": Metric(wording="rows", remedy="The file holds no rows; extract it again"),
    "rows_accepted": Metric(wording="rows accepted", remedy="Every row breaks the contract; its report says how"),
    "short_tables": Metric(wording="tables too short", remedy="Extract it again; every part must be there"),
    "volume": Metric(
        wording="of the rows of the delivery before",
        absent="no delivery before",
        measure=before.volume,
        remedy="Check that the extract is whole; if the change is true, widen its contract's volume_low or volume_high",
    ),
    "columns_emptied": Metric(
        wording="columns are filled in less than a third of the rows that they were in the delivery before",
        absent="no delivery before",
        measure=filled.columns_emptied,
        remedy="Check that the export still holds these columns; what is not said of a child counts as not known",
    ),
    "columns_rewritten": Metric(
        wording="columns say something else of most rows than the delivery before",
        absent="no delivery before, or none of its rows",
        measure=rewritten.columns_rewritten,
        remedy="Look whether a column slipped by a row, changed places with another, or is written in another way",
    ),
    "rows_kept": Metric(
        wording="of the rows of the delivery before are in this one, by their key",
        absent="no delivery before",
        measure=rewritten.rows_kept,
        remedy="Look whether identifiers and dates are written as before; a full extract keeps nearly all of its rows",
    ),
    "rows_gone": Metric(
        wording="rows of the delivery before are not in this one, by their key",
        absent="no delivery before",
        measure=rewritten.rows_gone,
        remedy="Nothing leaves a register, what is closed is in it as closed: export it whole, without a filter",
    ),
    "rows_withdrawn": Metric(
        wording="rows of the version before of the same return are not in this one, by their key",
        absent="no version before of the same return",
        measure=rewritten.rows_withdrawn,
        remedy="Ask whether they were wrong; if not, export the return whole, without a filter",
    ),
    "birth_dates_disagree": Metric(
        wording="rows bear another birth date than Synergy and the census have for the UPN",
        absent="nobody of it is known by a UPN and a birth date",
        measure=known.birth_dates_disagree,
        remedy="Look whether a column slipped by a row or changed places, here or in Synergy or the census",
    ),
    "sexes_disagree": Metric(
        wording="rows bear another sex than Synergy and the census have for the UPN",
        absent="nobody of it is known by a UPN and a sex",
        measure=known.sexes_disagree,
        remedy="Look whether codes were exchanged or a column slipped by a row, here or in Synergy or the census",
    ),
    "rows_without_reference": Metric(
        wording="rows refer to no row of another table of the source",
        absent="nothing delivered yet that they could refer to",
        measure=references.rows_without_reference,
        remedy="Deliver both together, of one day, and look whether they write the identifier alike (leading zeros)",
    ),
    "rows_left_behind": Metric(
        wording="rows in force find nothing in this delivery",
        absent="nothing in force refers to it, or it comes with it",
        measure=references.rows_left_behind,
        remedy="Look whether it writes its identifiers as before; deliver the tables that refer to it with it",
    ),
    "school_rolls": Metric(
        wording="of a school's pupils in the delivery before",
        absent="no delivery before",
        measure=rolls.school_rolls,
        remedy="Check that the extract is whole; if these pupils have left, widen its contract's school_rolls_low",
    ),
    "school_rolls_beside_other": Metric(
        wording="of the pupils whom the other source, census or Synergy, has at a school on the day of the census",
        absent="no other source of about that day",
        measure=rolls.school_rolls_beside_other,
        remedy="Check that the extract is whole; if the other source is wrong, deliver that one again",
    ),
    "school_rolls_of_other": Metric(
        wording="of a school's pupils are in the other source, census or Synergy, on the day of the census",
        absent="no other source of about that day",
        measure=rolls.school_rolls_of_other,
        remedy="The other source lacks pupils: check whether its extract was whole, and deliver it again",
    ),
    "pupils_on_two_rolls": Metric(
        wording="of the pupils are main registrations of another school too, on the same day",
        measure=rolls.pupils_on_two_rolls,
        remedy="Look whether two schools' returns were joined; of two schools of a child one is the main registration",
    ),
    "schools_covered": Metric(
        wording="of the schools that the register expects",
        absent="no register yet, or one school's return",
        measure=schools.schools_covered,
        remedy="Deliver an extract with these schools, or a register that says they closed",
    ),
    "schools_lost": Metric(
        wording="schools of the delivery before are missing",
        absent="no delivery before, or one school's return",
        measure=schools.schools_lost,
        remedy="Deliver an extract with these schools, or a register that says they closed",
    ),
    "schools_returned": Metric(
        wording="of the schools that the register expects have made their return",
        absent="no register yet",
        measure=schools.schools_returned,
        remedy="Ask these schools for their return; their children keep what earlier returns said of them",
    ),
    "rows_of_another_school": Metric(
        wording="rows of another school than the file is named after",
        measure=attendance.rows_of_another_school,
        remedy="Send each school's marks in a file of its own, named after it",
    ),
    "rows_of_another_year": Metric(
        wording="rows are of another academic year than the file is named after",
        measure=period.rows_of_another_year,
        remedy="Name the file after the year of its rows, or export the year that its name states",
    ),
    "days_swapped": Metric(
        wording="days are near the day of the file only with day and month exchanged",
        measure=period.days_swapped,
        remedy="Write dates as YYYY-MM-DD or DD/MM/YYYY; read as they are, they would rewrite days long past",
    ),
    "days_back": Metric(
        wording="days lie between the youngest mark and the day that the name states",
        measure=period.days_back,
        remedy="Marks of long ago are counted as they are; check that the right days were exported",
    ),
    "days_ahead": Metric(
        wording="days after the one that the name of the file states",
        measure=attendance.days_ahead,
        remedy="Marks of days to come are nobody's attendance; export again, and name the file after its day",
    ),
    "pupils_of_a_day": Metric(
        wording="of the pupils marked on a day of the delivery before",
        absent="no delivery before",
        measure=attendance.pupils_of_a_day,
        remedy="Check that every register is in the export; if so many have left, widen pupils_of_a_day_low",
    ),
    "pupils_unknown": Metric(
        wording="pupils are in no extract of Synergy and no census",
        absent="neither Synergy nor a census yet",
        measure=attendance.pupils_unknown,
        remedy="Deliver a newer extract of Synergy; their marks are kept and find the child when it is known",
    ),
    "sessions_exceed_possible": Metric(
        wording="children are absent for more sessions than were possible",
        absent="no pupils beside the sessions",
        measure=sessions.sessions_exceed_possible,
        remedy="Ask the school to correct its attendance; these children's attendance is not assessable",
    ),
    "exclusion_codes_out_of_time": Metric(
        wording="suspensions and exclusions have a category or reason that was not in use on that day",
        measure=exclusions.exclusion_codes_out_of_time,
        remedy="Ask the school to map its codes to the current ones; they are read by the meaning they had",
    ),
    "exclusions_out_of_period": Metric(
        wording="suspensions and exclusions begin on a day that the census does not ask about",
        measure=exclusions.exclusions_out_of_period,
        remedy="Look whether day and month are exchanged, or the return of another term; they count on their day",
    ),
    "exclusions_off_roll": Metric(
        wording="suspensions and exclusions begin before the pupil's first day at the school or after the last",
        absent="no pupils beside them",
        measure=exclusions.exclusions_off_roll,
        remedy="Ask the school whose they are; they count on their day, for the pupil that the return names",
    ),
    "learner_numbers_shared": Metric(
        wording="people have the learner number of somebody else",
        measure=post16.learner_numbers_shared,
        remedy="Two records of one person become one in the case system; of two people one number is wrong",
    ),
    "neet_started_before_fifteen": Metric(
        wording="people were without education, employment or training before they were fifteen",
        absent="nobody without education, employment or training",
        measure=post16.neet_started_before_fifteen,
        remedy=post16.ASK,
    ),
    "send_activities_without_send": Metric(
        wording="activities are for people with special educational needs, and the person is not said to have any",
        absent="no such activity",
        measure=post16.send_activities_without_send,
        remedy=post16.ASK,
    ),
    "status_ended_before_it_began": Metric(
        wording="statuses ended before they began",
        absent="no status that ended",
        measure=social_care.status_ended_before_it_began,
        remedy=social_care.ASK,
    ),
    "status_after_reference_date": Metric(
        wording="statuses begin or end after the day that the census is of",
        measure=social_care.status_after_reference_date,
        remedy="Look whether day and month are exchanged; they are taken as they are, and count from their day on",
    ),
    "protected_without_need": Metric(
        wording="child protection plans begin outside any episode of need",
        absent="no child protection plan",
        measure=social_care.protected_without_need,
        remedy=social_care.ASK,
    ),
    "categories_unmapped": Metric(
        wording="concerns of a category that belongs to no group",
        measure=concerns.categories_unmapped,
        remedy="Say in the council's ref_concern_category.csv which group each belongs to; until then it is not mapped",
    ),
    "users_lost": Metric(
        wording="users of the delivery before are missing",
        absent="no delivery before",
        measure=users.users_lost,
        remedy="Keep who has left on the list, with a last day; whoever is not on it sees no child, and is in no month",
    ),
    "user_roles_unknown": Metric(
        wording="users have a role that is not known",
        measure=users.user_roles_unknown,
        remedy="Correct the role, or add it to seeds/reference/ref_user_role.csv; until then these users see no child",
    ),
    "users_without_scope": Metric(
        wording="users have neither a school nor a zone nor the county",
        absent="no list of scopes yet",
        measure=users.users_without_scope,
        remedy="Add the school or zone they work for to the list of scopes; until then these users see no child",
    ),
    "users_not_registered": Metric(
        wording="rows are about somebody whom the list of users does not hold",
        absent="no list of users yet",
        measure=users.users_not_registered,
        remedy="Find out who they are: register them, or close their accounts; they have no access to any child",
    ),
    "scopes_unknown": Metric(
        wording="scopes name a school or zone that nobody knows",
        absent="no map yet",
        measure=users.scopes_unknown,
        remedy="Correct the school's number or the zone's code; a scope that nobody knows gives no access",
    ),
    "sign_ins_shared": Metric(
        wording="accounts are listed for more than one user",
        measure=users.sign_ins_shared,
        remedy="Ask whose they are; until each is listed for one user alone, they let in nobody",
    ),
    "months_ahead": Metric(
        wording="rows are of months after the day that the name of the file states",
        measure=users.months_ahead,
        remedy="Nobody has used the tool in months to come; export again, and name the file after its day",
    ),
    "use_after_access_ended": Metric(
        wording="rows tell of use in a month after access had ended",
        absent="no list of users yet",
        measure=users.use_after_access_ended,
        remedy="Close these accounts in the tool and find out what was looked at; by the list their access is over",
    ),
}


def metric(name: str) -> Metric:
    """The metric of that name."""
    return {**MEASURES, **release_frame.METRICS, **share_metrics()}[name]


def frame_sql(incoming: Incoming, names: list[str]) -> str:
    """The fused query: one row per delivery of the batch, and per metric its value, what was observed, and a detail.

    `value` is what is judged: null where there is nothing to compare with, or too few rows to speak of a rate."""
    measures = {name: measure for name in names if (measure := metric(name).measure)}
    shares = {name: metric(name) for name in names if name not in measures}
    flags = "".join(f',\n        ({m.where}) as "{name}?", ({m.of}) as "{name}/"' for name, m in shares.items())
    counts = "".join(
        f""",
        count(*) filter (where "{name}?") as "{name}#", count(*) filter (where "{name}/") as "{name}/\""""
        for name in shares
    )
    ctes = "".join(f",\n{_alias(name)} as ({measure(incoming)})" for name, measure in measures.items())
    joins = "".join(f"\nleft join {_alias(name)} using (delivery_id)" for name in measures)
    select = "".join(_share_columns(name, m.wording) for name, m in shares.items())
    select += "".join(
        f',\n    {_alias(name)}.value::double as "{name}", {_alias(name)}.value::double as "{name}:observed",'
        f' {_alias(name)}.detail as "{name}:detail"'
        for name in measures
    )
    body = f"""
marked as (
    select
        r._delivery_id as delivery_id,
        coalesce('|' || nullif(array_to_string(r._reasons, '|'), '') || '|', '') as reasons,
        coalesce('|' || nullif(array_to_string(r._set_aside, '|'), '') || '|', '') as set_aside{flags}
    from incoming."{incoming.table}" as r
),
counted as (
    select
        delivery_id,
        count(*) as row_count,
        count(*) filter (where reasons = '') as accepted_count{counts}
    from marked
    group by delivery_id
){ctes}
select
    batch.delivery_id,
    coalesce(counted.row_count, 0) as row_count,
    coalesce(counted.accepted_count, 0) as accepted_count{select}
from incoming.delivery as batch
left join counted using (delivery_id){joins}
order by batch.delivery_id
"""
    return f"with{reference_ctes(body)}{body}"


def period_frame_sql(incoming: Incoming, names: list[str]) -> str:
    """One row per census term of the batch: what concerns its schools together, whichever delivery brought them."""
    (name,) = names
    measure = metric(name).measure
    assert measure, f"{name} is a share of rows, and those are of one delivery"
    measured = measure(incoming)
    return f'select period, value::double as "{name}", detail as "{name}:detail" from ({measured}) order by period'


def reasons_sql(table: str) -> str:
    """The five most frequent reasons of the deliveries $deliveries, 'column:reason (rows)', for their details."""
    return f"""
        with reasons as (
            select _delivery_id as delivery_id, unnest(list_concat(_reasons, _set_aside)) as reason
            from incoming."{table}"
            where _delivery_id in (select unnest($deliveries))
        ),
        counted as (
            select delivery_id, reason, count(*) as row_count
            from reasons
            group by delivery_id, reason
            qualify row_number() over (partition by delivery_id order by count(*) desc, reason) <= 5
        )
        select
            delivery_id,
            string_agg(reason || ' (' || row_count || ')', ', ' order by row_count desc, reason) as reasons
        from counted
        group by delivery_id
    """


def _share_columns(name: str, wording: str) -> str:
    return f""",
    case when "{name}#" > {ROWS_ALWAYS_ALLOWED} then "{name}#" / nullif("{name}/", 0) end as "{name}",
    "{name}#" / nullif("{name}/", 0) as "{name}:observed",
    coalesce("{name}#", 0) || ' of ' || coalesce("{name}/", 0) || ' {wording}' as "{name}:detail\""""


def _alias(name: str) -> str:
    return f"measure_{name}"
