"""Pages that tell of no child: where a user may go, why they may, accessibility and privacy."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard.site import Page, Site, Visit


def home(visit: Visit) -> Page | Response:
    """The user's places; who has one place is taken there."""
    addresses = [scope.address for scope in visit.scopes if scope.address]
    if visit.is_administrator:
        addresses.append("/admin")
    if len(addresses) == 1:
        return RedirectResponse(addresses[0], 303)
    return places(visit)


def places(visit: Visit) -> Page:
    """Every place that the user may open."""
    return Page("places.html", "Your places")


def why(visit: Visit) -> Page:
    """What the user may see, through which list, until when; and what not, and why."""
    return Page("why.html", "What you may see and why")


def session(visit: Visit) -> Page:
    """Until when the user is signed in; to open it is to stay."""
    return Page("session.html", "You stay signed in")


def accessibility(site: Site, request: Request) -> Page:
    return Page("accessibility.html", "Accessibility statement")


def privacy(site: Site, request: Request) -> Page:
    return Page("privacy.html", "Privacy")
