"""Whether what an NCCIS return says of young people can be so: the checks that the return is made by, counted.

Those of one row are shares of rows; those of several are measures.
"""

from expectations.metrics.incoming import Incoming, Metric, readable_date, share_of_accepted

ASK = "Ask whoever keeps the case system to correct these records; they are taken as they are"


def _activities(condition: str) -> str:
    """Codes of activities, retired ones too, for which a condition on the seed holds."""
    return f"trim(r.activity_code) in (select a.activity_code from ref_post16_activity as a where {condition})"


NEET = _activities("a.activity_group in ('neet_active', 'neet_inactive')")
LEARNING = _activities("a.activity_group in ('education', 'training')")
NEEDS_REVIEW = _activities("a.needs_review_date = 'true'")
YES = "lower(trim(r.{column})) in ('y', 'yes', 'true', '1')"
LAPSED, SEND = YES.format(column="is_lapsed"), YES.format(column="is_send")


def share_metrics() -> dict[str, Metric]:
    """What one row says by itself."""
    start, due, end = (readable_date(f"r.{column}") for column in ("start_date", "due_to_lapse_date", "period_end"))
    neet_start, verified = readable_date("r.neet_start_date"), readable_date("r.verified_date")
    ascertained, born = readable_date("r.ascertained_date"), readable_date("r.birth_date")
    return {
        "transfers_without_authority": Metric(
            wording="people are transferred to another authority that is not named",
            where="reasons = '' and nullif(trim(r.transferred_to), '') is null and trim(r.cohort_status) in "
            "(select s.cohort_code from ref_post16_cohort_status as s where s.needs_authority = 'true')",
            of="reasons = ''",
            remedy=ASK,
        ),
        "over_eighteen_without_send": Metric(
            wording="people of academic age 18 or more have no special educational needs: they are not of the cohort",
            # Academic age is that of 31 August before.
            where=f"""reasons = '' and not coalesce({SEND}, false)
                and {born} + interval 18 year
                    <= make_date(year({end}) - (month({end}) < 9)::int, 8, 31)""",
            of="reasons = ''",
            remedy=ASK,
        ),
        "neet_without_start": Metric(
            wording="people not in education, employment or training have no day on which that began",
            where=f"reasons = '' and {NEET} and {neet_start} is null",
            of=f"reasons = '' and {NEET}",
            remedy=ASK,
        ),
        "neet_started_after_activity": Metric(
            wording="people began to be without education, employment or training after the activity itself began",
            where=f"reasons = '' and {neet_start} > {start}",
            of=f"reasons = '' and {neet_start} is not null",
            remedy=ASK,
        ),
        "verified_before_ascertained": Metric(
            wording="activities were verified before they were ascertained",
            where=f"reasons = '' and {verified} < {ascertained}",
            of=f"reasons = '' and {verified} is not null",
            remedy=ASK,
        ),
        "lapse_disagrees": Metric(
            wording="activities are said to have lapsed before their day, or not to have after it",
            where=f"reasons = '' and ({LAPSED}) <> ({due} < {end})",
            of=f"reasons = '' and r.is_lapsed is not null and {due} is not null",
            remedy="Have the export made after the end of the month; the word of the record counts, not its day",
        ),
        "learning_without_end": Metric(
            wording="people in education or training have no day on which it is to end",
            where=f"reasons = '' and {LEARNING} and trim(r.activity_code) <> '260' "
            "and nullif(trim(r.predicted_end_date), '') is null",
            of=f"reasons = '' and {LEARNING}",
            remedy=ASK,
        ),
        "reviews_missing": Metric(
            wording="activities that must be reviewed have no day of review",
            where=f"reasons = '' and {NEEDS_REVIEW} and nullif(trim(r.review_date), '') is null",
            of=f"reasons = '' and {NEEDS_REVIEW}",
            remedy=ASK,
        ),
        "year_12_codes_in_year_11": Metric(
            wording="offers to people of Year 11 have a code that is for Year 12 alone",
            where="reasons = '' and trim(r.year_group) = '11' and trim(r.guarantee_code) in "
            "(select g.guarantee_code from ref_september_guarantee as g where g.is_year_12_only = 'true')",
            of="reasons = ''",
            remedy=ASK,
        ),
    }


def learner_numbers_shared(incoming: Incoming) -> str:
    """The share of rows with a learner number whose number another person of the return has too."""
    return _share(
        incoming,
        """exists (
            select 1 from incoming.nccis__young_people as others
            where
                others._delivery_id = rows._delivery_id and others.uln = rows.uln and others.person_id <> rows.person_id
        )""",
        "rows.uln is not null",
        "people have the learner number of somebody else",
    )


def neet_started_before_fifteen(incoming: Incoming) -> str:
    """The share of people without education, employment or training since before their fifteenth birthday."""
    began, born = readable_date("rows.neet_start_date"), readable_date("people.birth_date")
    return _share(
        incoming,
        _of_person(f"{began} < {born} + interval 15 year"),
        "rows.neet_start_date is not null",
        "people were without education, employment or training before they were fifteen",
    )


def send_activities_without_send(incoming: Incoming) -> str:
    """The share of activities for people with special educational needs whose person is not said to have any."""
    return _share(
        incoming,
        _of_person("coalesce(lower(trim(people.is_send)) not in ('y', 'yes', 'true', '1'), true)"),
        "trim(rows.activity_code) in "
        "(select a.activity_code from ref_post16_activity as a where a.needs_send = 'true')",
        "activities are for people with special educational needs, and the person is not said to have any",
    )


def _of_person(condition: str) -> str:
    return f"""exists (
            select 1 from incoming.nccis__young_people as people
            where
                people._delivery_id = rows._delivery_id and people._row_number = rows._row_number and {condition}
        )"""


def _share(incoming: Incoming, wrong: str, of: str, wording: str) -> str:
    """A share of what people say; null where the people are not in the batch."""
    if "incoming.nccis__young_people" not in incoming.relations:
        return "select null::varchar as delivery_id, null::double as value, null::varchar as detail where false"
    return share_of_accepted(incoming, wrong, of, wording)
