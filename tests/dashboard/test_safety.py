"""Headers, forms, sessions, signing in: what an attacker tries, against the real server."""

import hashlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import time
from datetime import date, datetime
from pathlib import Path
from stat import S_IMODE
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from dashboard import guard, sessions
from dashboard.sessions import IDLE_SECONDS, LONGEST_SECONDS
from dashboard.site import COOKIE
from orchestration import cli
from orchestration.home import audit
from orchestration.settings import PROJECT, Settings
from synthetic import LISTING
from tests.support.dashboards import Dashboard, change, served, settings_of
from tests.support.visitors import Answer, Visitor
from tests.support.warehouse import KEY, Warehouse, command

OTHER = "https://example.org"


@pytest.mark.parametrize("path", ["/", "/sign-in", "/county", "/healthz", "/privacy", "/nothing", "/school/x/children"])
def test_every_answer_carries_the_headers_of_safety(shared: Dashboard, path: str) -> None:
    for visitor in (shared.visitor(), shared.visitor("county")):
        answer = visitor.ask(path)
        assert {name: answer.headers[name] for name in guard.HEADERS} == guard.HEADERS
        assert answer.headers["cache-control"] == "no-store"
        assert "unsafe" not in answer.headers["content-security-policy"]


def test_only_styles_may_be_kept_by_a_browser(shared: Dashboard) -> None:
    visitor = shared.visitor()
    page = visitor.get("/sign-in")
    styles = re.findall(r'<link rel="(?:stylesheet|icon)" href="([^"]+)"', page.text)
    assert len(styles) == 3
    for path in styles:
        answer = visitor.ask(path)
        assert answer.status == 200 and "max-age" in answer.headers["cache-control"]
        assert "url(" not in answer.text and "@import" not in answer.text
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/govuk-frontend", "/static/missing.css"):
        answer = visitor.ask(path)
        assert answer.status == 404 and answer.headers["cache-control"] == "no-store"


def test_the_vendored_styles_are_those_that_are_said() -> None:
    folder = PROJECT / "dashboard" / "static" / "govuk-frontend"
    stated = re.search(r"sha256: `(\w+)`", (folder / "README.md").read_text()).group(1)
    assert hashlib.sha256((folder / "govuk.css").read_bytes()).hexdigest() == stated
    assert "Crown Copyright" in (folder / "LICENCE.txt").read_text()


def test_who_has_not_signed_in_is_asked_to(shared: Dashboard) -> None:
    for path in ("/", "/county", "/why", "/school/8384501/children", "/school/8384501/child/" + "0" * 32):
        answer = shared.visitor().ask(path)
        assert (answer.status, answer.text) == (303, "")
        assert answer.headers["location"] == ("/sign-in" if path == "/" else f"/sign-in?to={path}")


def test_the_cookie_is_out_of_reach_and_tells_nothing(shared: Dashboard) -> None:
    visitor = shared.visitor()
    user = shared.user("school")
    visitor.get("/sign-in")
    before = dict(visitor.cookies)
    (cookie,) = visitor.sign_in(user).cookies
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert user not in cookie and visitor.cookies != before
    # What was known before signing in opens nothing.
    assert Visitor(shared.port, before).ask("/why").status == 303
    path = shared.settings.home / "dashboard" / sessions.FILE
    assert S_IMODE(path.stat().st_mode) == 0o600 and S_IMODE(path.parent.stat().st_mode) == 0o700
    with sqlite3.connect(path) as database:
        kept = str(database.execute("select * from session").fetchall())
    assert user in kept and not any(value in kept for value in visitor.cookies.values())


def test_a_form_without_its_token_or_of_another_site_does_nothing(shared: Dashboard) -> None:
    visitor, user = shared.visitor(), shared.user("school")
    token = visitor.form_token("/sign-in")
    here = f"http://127.0.0.1:{shared.port}"
    for fields, origin in (
        (f"user_key={user}", here),
        (f"user_key={user}&form_token=", here),
        (f"user_key={user}&form_token={'x' * len(token)}", here),
        (f"user_key={user}&form_token={Visitor(shared.port).form_token('/sign-in')}", here),
        (f"user_key={user}&form_token={token}", OTHER),
        (f"user_key={user}&form_token={token}", "null"),
        (f"user_key={user}&form_token={token}", f"http://127.0.0.1:{shared.port + 1}"),
        (f"user_key={user}&form_token={token}", None),
    ):
        answer = visitor.ask("/sign-in", "POST", fields, origin=origin)
        assert answer.status == 403, (fields, origin)
        assert visitor.ask("/why").status == 303
    assert visitor.post("/sign-in", form_token=token, user_key=user).status == 303
    assert visitor.ask("/why").status == 200
    assert visitor.ask("/sign-out", "POST", "", origin=here).status == 403
    assert visitor.ask("/why").status == 200


