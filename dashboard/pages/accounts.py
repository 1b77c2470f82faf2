"""Signing in by an account of an identity provider: the way there, and back with its word for who it is.

Whatever does not hold is told to a person in two sentences and to the log by a word and a number; neither says who.
"""

import logging
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from dashboard import access, guard
from dashboard.answers import page_html, set_cookie
from dashboard.oidc import Provider, Refused, Unreachable
from dashboard.pages.signing_in import NOBODY
from dashboard.published import ANALYSTS
from dashboard.site import NotFound, Page, Site
from orchestration.home import pseudonym_key

log = logging.getLogger(__name__)

RETRY_SECONDS = 600


@dataclass(frozen=True)
class Refusal:
    """What somebody is told who is not let in."""

    status: int
    heading: str
    words: str
    is_to_ask: bool = False


NOT_LET_IN = Refusal(
    403,
    "You have no access",
    "Your account is known to the organisation that you signed in with, and does not open this service: it is on no "
    "list of users, or the access that went with it does not hold today.",
    is_to_ask=True,
)
NOT_HELD = Refusal(
    400,
    "You are not signed in",
    "Signing in was not finished, took longer than ten minutes, or could not be verified. Nothing was opened.",
)
NO_ANSWER = Refusal(
    503,
    "You cannot sign in at the moment",
    "The organisation that you sign in with does not answer. Try again in a few minutes.",
    is_to_ask=True,
)
TOO_MANY = Refusal(
    429,
    "Too many tries",
    "There have been too many tries to sign in from where you are, or in all. Try again in ten minutes.",
)


def go(site: Site, request: Request) -> Response:
    """Send somebody to an identity provider. Raises NotFound for one that is not set up."""
    provider = _provider(site, request)
    name = request.path_params["issuer"]
    if not site.attempts.may_try(_client(request)):
        return _refused(site, request, name, TOO_MANY, "too_many")
    token = request.cookies.get(site.cookie)
    if not token or site.sessions.find(token) is None:
        token = site.sessions.begin(None, NOBODY)
    state, attempt = site.attempts.begin(token, name, guard.local(request.query_params.get("to")))
    try:
        response = RedirectResponse(provider.way_there(state, attempt), 303)
    except Unreachable as problem:
        return _refused(site, request, name, NO_ANSWER, f"unreachable_{problem}")
    set_cookie(site, response, token)
    return response


def come_back(site: Site, request: Request) -> Response:
    """Let in whoever an identity provider sends back, if its word holds and a list lets them in today."""
    provider = _provider(site, request)
    name = request.path_params["issuer"]
    if not site.attempts.may_try(_client(request)):
        return _refused(site, request, name, TOO_MANY, "too_many")
    answer = request.query_params
    token = request.cookies.get(site.cookie)
    attempt = site.attempts.take(answer.get("state", ""), token or "", name)
    if attempt is None or not token:
        return _refused(site, request, name, NOT_HELD, "state")
    if "code" not in answer or answer.get("iss", provider.issuer.issuer).rstrip("/") != provider.issuer.issuer:
        return _refused(site, request, name, NOT_HELD, "no_code" if "code" not in answer else "issuer")
    try:
        subject = provider.subject_of(answer["code"], attempt)
    except Refused as problem:
        return _refused(site, request, name, NOT_HELD, str(problem))
    except Unreachable as problem:
        return _refused(site, request, name, NO_ANSWER, f"unreachable_{problem}")
    sign_in_key = pseudonym_key.sign_in_key(site.settings, provider.issuer.issuer, subject)
    user_key = _let_in(site, sign_in_key)
    if user_key is None:
        return _refused(site, request, name, NOT_LET_IN, "not_let_in")
    site.sessions.end(token)
    response = RedirectResponse(attempt.leads_to, 303)
    set_cookie(site, response, site.sessions.begin(user_key, f"{name} {sign_in_key}"))
    return response


def _let_in(site: Site, sign_in_key: str) -> str | None:
    """The user of an account, if they have access to something today or run the tool."""
    release = site.published.in_force()
    with site.published.tables(release, ANALYSTS) as analysts:
        user_key = access.user_of(analysts, sign_in_key)
        scopes = site.access(release, site.today(release), analysts).get(user_key or "", [])
    return user_key if any(scope.has_access or scope.is_administrator for scope in scopes) else None


def _provider(site: Site, request: Request) -> Provider:
    try:
        return site.providers[request.path_params["issuer"]]
    except KeyError:
        raise NotFound from None


def _client(request: Request) -> str:
    return request.client.host if request.client else ""


def _refused(site: Site, request: Request, issuer: str, refusal: Refusal, why: str) -> Response:
    number = secrets.token_hex(4)
    log.warning("%s: not signed in by %s: %s", number, issuer, why)
    assert site.sign_in, "an issuer is set up"
    page = Page(
        "not_signed_in.html",
        refusal.heading,
        {"refusal": refusal, "contact": site.sign_in.contact, "number": number},
        status=refusal.status,
    )
    headers = {"retry-after": str(RETRY_SECONDS)} if refusal is TOO_MANY else None
    return HTMLResponse(page_html(site, request, page), page.status, headers)
