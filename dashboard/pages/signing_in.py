"""The page that asks who it is, signing in as anybody of an invented county, and signing out."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard import guard
from dashboard.access import Scope
from dashboard.answers import page_html, set_cookie
from dashboard.published import ANALYSTS
from dashboard.sessions import Session
from dashboard.site import DEV_LOGIN, Forbidden, Page, Site

NOBODY = "nobody"
"""How a session began that nobody has signed in to: it holds the token of the form that asks who it is."""

ROLES = ("school", "zone", "county", "health", "police", "ict")


def ask(site: Site, request: Request) -> Page | Response:
    """Ask who it is."""
    leads_to = guard.local(request.query_params.get("to"))
    users, is_out = _users(site), "out" in request.query_params
    if not users:
        # Links to identity providers are no forms: nothing is kept of whoever only looks.
        return _question(site, users, "", leads_to, is_out=is_out)
    token = request.cookies.get(site.cookie)
    session = site.sessions.find(token)
    if session is None:
        token = site.sessions.begin(None, NOBODY)
        session = site.sessions.find(token)
    assert token and session, "it has just begun"
    page = _question(site, users, session.form_token, leads_to, is_out=is_out)
    response = HTMLResponse(page_html(site, request, page))
    set_cookie(site, response, token)
    return response


def sign_in(site: Site, request: Request, session: Session, fields: dict[str, str]) -> Response:
    """Begin a session of the user who was chosen. Raises Forbidden where nobody may choose."""
    users = _users(site)
    if not users:
        raise Forbidden
    chosen = fields.get("user_key", "")
    leads_to = guard.local(fields.get("to"))
    if chosen not in {scopes[0].user_key for scopes in users}:
        page = _question(site, users, session.form_token, leads_to, "Choose who you are")
        return HTMLResponse(page_html(site, request, page), page.status)
    site.sessions.end(request.cookies.get(site.cookie))
    response = RedirectResponse(leads_to, 303)
    set_cookie(site, response, site.sessions.begin(chosen, DEV_LOGIN))
    return response


def sign_out(site: Site, request: Request, session: Session, fields: dict[str, str]) -> Response:
    """End the session."""
    site.sessions.end(request.cookies.get(site.cookie))
    response = RedirectResponse("/sign-in?out=1", 303)
    response.delete_cookie(site.cookie, path="/", secure=site.is_secure, httponly=True, samesite="lax")
    return response


def _question(
    site: Site,
    users: list[list[Scope]],
    form_token: str,
    leads_to: str,
    problem: str | None = None,
    is_out: bool = False,
) -> Page:
    return Page(
        "sign_in.html",
        "Error: Sign in" if problem else "Sign in",
        {
            "form_token": form_token,
            "users": users,
            "examples": _examples(users),
            "sign_in": site.sign_in,
            "leads_to": leads_to,
            "problem": problem,
            "is_out": is_out,
        },
        status=400 if problem else 200,
    )


def _users(site: Site) -> list[list[Scope]]:
    """Everybody on the lists of an invented county, each with their scopes; of a real one nobody."""
    if not site.is_dev_login:
        return []
    release = site.published.in_force()
    if not site.known(release).is_invented:
        return []
    with site.published.tables(release, ANALYSTS) as analysts:
        return list(site.access(release, site.today(release), analysts).values())


def _examples(users: list[list[Scope]]) -> list[list[Scope]]:
    """One user of each role for whoever comes for the first time: somebody who sees something, where there is one."""
    found = []
    for role in ROLES:
        own = [scopes for scopes in users if scopes[0].role_code == role]
        seeing = [scopes for scopes in own if any(scope.has_access for scope in scopes)]
        found += (seeing or own)[:1]
    return found