def test_the_token_of_a_form_is_another_each_time_and_counts_as_the_same(shared: Dashboard) -> None:
    visitor = shared.visitor("school")
    tokens = {visitor.form_token("/why") for _ in range(4)}
    assert len(tokens) == 4
    session = shared.site.sessions.find(visitor.cookies[COOKIE])
    assert session.form_secret not in visitor.get("/why").text
    assert {guard.unmasked(token) for token in tokens} == {session.form_secret}
    for wrong in (None, "", "é", "AAAA", session.form_secret, tokens.copy().pop()[:-8]):
        assert guard.unmasked(wrong) != session.form_secret
    assert visitor.post("/sign-out", form_token=tokens.pop()).status == 303


def test_the_way_back_to_a_list_says_what_our_own_page_said_alone(shared: Dashboard) -> None:
    visitor = shared.visitor("school")
    place = visitor.ask("/").headers["location"]
    child = re.search(r'href="(/school/\d+/child/[0-9a-f]{32})"', visitor.get(f"{place}/children").text).group(1)
    here = f"http://127.0.0.1:{shared.port}{place}/children?sort=name"
    assert f'href="{place}/children?sort=name#child-' in visitor.ask(child, Referer=here).text
    for referer in (f"{OTHER}{place}/children?sort=name", f"http://127.0.0.1:{shared.port}/why?sort=name", "sort=name"):
        assert "sort=name" not in visitor.ask(child, Referer=referer).text


def test_signing_out_ends_the_session_and_not_by_a_link(shared: Dashboard) -> None:
    visitor = shared.visitor("school")
    known = dict(visitor.cookies)
    assert visitor.ask("/sign-out").status in (404, 405)
    assert visitor.post("/sign-out", form_token=visitor.form_token("/why")).status == 303
    assert not visitor.cookies
    assert Visitor(shared.port, known).ask("/why").status == 303


def test_a_form_that_is_too_long_is_not_read(shared: Dashboard) -> None:
    assert shared.visitor().post("/sign-in", user_key="x" * 20_000).status == 413


def test_a_user_who_is_on_no_list_is_not_signed_in(shared: Dashboard) -> None:
    visitor = shared.visitor()
    for user in ("", "nobody", "' or 1=1 --", "<script>"):
        answer = visitor.sign_in(user)
        assert answer.status == 400 and "There is a problem" in answer.words and "<script>" not in answer.text
    assert visitor.ask("/why").status == 303


def test_a_session_ends_when_idle_and_after_ten_hours_in_any_case(own: Settings) -> None:
    with served(own) as dashboard:
        visitor = dashboard.visitor("school")
        dashboard.later[0] += IDLE_SECONDS - 5
        assert visitor.ask("/why").status == 200
        dashboard.later[0] += IDLE_SECONDS - 5
        assert visitor.ask("/why").status == 200
        dashboard.later[0] += IDLE_SECONDS + 1
        assert visitor.ask("/why").status == 303
        assert visitor.ask("/why").status == 303

        visitor = dashboard.visitor("school")
        steps = LONGEST_SECONDS // (IDLE_SECONDS - 60)
        for _ in range(steps):
            assert visitor.ask("/why").status == 200
            dashboard.later[0] += IDLE_SECONDS - 60
        dashboard.later[0] += LONGEST_SECONDS - steps * (IDLE_SECONDS - 60) + 1
        assert visitor.ask("/why").status == 303


