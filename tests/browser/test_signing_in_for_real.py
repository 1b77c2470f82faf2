"""Signing in by an account in a real browser: to an identity provider and back, by its own rules on cookies."""

import pytest

from dashboard.accounts import Issuer, SignIn
from tests.support.browser import Browser
from tests.support.dashboards import Dashboard, served
from tests.support.identity_provider import CLIENT, SECRET, opened
from tests.support.postbox import free_port


def test_an_account_on_no_list_comes_back_and_is_told_whom_to_ask(
    dashboard: Dashboard, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLIENT_SECRET", SECRET)
    with opened() as provider:
        council = Issuer(
            title="The council", issuer=provider.address, client_id=CLIENT, client_secret_env="CLIENT_SECRET"
        )
        port = free_port()
        sign_in = SignIn(address=f"http://127.0.0.1:{port}", contact="the team", issuers={"council": council})
        with served(dashboard.settings, is_dev_login=False, sign_in=sign_in, port=port):
            tab = browser.tab(f"http://127.0.0.1:{port}")
            assert tab.open("/why") == 200
            assert tab.path == "/sign-in?to=/why" and tab.violations() == []
            assert tab.click("main a.govuk-button") == 403
            # It went there, was asked for the code and the token, and the browser brought the cookie of before.
            assert {"/authorize", "/token", "/keys"} <= set(provider.asked)
            assert tab.run("document.querySelector('h1').innerText") == "You have no access"
            assert "the team" in tab.run("document.body.innerText") and tab.violations() == []
            assert tab.open("/sign-in/from/council?code=a&state=b") == 400
            assert tab.run("document.querySelector('h1').innerText") == "You are not signed in"
            assert tab.violations() == []
