"""Signing in by accounts: an honest identity provider lets in whom the list names, a hostile one lets in nobody."""

import base64
import hmac
import re
import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import time_machine

from dashboard.accounts import Issuer, SignIn
from dashboard.attempts import LASTS_SECONDS, MOST_BY_ONE_ADDRESS, MOST_IN_ALL, Attempts
from dashboard.oidc import LEEWAY_SECONDS
from orchestration.home.pseudonym_key import sign_in_key
from orchestration.settings import Settings
from tests.support.dashboards import Dashboard, change, home_like, served
from tests.support.identity_provider import (
    CLIENT,
    SECRET,
    Claims,
    IdentityProvider,
    ec_key,
    encoded,
    honest,
    opened,
    rsa_key,
    signed,
)
from tests.support.visitors import Answer, Visitor
from tests.support.warehouse import DAY, Warehouse

CONTACT = "the early help team, 01234 000000"
LINE = re.compile(r"([0-9a-f]{8}): not signed in by (\w+): (\w+)")


@pytest.fixture(scope="module")
def running() -> Iterator[IdentityProvider]:
    with opened() as provider:
        yield provider


@pytest.fixture
def provider(running: IdentityProvider, monkeypatch: pytest.MonkeyPatch) -> IdentityProvider:
    monkeypatch.setenv("CLIENT_SECRET", SECRET)
    running.begin_anew()
    return running


@pytest.fixture
def day() -> Iterator[time_machine.Traveller]:
    """It is the release's day, for the dashboard, the provider and the tokens alike."""
    with time_machine.travel(datetime.fromisoformat(f"{DAY}T10:00:00+01:00"), tick=True) as clock:
        yield clock


def set_up(provider: IdentityProvider, **issuer: Any) -> SignIn:
    council = {
        "title": "The council",
        "issuer": provider.address,
        "client_id": CLIENT,
        "client_secret_env": "CLIENT_SECRET",
    }
    issuers = {name: Issuer.model_validate({**council, **issuer}) for name in ("council", "other")}
    return SignIn(address="http://127.0.0.1:1", contact=CONTACT, issuers=issuers)


FIRST_OF_ROLE = """
    select user_key from core.brg_user__scope where role_code = '{}' order by has_access desc, user_key limit 1
"""
LEFT = "select min(user_key) from core.brg_user__scope where no_access_reason_code = 'access_ended'"
ACCOUNTS = {
    "account one": FIRST_OF_ROLE.format("school"),
    "account of ICT": FIRST_OF_ROLE.format("ict"),
    "account of one who left": LEFT,
    "object of account one": FIRST_OF_ROLE.format("zone"),
}


