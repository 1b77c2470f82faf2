"""Signing in and out. Until a council's own accounts can be used, the one way in is that of an invented county."""

import itertools

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard import access
from dashboard.access import Scope
from dashboard.published import ANALYSTS
from dashboard.sessions import Session
from dashboard.site import COOKIE, DEV_LOGIN, Forbidden, Page, Site, page_html, set_cookie

NOBODY = "nobody"
"""How a session began that nobody has signed in to: it holds the token of the form that asks who it is."""

ROLES = ("school", "zone", "county", "ict")


def ask(site: Site, request: Request) -> Response:
    """Ask who it is."""
    token = request.cookies.get(COOKIE)
    session = site.sessions.find(token)
    if session is None:
        token = site.sessions.begin(None, NOBODY)
        session = site.sessions.find(token)
    assert token and session, "it has just begun"
    users = _users(site)
    page = Page(
        "sign_in.html",
        "Sign in",
        {"form_token": session.form_token, "users": users, "examples": _examples(users), "problem": None},
    )
    response = HTMLResponse(page_html(site, request, page))
    set_cookie(site, response, token)
    return response


def sign_in(site: Site, request: Request, session: Session, fields: dict[str, str]) -> Response:
    """Begin a session of the user who was chosen. Raises Forbidden where nobody may choose."""
    users = _users(site)
    if not users:
        raise Forbidden
    chosen = fields.get("user_key", "")
    if chosen not in {scopes[0].user_key for scopes in users}:
        page = Page(
            "sign_in.html",
            "Error: Sign in",
            {
                "form_token": session.form_token,
                "users": users,
                "examples": _examples(users),
                "problem": "Choose who you are",
            },
            status=400,
        )
        return HTMLResponse(page_html(site, request, page), page.status)
    site.sessions.end(request.cookies.get(COOKIE))
    response = RedirectResponse("/", 303)
    set_cookie(site, response, site.sessions.begin(chosen, DEV_LOGIN))
    return response


def sign_out(site: Site, request: Request, session: Session, fields: dict[str, str]) -> Response:
    """End the session."""
    site.sessions.end(request.cookies.get(COOKIE))
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


def _users(site: Site) -> list[list[Scope]]:
    """Everybody on the lists of an invented county, each with their scopes; of a real one nobody."""
    if not site.is_dev_login:
        return []
    release = site.published.in_force()
    if not site.known(release).is_invented:
        return []
    with site.published.tables(release, ANALYSTS) as analysts:
        scopes = access.scopes(analysts, site.today(release), None)
    return [list(group) for _, group in itertools.groupby(scopes, lambda scope: scope.user_key)]


def _examples(users: list[list[Scope]]) -> list[list[Scope]]:
    """One user of each role for whoever comes for the first time: somebody who sees something, where there is one."""
    found = []
    for role in ROLES:
        own = [scopes for scopes in users if scopes[0].role_code == role]
        seeing = [scopes for scopes in own if any(scope.has_access for scope in scopes)]
        found += (seeing or own)[:1]
    return found
