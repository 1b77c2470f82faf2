"""Help in a browser: at the same place of every page, and fit for everybody."""

import pytest

from dashboard.templating import SCREENS
from tests.support.desks import Desk

PLACE = """
    (e => {
        const box = e.getBoundingClientRect();
        return [box.top, document.documentElement.clientWidth - box.right, box.width, box.height];
    })(document.querySelector('nav[aria-label=Help] a'))
"""


@pytest.mark.parametrize("role", ["school", "ict"])
def test_help_is_at_the_same_place_of_every_page(desk: Desk, role: str) -> None:
    """WCAG 2.2, 3.2.6: where it was on the last page it is on the next."""
    tab = desk.of(role)
    places = []
    for path in ("/", "/places", "/why", "/session", "/privacy", "/help", "/help/children", "/no-such-page"):
        tab.open(path)
        places.append(tab.run(PLACE))
    # Without the menu the head of a page is lower by a point.
    assert all(max(edge) - min(edge) <= 1 for edge in zip(*places, strict=True)), places


def test_every_page_of_help_is_for_everybody(desk: Desk) -> None:
    tab = desk.of("school")
    found: dict[object, object] = {}
    for path in ["/help", *(f"/help/{screen}" for screen in SCREENS)]:
        tab.resize(1280, 900)
        assert tab.open(path) == 200
        if violations := tab.violations():
            found[path] = violations
        assert tab.checks_passed() > 10, "axe looked"
        tab.resize(320, 900)
        inside, screen = tab.run("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        if inside > screen:
            found[path, "wide"] = inside
    assert found == {}