@pytest.fixture(scope="module")
def listing(clean: Warehouse, running: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home whose list of sign-ins names accounts of the provider, as the newest delivered list would."""
    listing = home_like(clean.home, tmp_path_factory.mktemp("listing") / "home")
    keys = {account: sign_in_key(listing, running.address, account) for account in ACCOUNTS}
    change(
        listing,
        "analyst",
        *(
            f"insert into core.brg_user__sign_in select '{keys[name]}', ({user}), 'unknown'"
            for name, user in ACCOUNTS.items()
        ),
    )
    return listing


@pytest.fixture
def listed(listing: Settings, tmp_path: Path, day: time_machine.Traveller) -> Settings:
    """The same, for a test that may change it."""
    return home_like(listing.home, tmp_path / "home")


@pytest.fixture
def dashboard(listed: Settings, provider: IdentityProvider) -> Iterator[Dashboard]:
    with served(listed, is_dev_login=False, sign_in=set_up(provider)) as dashboard:
        yield dashboard


def come(dashboard: Dashboard, way_in: str = "/sign-in/with/council") -> tuple[Visitor, Answer]:
    """Somebody who signs in, and what they are answered when they are back."""
    visitor = dashboard.visitor()
    return visitor, visitor.ask(visitor.sent_back(way_in))


def refusals(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Why sign-ins were refused, as the log says. Nothing in it names anybody or repeats what was sent."""
    for word in ("account", "Somebody", "eyJ", "code=", "state=", CLIENT, SECRET):
        assert all(word not in message for message in caplog.messages), word
    return [why for _, _, why in LINE.findall("\n".join(caplog.messages))]


def test_an_account_on_the_list_opens_what_its_user_may_see(
    dashboard: Dashboard, provider: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    page = dashboard.visitor().get("/sign-in")
    assert "The council" in page.words and CONTACT in page.words and "user_key" not in page.text
    assert not page.cookies, "who only looks leaves nothing"
    visitor, answer = come(dashboard)
    assert (answer.status, answer.headers["location"]) == (303, "/")
    place = visitor.ask("/").headers["location"]
    assert visitor.get(f"{place}/children").status == 200
    assert dashboard.views()[-1]["viewed_by"] == dashboard.user("school")
    assert refusals(caplog) == []


def test_signing_in_begins_another_session_and_signing_out_ends_it(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor()
    back = visitor.sent_back("/sign-in/with/council")
    before = dict(visitor.cookies)
    assert visitor.ask(back).status == 303 and visitor.cookies != before
    assert Visitor(dashboard.port, before).ask("/why").status == 303
    known, here = dict(visitor.cookies), "http://127.0.0.1:1"
    token = visitor.form_token("/why")
    assert visitor.ask("/sign-out", "POST", f"form_token={token}", origin="http://127.0.0.1:2").status == 403
    answer = visitor.ask("/sign-out", "POST", f"form_token={token}", origin=here)
    assert answer.status == 303 and "signed out here" in visitor.get(answer.headers["location"]).words
    assert not visitor.cookies and Visitor(dashboard.port, known).ask("/why").status == 303


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/why", "/why"),
        ("/county?half_term=2026-05-22", "/county?half_term=2026-05-22"),
        ("", "/"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("/why\r\nSet-Cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
        ("why", "/"),
        ("/" + "a" * 600, "/"),
    ],
)
def test_signing_in_leads_back_to_this_site_alone(dashboard: Dashboard, asked: str, leads_to: str) -> None:
    link = re.search(
        r'href="(/sign-in/with/council[^"]*)"', dashboard.visitor().get(f"/sign-in?to={quote(asked)}").text
    )
    assert link
    assert come(dashboard, link.group(1))[1].headers["location"] == leads_to
    _, answer = come(dashboard, f"/sign-in/with/council?to={quote(asked)}")
    assert (answer.status, answer.headers["location"]) == (303, leads_to)


def test_who_is_sent_to_sign_in_is_led_back_to_where_they_were(dashboard: Dashboard) -> None:
    page = dashboard.visitor().get("/county?half_term=2026-05-22")
    link = re.search(r'href="(/sign-in/with/council[^"]*)"', page.text).group(1)
    assert come(dashboard, link)[1].headers["location"] == "/county?half_term=2026-05-22"


def with_claims(**others: Any) -> Callable[[Claims], str]:
    """An honest token but for these claims; None takes one out."""

    def mint(claims: Claims) -> str:
        put = {**claims, **{name: value(claims) if callable(value) else value for name, value in others.items()}}
        return honest({name: value for name, value in put.items() if value is not None})

    return mint


def by_public_key(claims: Claims) -> str:
    """Signed by a secret that everybody knows: the public key, taken for a shared one."""
    signed_part = f"{encoded({'alg': 'HS256', 'kid': 'one'})}.{encoded(claims)}"
    signature = hmac.digest(rsa_key("one").as_pem(private=False), signed_part.encode(), "sha256")
    return f"{signed_part}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def with_other_body(claims: Claims) -> str:
    header, _, signature = honest(claims).split(".")
    return f"{header}.{encoded({**claims, 'sub': 'account one'})}.{signature}"


HOSTILE: list[tuple[str, Callable[[Claims], str], str]] = [
    (
        "another's key under the right name",
        lambda c: signed(c, {"alg": "RS256", "kid": "one"}, rsa_key("evil")),
        "signature",
    ),
    ("a key that is not published", lambda c: signed(c, {"alg": "RS256", "kid": "evil"}, rsa_key("evil")), "signature"),
    (
        "a key that the token brings along",
        lambda c: signed(
            c, {"alg": "RS256", "kid": "one", "jwk": rsa_key("evil").as_dict(private=False)}, rsa_key("evil")
        ),
        "signature",
    ),
    ("a body that was changed", with_other_body, "signature"),
    ("a signature that was cut off", lambda c: honest(c).rpartition(".")[0] + ".", "signature"),
    ("alg none", lambda c: f"{encoded({'alg': 'none'})}.{encoded(c)}.", "algorithm"),
    ("alg NONE with the key's name", lambda c: f"{encoded({'alg': 'NONE', 'kid': 'one'})}.{encoded(c)}.", "algorithm"),
    ("HS256 by the public key", by_public_key, "algorithm"),
    ("RS512", lambda c: signed(c, {"alg": "RS512", "kid": "one"}, rsa_key("one")), "algorithm"),
    (
        "ES256 by a key of RSA",
        lambda c: encoded({"alg": "ES256", "kid": "one"}) + "." + honest(c).partition(".")[2],
        "signature",
    ),
    ("an encrypted token", lambda c: f"{encoded({'alg': 'RS256'})}.a.b.c.d", "algorithm"),
    ("no token", lambda c: "", "token"),
    ("what is no token", lambda c: "a.b.c", "token"),
    ("claims that are a list", lambda c: f"{encoded({'alg': 'RS256', 'kid': 'one'})}.W10.AAAA", "signature"),
    ("another client", with_claims(aud="another"), "audience"),
    ("no client", with_claims(aud=None), "audience"),
    ("several clients, and for nobody in particular", with_claims(aud=[CLIENT, "another"]), "audience"),
    ("several clients, and for another", with_claims(aud=[CLIENT, "another"], azp="another"), "audience"),
    ("given to another", with_claims(azp="another"), "audience"),
    ("another issuer", with_claims(iss="https://evil.example"), "issuer"),
    ("no issuer", with_claims(iss=None), "issuer"),
    ("expired", with_claims(exp=lambda c: c["iat"] - LEEWAY_SECONDS - 1), "expired"),
    ("without an end", with_claims(exp=None), "expired"),
    ("an end that is a word", with_claims(exp="never"), "expired"),
    ("an end that is true", with_claims(exp=True), "expired"),
    ("of tomorrow", with_claims(iat=lambda c: c["iat"] + 86_400, exp=lambda c: c["exp"] + 86_400), "not_yet"),
    ("valid from tomorrow", with_claims(nbf=lambda c: c["iat"] + 86_400), "not_yet"),
    ("valid from a word", with_claims(nbf="then"), "not_yet"),
    ("no nonce", with_claims(nonce=None), "nonce"),
    ("another's nonce", with_claims(nonce="n" * 43), "nonce"),
    ("an empty nonce", with_claims(nonce=""), "nonce"),
    ("no subject", with_claims(sub=None), "subject"),
    ("an empty subject", with_claims(sub=" "), "subject"),
    ("a subject that is a list", with_claims(sub=["account one"]), "subject"),
    ("a subject without an end", with_claims(sub="a" * 256), "subject"),
]


@pytest.mark.parametrize(("mint", "why"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_a_token_that_does_not_hold_opens_nothing(
    dashboard: Dashboard,
    provider: IdentityProvider,
    caplog: pytest.LogCaptureFixture,
    mint: Callable[[Claims], str],
    why: str,
) -> None:
    provider.mint = mint
    visitor, answer = come(dashboard)
    assert answer.status == 400 and "You are not signed in" in answer.words and "account one" not in answer.text
    assert visitor.ask("/why").status == 303
    assert refusals(caplog) == [why]
    assert LINE.search(caplog.text).group(1) in answer.words, "the page shows the number of the line"


@pytest.mark.parametrize(
    "mint",
    [
        lambda claims: signed(claims, {"alg": "ES256", "kid": "two"}, ec_key("two")),
        with_claims(aud=[CLIENT, "another"], azp=CLIENT),
        with_claims(aud=[CLIENT]),
        with_claims(exp=lambda claims: claims["iat"] - LEEWAY_SECONDS + 5),
        with_claims(nbf=lambda claims: claims["iat"] + LEEWAY_SECONDS - 5),
    ],
    ids=["ES256", "several clients", "a list of one client", "a clock that is fast", "a clock that is slow"],
)
def test_a_token_that_holds_is_taken(
    dashboard: Dashboard, provider: IdentityProvider, mint: Callable[[Claims], str]
) -> None:
    provider.mint = mint
    visitor, answer = come(dashboard)
    assert answer.status == 303 and visitor.ask("/why").status == 200


def test_an_answer_counts_once_for_the_browser_and_the_issuer_that_it_was_begun_with(
    dashboard: Dashboard, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = dashboard.visitor()
    back = visitor.sent_back("/sign-in/with/council")
    assert dashboard.visitor().ask(back).status == 400, "another browser"
    assert visitor.ask(back.replace("/council", "/other")).status == 400, "another issuer"
    assert visitor.ask(back.replace("state=", "state=x")).status == 400
    assert visitor.ask(back.partition("&state")[0]).status == 400
    assert visitor.ask(back).status == 303
    assert visitor.ask(back).status == 400, "a second time"
    assert visitor.ask("/why").status == 200, "what was begun before goes on"
    assert refusals(caplog) == ["state"] * 5
    assert visitor.ask("/sign-in/with/nobody").status == visitor.ask("/sign-in/from/nobody").status == 404


def test_a_code_is_redeemed_once_and_by_the_browser_that_asked_for_it(
    dashboard: Dashboard, caplog: pytest.LogCaptureFixture
) -> None:
    def code_of(back: str) -> str:
        return re.search(r"code=([^&]+)", back).group(1)

    first, second = dashboard.visitor(), dashboard.visitor()
    stolen = code_of(first.sent_back("/sign-in/with/council"))
    own = second.sent_back("/sign-in/with/council")
    # The provider finds that the code was asked for by another challenge.
    assert second.ask(own.replace(code_of(own), stolen)).status == 400
    visitor, answer = come(dashboard)
    assert answer.status == 303
    back = visitor.sent_back("/sign-in/with/council")
    used = code_of(back)
    assert visitor.ask(back).status == 303
    again = visitor.sent_back("/sign-in/with/council")
    assert visitor.ask(again.replace(code_of(again), used)).status == 400
    assert refusals(caplog) == ["code", "code"]


def test_an_attempt_ends_after_ten_minutes(dashboard: Dashboard, caplog: pytest.LogCaptureFixture) -> None:
    visitor = dashboard.visitor()
    back = visitor.sent_back("/sign-in/with/council")
    dashboard.later[0] += LASTS_SECONDS + 1
    assert visitor.ask(back).status == 400 and refusals(caplog) == ["state"]
    with sqlite3.connect(dashboard.settings.home / "dashboard" / "sign_ins.sqlite") as database:
        kept = str(database.execute("select * from attempt").fetchall())
    assert not any(value in kept for value in visitor.cookies.values())


def test_who_says_no_at_the_provider_is_not_signed_in(dashboard: Dashboard, caplog: pytest.LogCaptureFixture) -> None:
    visitor = dashboard.visitor()
    state = re.search(r"state=([^&]+)", visitor.sent_back("/sign-in/with/council")).group(1)
    answer = visitor.ask(f"/sign-in/from/council?error=access_denied&error_description=%3Cscript%3E&state={state}")
    assert answer.status == 400 and "script" not in answer.text and refusals(caplog) == ["no_code"]


def test_an_answer_that_names_another_issuer_is_not_taken(
    dashboard: Dashboard, caplog: pytest.LogCaptureFixture
) -> None:
    visitor = dashboard.visitor()
    back = visitor.sent_back("/sign-in/with/council")
    assert visitor.ask(f"{back}&iss=https%3A%2F%2Fevil.example").status == 400
    assert refusals(caplog) == ["issuer"]


def test_an_account_on_no_list_and_a_user_without_access_are_told_the_same(
    dashboard: Dashboard, provider: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    pages = []
    for subject in ("account of nobody", "account of one who left", "ACCOUNT ONE"):
        provider.subject = subject
        visitor, answer = come(dashboard)
        assert answer.status == 403 and "You have no access" in answer.words and CONTACT in answer.words
        assert visitor.ask("/why").status == 303
        pages.append(re.sub(r"[0-9a-f]{8}", "", answer.words))
    assert len(set(pages)) == 1
    assert refusals(caplog) == ["not_let_in"] * 3


def test_who_administers_the_tool_signs_in_and_sees_no_child(dashboard: Dashboard, provider: IdentityProvider) -> None:
    provider.subject = "account of ICT"
    visitor, answer = come(dashboard)
    assert answer.status == 303
    assert visitor.get("/why").status == 200 and visitor.get("/county").status == 404


def test_access_that_ended_since_the_release_lets_nobody_in(
    dashboard: Dashboard, day: time_machine.Traveller, caplog: pytest.LogCaptureFixture
) -> None:
    assert come(dashboard)[1].status == 303
    ((until,),) = dashboard.rows(
        "select min(agreement_expiry_date) from core.brg_user__scope where user_key = $user_key",
        user_key=dashboard.user("school"),
    )
    first_without = datetime.combine(max(until, date.fromisoformat(DAY)) + timedelta(days=1), datetime.min.time(), UTC)
    day.move_to(first_without + timedelta(hours=9))
    assert come(dashboard)[1].status == 403
    assert refusals(caplog) == ["not_let_in"]


@pytest.mark.parametrize(
    "statement",
    [
        "delete from core.brg_user__sign_in",
        "update core.brg_user__sign_in set user_key = 'another'",
        # As in a release of before there was a list.
        "drop table core.brg_user__sign_in",
    ],
)
def test_an_account_that_leads_to_its_user_no_more_is_out_with_the_next_click(
    listed: Settings, provider: IdentityProvider, caplog: pytest.LogCaptureFixture, statement: str
) -> None:
    with served(listed, is_dev_login=False, sign_in=set_up(provider)) as dashboard:
        visitor, _ = come(dashboard)
        assert visitor.ask("/why").status == 200
    change(listed, "analyst", statement)
    with served(listed, is_dev_login=False, sign_in=set_up(provider)) as dashboard:
        visitor.port = dashboard.port
        assert visitor.ask("/why").status == 303
        assert come(dashboard)[1].status == 403 and refusals(caplog) == ["not_let_in"]


def test_a_session_of_a_provider_that_is_trusted_no_more_is_over(
    dashboard: Dashboard, provider: IdentityProvider
) -> None:
    visitor, _ = come(dashboard)
    del dashboard.site.providers["council"]
    assert visitor.ask("/why").status == 303


EVIL = "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("document", "keys", "answers", "why"),
    [
        ({"issuer": "https://evil.example"}, None, {}, "unreachable_issuer"),
        ({"token_endpoint": "http://evil.example/token"}, None, {}, "unreachable_token_endpoint"),
        ({"jwks_uri": None}, None, {}, "unreachable_jwks_uri"),
        ({}, None, {"/.well-known/openid-configuration": (500, {}, "")}, "unreachable_status"),
        ({}, None, {"/.well-known/openid-configuration": (302, {"Location": EVIL}, "")}, "unreachable_status"),
        ({}, None, {"/.well-known/openid-configuration": (200, {}, "<html>")}, "unreachable_json"),
        ({}, None, {"/.well-known/openid-configuration": (200, {}, "[" + " " * 1_100_000)}, "unreachable_length"),
    ],
)
def test_a_provider_that_does_not_answer_as_it_should_is_not_gone_to(
    dashboard: Dashboard,
    provider: IdentityProvider,
    caplog: pytest.LogCaptureFixture,
    document: Claims,
    keys: list[Claims] | None,
    answers: dict[str, tuple[int, dict[str, str], str]],
    why: str,
) -> None:
    provider.document, provider.answers = document, answers
    answer = dashboard.visitor().ask("/sign-in/with/council")
    assert answer.status == 503 and CONTACT in answer.words and refusals(caplog) == [why]


@pytest.mark.parametrize(
    ("keys", "answers", "why", "status"),
    [
        ([], {}, "unreachable_keys", 503),
        ([{"kty": "oct", "k": "c2VjcmV0", "kid": "one"}], {}, "unreachable_keys", 503),
        ([{**rsa_key("one").as_dict(private=False), "use": "enc"}], {}, "unreachable_keys", 503),
        ([rsa_key("short", 1024).as_dict(private=False)], {}, "unreachable_keys", 503),
        (None, {"/keys": (200, {}, '{"keys": "none"}')}, "unreachable_keys", 503),
        (None, {"/token": (302, {"Location": EVIL}, "")}, "unreachable_status", 503),
        (None, {"/token": (500, {}, "")}, "unreachable_status", 503),
        (None, {"/token": (200, {}, "[]")}, "token", 400),
        (None, {"/token": (401, {}, "{}")}, "code", 400),
    ],
)
def test_a_provider_that_fails_on_the_way_back_opens_nothing(
    dashboard: Dashboard,
    provider: IdentityProvider,
    caplog: pytest.LogCaptureFixture,
    keys: list[Claims] | None,
    answers: dict[str, tuple[int, dict[str, str], str]],
    why: str,
    status: int,
) -> None:
    provider.keys, provider.answers = keys, answers
    visitor, answer = come(dashboard)
    assert answer.status == status and visitor.ask("/why").status == 303 and refusals(caplog) == [why]


def test_a_provider_that_is_not_there_is_said_to_be_so(
    own: Settings, provider: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    with served(own, is_dev_login=False, sign_in=set_up(provider, issuer=EVIL)) as dashboard:
        assert dashboard.visitor().ask("/sign-in/with/council").status == 503
    assert refusals(caplog) == ["unreachable_connection"]


def test_a_key_that_is_new_is_asked_for_and_not_more_than_once_a_minute(
    dashboard: Dashboard, provider: IdentityProvider, day: time_machine.Traveller
) -> None:
    assert come(dashboard)[1].status == 303
    provider.keys = [rsa_key("next").as_dict(private=False)]
    provider.mint = lambda claims: signed(claims, {"alg": "RS256", "kid": "next"}, rsa_key("next"))
    for _ in range(3):
        assert come(dashboard)[1].status == 400
    assert provider.asked.count("/keys") == 1
    day.shift(61)
    assert come(dashboard)[1].status == 303
    assert provider.asked.count("/keys") == 2


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(
    dashboard: Dashboard, provider: IdentityProvider
) -> None:
    provider.document = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    assert come(dashboard)[1].status == 303


def test_another_claim_may_say_who_it_is(listed: Settings, provider: IdentityProvider) -> None:
    with served(listed, is_dev_login=False, sign_in=set_up(provider, subject_claim="oid")) as dashboard:
        visitor, answer = come(dashboard)
        assert answer.status == 303 and visitor.get("/county").status == 200


def test_tries_are_counted_by_address_for_all_processes_together(
    dashboard: Dashboard, provider: IdentityProvider, caplog: pytest.LogCaptureFixture
) -> None:
    with served(dashboard.settings, is_dev_login=False, sign_in=set_up(provider)) as second:
        both = [dashboard.visitor(), second.visitor()]
        statuses = [both[n % 2].ask("/sign-in/with/council").status for n in range(MOST_BY_ONE_ADDRESS + 2)]
        assert statuses == [303] * MOST_BY_ONE_ADDRESS + [429] * 2
        answer = both[1].ask("/sign-in/from/council?code=a&state=b")
        assert answer.status == 429 and answer.headers["retry-after"] == str(LASTS_SECONDS)
        assert set(refusals(caplog)) == {"too_many"}
        dashboard.later[0] += LASTS_SECONDS + 1
        assert dashboard.visitor().ask("/sign-in/with/council").status == 303


def test_tries_in_all_have_an_end_too(own: Settings) -> None:
    clock = [time.time()]
    attempts = Attempts(own, lambda: clock[0])
    assert all(attempts.may_try(f"10.0.{n // 250}.{n % 250}") for n in range(MOST_IN_ALL))
    assert not attempts.may_try("10.9.9.9")
    clock[0] += LASTS_SECONDS + 1
    assert attempts.may_try("10.9.9.9")


def test_a_network_of_ipv6_counts_as_one_address(own: Settings) -> None:
    attempts = Attempts(own)
    assert all(attempts.may_try(f"2001:db8::{n:x}") for n in range(MOST_BY_ONE_ADDRESS))
    assert not attempts.may_try("2001:db8::ffff") and attempts.may_try("2001:db8:0:1::1")


SITE = "https://early-help.example.gov.uk"
BY_PROXY = {"X_Forwarded_For": "203.0.113.9, 198.51.100.7", "X_Forwarded_Proto": "https"}


def test_behind_a_proxy_nothing_else_is_let_in_and_the_cookie_is_bound_to_the_site(
    own: Settings, provider: IdentityProvider, day: object
) -> None:
    sign_in = set_up(provider).model_copy(update={"address": SITE})
    with served(own, is_dev_login=False, sign_in=sign_in, proxy="127.0.0.1") as dashboard:
        host, visitor = SITE.removeprefix("https://"), dashboard.visitor()
        for headers in ({}, {"X_Forwarded_For": "198.51.100.7"}, {**BY_PROXY, "X_Forwarded_Proto": "http"}):
            assert visitor.ask("/sign-in", host=host, **headers).status == 403, headers
        assert visitor.ask("/healthz").text == "ok\n"
        assert visitor.ask("/sign-in", host="evil.example", **BY_PROXY).status == 400
        answer = visitor.ask("/sign-in/with/council", host=host, **BY_PROXY)
        (cookie,) = answer.cookies
        assert cookie.startswith("__Host-earlyhelp_session=")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
        assert (
            f"redirect_uri={SITE.replace(':', '%3A').replace('/', '%2F')}%2Fsign-in%2Ffrom%2Fcouncil"
            in (answer.headers["location"])
        )
        with sqlite3.connect(own.home / "dashboard" / "sign_ins.sqlite") as database:
            assert database.execute("select address from try").fetchall() == [("198.51.100.7",)]
    with served(own, is_dev_login=False, sign_in=sign_in, proxy="127.0.0.9") as dashboard:
        assert dashboard.visitor().ask("/sign-in", host=host, **BY_PROXY).status == 403, "not the proxy's address"
