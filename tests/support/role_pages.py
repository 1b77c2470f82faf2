"""Which pages there are for whom, for tests that open all of them."""

from dashboard.app import PAGES
from tests.support.dashboards import Dashboard

OF_ALL = ["/sign-in", "/accessibility", "/privacy", "/no-such-page"]
FOR_ALL_WHO_SIGN_IN = ["/help", "/help/child", "/tickets/ask", "/tour", "/training"]
LARGEST = """
    select list.school_id, min(zone_code), min(pyramid_code), min(list.child_durable_key)
    from mart.mart_child_list as list
    {where}
    group by list.school_id order by count(*) desc, list.school_id limit 1
"""
OF_A_SCHOOL = """
    where school_durable_key in (select school_durable_key from core.brg_user__scope where user_key = '{user}')
"""
OF_A_ZONE = """
    where zone_code in (
        select zone_code from core.dim_zone inner join core.brg_user__scope using (zone_key) where user_key = '{user}'
    )
"""
HELD = """
    select huddles.huddle_key
    from core.fct_huddle as huddles
    inner join core.dim_school as schools on huddles.school_durable_key = schools.school_durable_key
    where schools.school_id = $school and huddles.huddle_state = 'held'
    order by huddles.huddle_date desc, huddles.huddle_key limit 1
"""


def pages(dashboard: Dashboard, role: str) -> dict[str, str]:
    """Every page that a user of a role may open, as the application knows it, with its address at a place of theirs."""
    user = dashboard.user(role)
    where = {"school": OF_A_SCHOOL, "zone": OF_A_ZONE, "health": OF_A_ZONE}.get(role, "").format(user=user)
    school, zone, pyramid, child = dashboard.rows(LARGEST.format(where=where))[0]
    film = dashboard.rows("select min(training_code) from reference.ref_training where film_file is not null")[0][0]
    huddle = dashboard.rows(HELD, school=school)[0][0]
    given = {"zone": zone, "pyramid": pyramid, "school": school, "child": child, "huddle": huddle, "training": film}
    every = [*FOR_ALL_WHO_SIGN_IN, *(path for path in PAGES if path != "/")]
    staff, partners = ("/county", "/zone", "/pyramid", "/school"), ("/partner",)
    others = ("/admin", "/training/done", "/county/outcomes")
    not_theirs = {
        "ict": (*staff, *partners),
        "county": ("/admin", *partners),
        "health": (*staff, *others),
        "police": (*staff, *others),
    }
    hidden = not_theirs.get(role, (*others, *partners))
    return {path: path.format(**given) for path in every if not path.startswith(hidden)}


def addresses(dashboard: Dashboard, role: str) -> list[str]:
    return list(pages(dashboard, role).values())


ROLES = ["school", "zone", "county", "health", "police", "ict"]
