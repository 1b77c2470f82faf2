"""Responses, huddles and the front door of a built county, beside the truth; and the figures of the case study."""

import pytest

from tests.support.warehouse import Warehouse

CHILDREN = """(
    select distinct children.child_id, identities.child_durable_key
    from read_csv('{truth}/children.csv', all_varchar = true) as children
    inner join intermediate.int_child_identity as identities on children.upn = identities.upn
)"""


def test_every_response_is_as_it_is_in_truth(clean: Warehouse) -> None:
    said = f"""
        select
            logged.response_id, children.child_id, said.school_id, said.opened_date::varchar as opened_date,
            coalesce(said.closed_date::varchar, '') as closed_date,
            coalesce(said.last_reviewed_date::varchar, '') as last_reviewed_date,
            said.reviews_count::varchar as reviews, said.response_code, said.status_code
        from intermediate.int_responses as said
        inner join (
            select distinct response_key, response_id from intermediate.int_response_events_logged
        ) as logged using (response_key)
        inner join {CHILDREN} as children using (child_durable_key)
    """
    true = """
        select
            response_id, child_id, school_id, opened_date, coalesce(closed_date, '') as closed_date,
            coalesce(last_reviewed_date, '') as last_reviewed_date, reviews, response_code, status_code
        from read_csv('{truth}/responses.csv', all_varchar = true)
    """
    assert clean.inside(f"({said} except {true}) union all ({true} except {said})") == []
    assert clean.release("select count(*) > 50 from core.fct_response") == [(True,)]
    facts = "select response_code, opened_date, closed_date, reviews_count, count(*) from {} group by all"
    assert sorted(clean.inside(facts.format("core.fct_response")), key=str) == sorted(
        clean.inside(facts.format("intermediate.int_responses")), key=str
    )


def test_every_child_spoken_about_is_as_in_truth(clean: Warehouse) -> None:
    said = f"""
        select said.huddle_key, children.child_id, said.huddle_date::varchar as huddle_date, said.decision_code
        from intermediate.int_huddle_reviews as said
        inner join {CHILDREN} as children using (child_durable_key)
    """
    true = """
        select md5(huddle_id) as huddle_key, child_id, huddle_date, decision_code
        from read_csv('{truth}/huddle_reviews.csv', all_varchar = true)
    """
    assert clean.inside(f"({said} except {true}) union all ({true} except {said})") == []
    (reviews, linked) = clean.inside(
        "select count(*), count(*) filter (where response_key <> 'unknown') from core.fct_huddle_review"
    )[0]
    assert reviews > 100 and 0 < linked < reviews


def test_no_event_of_the_front_door_is_lost_and_none_is_a_wrong_childs(clean: Warehouse) -> None:
    found = clean.inside(
        f"""
        select
            count(*) as events,
            count(*) filter (where truths.event_id is null or said.event_id is null) as lost,
            count(*) filter (
                where said.child_durable_key is not null and children.child_id is distinct from truths.child_id
            ) as wrong,
            count(*) filter (where truths.child_id is not null) as to_find,
            count(*) filter (where children.child_id = truths.child_id) as found
        from intermediate.int_front_door_events as said
        full join read_csv('{{truth}}/front_door.csv', all_varchar = true) as truths
            on said.event_kind = truths.event_kind and said.event_id = truths.event_id
        left join {CHILDREN} as children on said.child_durable_key = children.child_durable_key
        """
    )[0]
    events, lost, wrong, to_find, linked = found
    assert events > 100 and lost == 0 and wrong == 0
    assert linked / to_find > 0.9, found


@pytest.mark.parametrize(
    ("measure", "net", "printed"),
    [
        ("referral", "1278864.00", "1278864"),
        ("contact", "9871.04", "9900"),
        ("request_for_help", "56344.00", "56344"),
        ("total", "1345079.04", "1345108"),
        ("children_reached", "80993.25", "81000"),
    ],
)
def test_the_figures_of_the_case_study_are_reproduced(clean: Warehouse, measure: str, net: str, printed: str) -> None:
    assert clean.release(
        f"""
        select net_gbp::varchar, net_printed_gbp::varchar, claim
        from mart.mart_benefit
        where comparison_id = 'dorset_case_study' and measure_code = '{measure}'
        """
    ) == [(net, printed, "before and after, not attributed")]


def test_the_cost_of_requests_is_that_of_the_huddles(clean: Warehouse) -> None:
    assert clean.release(
        """
        select gross_gbp::int, cost_gbp::int from mart.mart_benefit
        where comparison_id = 'dorset_case_study' and measure_code = 'request_for_help'
        """
    ) == [(118984, 62640)]
