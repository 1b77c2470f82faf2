"""The first tour and trainings: told of until taken, by role, and who has done which for those who may know."""

import re

import duckdb
import pytest

from orchestration.home.trainings import Trainings
from orchestration.settings import Settings
from tests.support.dashboards import Dashboard, change, served
from tests.support.visitors import Visitor

STEP = re.compile(r'<li><a class="govuk-link" href="([^"]+)">([^<]+)</a>: ')
NEW_HERE = "Take the first tour"
ROLES = ["school", "zone", "county", "health", "police", "ict"]
FOR_ROLE = """
    select trainings.training_name from reference.ref_training as trainings
    inner join reference.ref_training_role as roles using (training_code)
    where roles.role_code = $role order by trainings.display_order
"""


def token(visitor: Visitor) -> str:
    return visitor.form_token("/tickets/ask")


@pytest.mark.parametrize("role", ROLES)
def test_each_step_of_the_tour_opens_for_its_role(shared: Dashboard, role: str) -> None:
    visitor = shared.visitor(role)
    steps = STEP.findall(visitor.get("/tour").text)
    assert len(steps) > 2
    assert [address for address, _ in steps if visitor.get(address).status != 200] == []
    assert ("/admin" in dict(steps)) == (role == "ict") and ("/partner" in dict(steps)) == (
        role in ("health", "police")
    )
    has_children = any(address.endswith("/children") for address, _ in steps)
    assert has_children == (role in ("school", "zone", "county"))
    assert ("Writing down what is done" in [name for _, name in steps]) == (role in ("school", "zone"))


@pytest.mark.parametrize("step", ["done", "aside"])
def test_the_tour_is_told_of_until_it_was_taken_or_put_aside(own: Settings, step: str) -> None:
    with served(own) as dashboard:
        visitor = dashboard.visitor("school")
        assert NEW_HERE in visitor.get("/why").words and NEW_HERE in visitor.get("/county").words
        assert NEW_HERE not in visitor.get("/tour").text.partition("<main")[0], "where it is taken"
        assert visitor.post("/tour", form_token=token(visitor), step="other").status == 404
        assert visitor.post("/tour", step=step).status == 403
        assert visitor.post("/tour", form_token=token(visitor), step=step).status == 303
        assert NEW_HERE not in visitor.get("/why").words
        again = dashboard.visitor("school")
        assert NEW_HERE not in again.get("/why").words, "nor with the next signing in"
        assert NEW_HERE in dashboard.visitor("county").get("/why").words, "others are told"
        done = [(one.user_key, one.training_code) for one in Trainings(own).done()]
        assert done == ([(dashboard.user("school"), "tour")] if step == "done" else [])


@pytest.mark.parametrize("role", ROLES)
def test_the_list_is_that_of_the_role(shared: Dashboard, role: str) -> None:
    page = shared.visitor(role).get("/training").words
    expected = [name for (name,) in shared.rows(FOR_ROLE, role=role)]
    every = [name for (name,) in shared.rows("select training_name from reference.ref_training order by display_order")]
    assert expected and [name for name in every if f" {name} " in page] == expected


def test_who_has_done_which_is_what_they_marked(own: Settings) -> None:
    with served(own) as dashboard:
        senco, zone, county, ict = (dashboard.visitor(role) for role in ("school", "zone", "county", "ict"))
        for visitor in (county, ict):
            assert "Nobody has marked any yet" in visitor.get("/training/done").words
        for visitor, code in ((senco, "why"), (senco, "why"), (zone, "why"), (senco, "asking")):
            assert visitor.post("/training", form_token=token(visitor), training_code=code, step="done").status == 303
        assert zone.post("/training", form_token=token(zone), training_code="why", step="forget").status == 303
        # Only what is for their role, and only with a form of ours.
        assert senco.post("/training", form_token=token(senco), training_code="access", step="done").status == 404
        assert senco.post("/training", training_code="outcomes", step="done").status == 403
        ((users,),) = dashboard.rows(
            "select count(distinct user_key) from core.brg_user__scope where has_access and role_code = 'school'"
        )
        key = dashboard.user("school")
        for visitor in (county, ict):
            page = visitor.get("/training/done").words
            share = f"{1 / users:.1%}"
            assert f"From a school to a child and why School staff {users} 1 {share}" in page
            assert page.count(key[:8]) == 2 and key not in page
            assert re.search(r"From a school to a child and why Zone staff \d+ 0 0.0%", page)
        for visitor in (senco, zone, dashboard.visitor("health"), dashboard.visitor("police")):
            assert visitor.get("/training/done").status == 404
            assert "/training/done" not in visitor.get("/training").text
        assert "/training/done" in ict.get("/admin").text
    assert [(one.user_key, one.training_code) for one in Trainings(own).done()] == [(key, "why"), (key, "asking")]


def test_a_release_of_before_there_were_trainings_shows_none(own: Settings) -> None:
    change(own, "analyst", "drop table reference.ref_training")
    with served(own) as dashboard:
        with pytest.raises(duckdb.CatalogException):
            dashboard.rows("select 1 from reference.ref_training")
        assert "none for your role in this release" in dashboard.visitor("school").get("/training").words
        assert dashboard.visitor("ict").get("/training/done").status == 200
        assert dashboard.visitor("school").get("/tour").status == 200
