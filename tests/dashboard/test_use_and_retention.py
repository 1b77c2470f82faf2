"""What becomes of the log of views: its use goes into take-up by the month, and what is too old goes for good."""

import csv
import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from dashboard import serve
from orchestration.deliveries import tool_use
from orchestration.home import audit, erasures, page_views, pseudonym_key
from orchestration.home.page_views import PageView
from orchestration.jobs import erase, retention, verify
from orchestration.releases import store
from orchestration.settings import Settings
from tests.support.dashboards import settings_of
from tests.support.warehouse import DAY, Warehouse

NEXT_MONTH = date(2026, 7, 3)


@pytest.fixture
def whole(clean: Warehouse, tmp_path: Path) -> Warehouse:
    """A home with its build, which a test may change."""
    return copied(clean, tmp_path)


@pytest.fixture
def lean(census_only: Warehouse, tmp_path: Path) -> Warehouse:
    """The same of a council that delivers the census alone, where the warehouse is made again from all there is."""
    return copied(census_only, tmp_path)


def copied(warehouse: Warehouse, folder: Path) -> Warehouse:
    return Warehouse(Path(shutil.copytree(warehouse.home, folder / "home", symlinks=True)), warehouse.county)


def seen(settings: Settings, user_key: str, *days: str) -> None:
    """Pages that a user was shown, at noon."""
    for day in days:
        at = f"{day}T12:00:00+00:00"
        page_views.record(settings, PageView(user_key, "school", "county", "county", "r", viewed_at=at))


def staff(warehouse: Warehouse, count: int) -> list[tuple[str, str]]:
    """Staff numbers of school users who have access, each with their key as the release has it."""
    keys = [
        key
        for (key,) in warehouse.release(
            "select distinct user_key from core.brg_user__scope where has_access and role_code = 'school' order by all"
        )
    ]
    settings = settings_of(warehouse.home)
    ids = {
        pseudonym_key.user_key(settings, user): user
        for (user,) in warehouse.inside("select distinct user_id from intermediate.int_user_scopes")
    }
    return [(ids[key], key) for key in keys[:count]]


def test_a_user_is_known_by_the_key_that_the_build_gives_them(clean: Warehouse) -> None:
    settings = settings_of(clean.home)
    users = clean.inside("select distinct user_id from intermediate.int_user_scopes")
    made = {pseudonym_key.user_key(settings, user) for (user,) in users}
    assert made == {key for (key,) in clean.release("select distinct user_key from core.brg_user__scope")}


def test_a_month_that_is_over_is_delivered_once_and_take_up_shows_it(whole: Warehouse) -> None:
    settings = settings_of(whole.home)
    (first, first_key), (second, second_key) = staff(whole, 2)
    # June is not over in the lists, which were made within it; in July the dashboard tells the whole of it.
    seen(settings, first_key, "2026-06-02", "2026-06-02", "2026-06-09", "2026-07-01")
    seen(settings, second_key, "2026-06-30")
    seen(settings, "f" * 32, "2026-06-30")
    assert tool_use.deliver_use(settings, date(2026, 6, 30)) == []
    (file,) = tool_use.deliver_use(settings, NEXT_MONTH)
    assert file.name == "tool_users_dashboard_use_2026-07-01.csv"
    rows = list(csv.DictReader(file.open(encoding="utf-8")))
    days = {row["Staff Number"]: int(row["Days"]) for row in rows}
    assert {row["Month"] for row in rows} == {"01/06/2026"} and len(days) == len(rows) > 10
    assert {user: count for user, count in days.items() if count} == {first: 2, second: 1}
    assert tool_use.deliver_use(settings, NEXT_MONTH) == [], "it waits already"
    whole.build(as_of="2026-07-03")
    said = whole.release(
        "select active_users_count, is_month_complete from mart.mart_take_up "
        "where place_type = 'county' and use_month = date '2026-06-01'"
    )
    assert said == [(2, True)]
    assert tool_use.deliver_use(settings, NEXT_MONTH) == [], "it was taken in"
    # What the warehouse made of an invented county is invented: whoever looks may still be any user.
    serve.check_release(settings, is_dev_login=True)
    assert whole.inside(
        "select count(*) from ops.delivery where file_name = 'tool_users_dashboard_use_2026-07-01.csv'"
    ) == [(1,)]


def test_a_month_that_another_list_holds_whole_is_left_to_it(whole: Warehouse) -> None:
    settings = settings_of(whole.home)
    ((_, key),) = staff(whole, 1)
    seen(settings, key, "2026-04-15", "2026-05-20")
    before = whole.release("select * from mart.mart_take_up where use_month < date '2026-06-01' order by all")
    assert before
    files = tool_use.deliver_use(settings, NEXT_MONTH)
    assert [file.name for file in files] == ["tool_users_dashboard_use_2026-07-01.csv"]
    assert {row["Days"] for row in csv.DictReader(files[0].open(encoding="utf-8"))} == {"0"}


def test_without_views_nothing_is_told(whole: Warehouse) -> None:
    assert tool_use.deliver_use(settings_of(whole.home), NEXT_MONTH) == []


def test_views_are_kept_for_two_years_to_the_day(whole: Warehouse) -> None:
    settings = settings_of(whole.home)
    seen(settings, "u", "2024-06-25", "2024-06-26", "2026-06-01")

    def too_old(day: str) -> int:
        (rule,) = [rule for rule in retention.due(settings, date.fromisoformat(day)) if rule.thing == "page_view"]
        return len(rule.names)

    assert [too_old(day) for day in ("2026-06-25", "2026-06-26", "2026-06-27", "2028-06-01")] == [0, 1, 2, 2]


def test_retention_that_was_cut_short_ends_with_a_whole_log_and_a_release_that_names_it(
    lean: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(lean.home)
    seen(settings, "u", "2024-01-10", "2024-06-25", "2026-06-01")
    day = date.fromisoformat(DAY)
    rules = lean.home.parent / "rules.csv"
    lines = retention.rules().read_text(encoding="utf-8").splitlines()
    rules.write_text("\n".join(line for line in lines if line.split(",")[3] in ("thing", "page_view")) + "\n")
    monkeypatch.setattr(retention, "rules", lambda: rules)

    def cut_short(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(erase, "make_again", cut_short)
        retention.purge(settings, day, retention.due(settings, day))
    log = page_views.log_of(settings)
    assert [line["viewed_at"][:10] for line in audit.read(log)] == ["2026-06-01"]
    with pytest.raises(ValueError, match="not finished"):
        erasures.guard(settings)
    # The dashboard goes on meanwhile, and what it writes stays.
    seen(settings, "u", "2026-06-02")
    erase.erase(settings, None, "retention", action="retention")
    assert [line["viewed_at"][:10] for line in audit.read(log)] == ["2026-06-01", "2026-06-02"]
    assert list(audit.breaks(log)) == [] and not erasures.pending(settings)
    (rewritten,) = audit.rewritings(log)
    assert (rewritten["lines_before"], rewritten["lines_after"]) == (3, 1)
    release = store.in_force(settings)
    assert release
    heads = json.loads((release.folder / store.MANIFEST).read_text(encoding="utf-8"))["logs"]
    then = heads["dashboard/views.jsonl"]
    assert audit.holds(log, audit.Head(then["lines"], then["chain"]))
    assert [len(rule.names) for rule in retention.due(settings, day)] == [0]
    assert [finding.text for finding in verify.verify(settings) if finding.is_damage] == []