def test_each_page_says_when_its_session_ends_and_how_to_stay(own: Settings) -> None:
    def ends(page: Answer) -> str:
        return re.search(r"signed out at (\d\d:\d\d)", page.words).group(1)

    def on_the_clock(seconds: float) -> str:
        return datetime.fromtimestamp(seconds, ZoneInfo("Europe/London")).strftime("%H:%M")

    with served(own) as dashboard:
        visitor, begun = dashboard.visitor("school"), time.time()
        assert ends(visitor.get("/why")) in {on_the_clock(begun + IDLE_SECONDS + late) for late in (-60, 0, 60)}
        dashboard.later[0] += IDLE_SECONDS - 60
        stayed = visitor.get("/session")
        later = begun + 2 * IDLE_SECONDS - 60
        assert stayed.status == 200 and ends(stayed) in {on_the_clock(later + late) for late in (-60, 0, 60)}
        assert any(on_the_clock(begun + LONGEST_SECONDS + late) in stayed.words for late in (-60, 0, 60))
        # In the last minutes of ten hours nothing makes it longer.
        for _ in range(LONGEST_SECONDS // (IDLE_SECONDS - 60) - 1):
            dashboard.later[0] += IDLE_SECONDS - 60
            last = visitor.get("/session")
        assert last.status == 200
        assert ends(last) in {on_the_clock(begun + LONGEST_SECONDS + late) for late in (-60, 0, 60)}


def test_another_name_than_the_machines_own_gets_nothing(shared: Dashboard) -> None:
    """A page whose name was led to this machine could read what is here."""
    assert shared.visitor().ask("/sign-in", host="attacker.example").status == 400


def test_signing_in_as_anybody_is_for_an_invented_county_alone(own: Settings) -> None:
    invented = own.home / "invented.jsonl"
    entries = audit.read(invented)
    invented.unlink()
    with served(own) as dashboard:
        assert_nobody_signs_in(dashboard)
    # One file that is not known is enough.
    audit.append(invented, entries[1:])
    with served(own) as dashboard:
        assert_nobody_signs_in(dashboard)
    audit.append(invented, entries[:1])
    with served(own) as dashboard:
        assert dashboard.visitor("county").ask("/county").status == 200


def test_a_session_of_an_invented_county_opens_nothing_where_nobody_may_choose(own: Settings) -> None:
    with served(own) as dashboard:
        visitor = dashboard.visitor("county")
    with served(own, is_dev_login=False) as dashboard:
        visitor.port = dashboard.port
        assert visitor.ask("/county").status == 303
        assert_nobody_signs_in(dashboard)


def assert_nobody_signs_in(dashboard: Dashboard) -> None:
    """Not by the page, which lists no user, and not by a form that is made up with the right token."""
    visitor, user = dashboard.visitor(), dashboard.user("county")
    page = visitor.get("/sign-in")
    assert "Nobody can sign in yet" in page.words and user not in page.text
    visitor.cookies[COOKIE] = dashboard.site.sessions.begin(None, "nobody")
    session = dashboard.site.sessions.find(visitor.cookies[COOKIE])
    assert visitor.post("/sign-in", form_token=session.form_token, user_key=user).status == 403
    assert visitor.ask("/why").status == 303


def test_the_command_refuses_a_home_that_is_not_known_to_be_invented(own: Settings) -> None:
    told = {"EARLYHELP_HOME": str(own.home), "EARLYHELP_KEY": KEY}
    (own.home / "invented.jsonl").unlink()
    done = CliRunner().invoke(cli.app, ["serve-dashboard", "--dev-login"], env=told)
    assert done.exit_code == 1 and "not known to hold an invented county alone" in done.output
    done = CliRunner().invoke(cli.app, ["serve-dashboard", "--today", "2026-06-26"], env=told)
    assert done.exit_code == 1 and "--dev-login alone" in done.output


def test_a_file_that_was_changed_after_it_was_invented_is_not_invented(clean: Warehouse, tmp_path: Path) -> None:
    from orchestration import deliveries

    settings = settings_of(tmp_path / "home")
    folder = tmp_path / "extracts"
    source = clean.county / "extracts"
    chosen = sorted(path for path in source.rglob("*.csv"))[:3]
    for path in (*chosen, clean.county / LISTING):
        copy = tmp_path / path.relative_to(clean.county)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    with (folder / chosen[0].relative_to(source)).open("a") as file:
        file.write("a row more\n")
    deliveries.deliver(settings, [folder])
    known = {line["sha256"] for line in audit.read(settings.home / "invented.jsonl")}
    assert known == {hashlib.sha256(path.read_bytes()).hexdigest() for path in chosen[1:]}


def test_what_goes_wrong_is_logged_by_place_and_shown_by_number(
    own: Settings, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with served(own) as dashboard:
        school = dashboard.visitor("school").ask("/").headers["location"].rpartition("/")[2]
    change(own, f"school/{school}", "drop table mart.mart_flag_evidence")
    with served(own) as dashboard:
        visitor = dashboard.visitor("school")
        ((child,),) = dashboard.rows(
            "select min(child_durable_key) from mart.mart_child_list where school_id = $school", school=school
        )
        page = visitor.get(f"/school/{school}/child/{child}")
    assert page.status == 500 and "Something went wrong" in page.words
    number = re.search(r"runs the service: ([0-9a-f]{8})", page.words).group(1)
    written = caplog.text + "".join(capfd.readouterr())
    assert number in written and "CatalogException" in written
    assert child not in written and "mart_flag_evidence" not in written + page.text


def test_the_process_serves_the_loopback_alone_and_logs_no_address(own: Settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        command("serve-dashboard", "--dev-login", "--port", str(port), "--today", "2026-06-26"),
        cwd=PROJECT,
        env={**os.environ, "EARLYHELP_HOME": str(own.home), "EARLYHELP_KEY": KEY},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        visitor = Visitor(port)
        for _ in range(600):
            try:
                assert visitor.ask("/healthz").text == "ok\n"
                break
            except ConnectionRefusedError:
                assert process.poll() is None, process.stdout.read()
                time.sleep(0.1)
        users = re.findall(r'name="user_key" value="([0-9a-f]+)"', visitor.get("/sign-in").text)
        assert visitor.sign_in(users[0]).status == 303
        assert visitor.get("/why").status == 200 and "26 June 2026" in visitor.get("/why").words
        listening = subprocess.run(["ss", "-ltnH", f"sport = :{port}"], capture_output=True, text=True).stdout
        assert not listening or all(line.split()[3].startswith("127.0.0.1:") for line in listening.splitlines())
    finally:
        process.send_signal(signal.SIGTERM)
        written, _ = process.communicate(timeout=30)
    assert "http://127.0.0.1:" in written
    assert "/why" not in written and users[0] not in written


def test_without_dev_login_the_day_is_the_calendars(own: Settings) -> None:
    with served(own, date(2020, 1, 1), is_dev_login=False) as dashboard:
        release = dashboard.site.published.in_force()
        assert dashboard.site.today(release) >= date(2026, 1, 1)
