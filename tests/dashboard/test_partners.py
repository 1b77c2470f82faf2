"""Partner agencies at the dashboard: their zones' lists, of what the agreement says, and no page beside."""

import pytest

from orchestration.settings import Settings
from tests.support.dashboards import Dashboard, change, served

PARTNERS = {"health": ("attendance", "sen"), "police": ("attendance",)}

# Independent of the partner's file: of the analysts', where nobody has a name.
RAISED = """
    select count(distinct child_durable_key)
    from mart.mart_flag_evidence
    inner join mart.mart_child_list as list using (child_durable_key)
    where list.zone_code = $zone and flag_code in (select unnest($flags)) and flag_state = 'raised'
"""
ZONES = "select distinct zone_code from mart.mart_child_list order by all"


def zones_of(dashboard: Dashboard, role: str) -> list[str]:
    if role == "police":
        return [zone for (zone,) in dashboard.rows(ZONES)]
    found = dashboard.rows(
        """
        select zones.zone_code from core.brg_user__scope as users inner join core.dim_zone as zones using (zone_key)
        where users.user_key = $user
        """,
        user=dashboard.user(role),
    )
    return [zone for (zone,) in found]


@pytest.mark.parametrize("role", PARTNERS)
def test_a_partner_sees_whom_the_agreement_names_in_its_zones_alone(shared: Dashboard, role: str) -> None:
    visitor = shared.visitor(role)
    own = zones_of(shared, role)
    assert own
    for (zone,) in shared.rows(ZONES):
        page = visitor.get(f"/partner/{zone}")
        assert page.status == (200 if zone in own else 404), zone
        if zone in own:
            ((count,),) = shared.rows(RAISED, zone=zone, flags=list(PARTNERS[role]))
            assert count and f"{count:,} child" in page.words
            assert page.text.count('<tr class="govuk-table__row') == count + 1
    assert visitor.get("/partner/unheard").status == 404
    home = visitor.get("/")
    assert home.status == 200 and ("Zones" in home.title or "Children" in home.title)


@pytest.mark.parametrize("role", PARTNERS)
def test_no_other_page_about_places_or_children_opens_for_a_partner(shared: Dashboard, role: str) -> None:
    visitor = shared.visitor(role)
    for school, zone, pyramid, child in shared.rows(
        "select school_id, min(zone_code), min(pyramid_code), min(child_durable_key) "
        "from mart.mart_child_list group by all"
    ):
        for path in ("", "/children", "/huddle", f"/child/{child}"):
            assert visitor.get(f"/school/{school}{path}").status == 404
        assert visitor.get(f"/zone/{zone}").status == visitor.get(f"/pyramid/{pyramid}").status == 404
    assert visitor.get("/county").status == visitor.get("/admin").status == 404
    assert visitor.get("/why").status == 200


@pytest.mark.parametrize("role", ["school", "zone", "county", "ict"])
def test_partners_pages_open_for_no_one_else(shared: Dashboard, role: str) -> None:
    visitor = shared.visitor(role)
    assert visitor.get("/partner").status == 404
    for (zone,) in shared.rows(ZONES):
        assert visitor.get(f"/partner/{zone}").status == 404


def test_what_a_partner_was_shown_is_on_record_by_its_file(own: Settings) -> None:
    with served(own) as dashboard:
        (zone, *_) = zones_of(dashboard, "health")
        assert dashboard.visitor("health").get(f"/partner/{zone}").status == 200
        (line,) = dashboard.views()
    assert (line["page"], line["place"], line["role_code"]) == ("partner", f"health/{zone}", "health")
    assert line["children_count"] > 0 and line["child_durable_key"] is None


def test_a_childs_page_says_that_a_partner_may_know_of_it_where_the_agreement_says_so(shared: Dashboard) -> None:
    visitor = shared.visitor("county")
    for state, is_told in (("raised", True), ("not_raised", False)):
        ((school, child),) = shared.rows(
            """
            select school_id, child_durable_key from mart.mart_child_list
            where attendance_state = $state and (sen_state = 'raised') = $is_told order by all limit 1
            """,
            state=state,
            is_told=is_told,
        )
        words = visitor.get(f"/school/{school}/child/{child}").words
        assert ("an agreement, that a flag is up" in words) == is_told


def test_a_release_of_before_there_were_partners_opens_as_it_did(own: Settings) -> None:
    change(
        own,
        "analyst",
        "delete from reference.ref_user_role where role_code in ('health', 'police')",
        "alter table reference.ref_user_role drop column audience_code",
        "drop table reference.ref_partner_flag",
    )
    with served(own) as dashboard:
        for role in ("school", "zone", "county"):
            assert dashboard.visitor(role).get("/county").status == 200
        assert dashboard.visitor("health").get("/county").status == 404
