"""What requests share, and what one of them has: the site, a visit of somebody who has signed in, a place, a page.

A page is a function of a `Visit` that returns a `Page`. It reaches data by `Visit.place` alone, which asks access.
"""

import itertools
from collections.abc import Collection
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.requests import Request

from dashboard import access, huddles, notes
from dashboard.access import School, Scope
from dashboard.accounts import SignIn
from dashboard.attempts import Attempts
from dashboard.oidc import Provider
from dashboard.published import ANALYSTS, Published, Row, Tables
from dashboard.sessions import Session, Sessions
from orchestration.home import as_of, invented
from orchestration.home.drafts import Drafts
from orchestration.home.entries import Events, Journal
from orchestration.home.erasures import ErasedChildren
from orchestration.home.tickets import Tickets
from orchestration.home.trainings import Trainings
from orchestration.releases.store import Release
from orchestration.settings import Settings

COOKIE = "earlyhelp_session"
DEV_LOGIN = "dev-login"
TOUR = "tour"
"""The first training of everybody, by its code in ref_training."""
CAME_BACK = "/sign-in/from"
"""Where identity providers send people back to; the issuer's name follows."""


NEWEST_OF_ITS_PARTS = """
    select 1 from duckdb_tables() where database_name = current_database() and table_name = 'mart_not_in_school'
"""


class NotFound(LookupError):
    """There is no such page, or none that this user may see: nobody is told which."""


class OlderRelease(LookupError):
    """The release in force was made by a version that lacks what pages show: the next build makes one that has it."""


class Forbidden(PermissionError):
    """A form that no page of ours sent in this session."""


class NotSignedIn(PermissionError):
    """A page that nobody is shown who has not signed in."""


@dataclass(frozen=True)
class Known:
    """What is looked up once for each release."""

    schools: dict[str, School]
    is_invented: bool
    sources_known_to_schools: frozenset[str]
    responses: dict[str, str]
    statuses: dict[str, str]
    agencies: dict[str, str]
    tiers: dict[str, str]
    years: list[str]
    decisions: huddles.Decisions
    agreed: frozenset[tuple[str, str]]
    """Partner audiences, each with a flag that its agreement names."""
    in_detail: frozenset[tuple[str, str]] | None
    """Audiences, each with a source that it sees in detail; None where everybody does."""
    notes: notes.Rule


@dataclass
class Site:
    """What all requests share. `day` is the day it is; None for the calendar's, with `is_dev_login` the release's.

    `sign_in` is how people sign in by their accounts; None where nobody can.
    """

    settings: Settings
    published: Published
    sessions: Sessions
    attempts: Attempts
    is_dev_login: bool = False
    day: date | None = None
    sign_in: SignIn | None = None
    providers: dict[str, Provider] = field(init=False)
    journal: Journal = field(init=False)
    drafts: Drafts = field(init=False)
    tickets: Tickets = field(init=False)
    trainings: Trainings = field(init=False)
    erased: ErasedChildren = field(init=False)
    _known: dict[str, Known] = field(default_factory=dict)
    _access: dict[tuple[str, date], dict[str, list[Scope]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.is_dev_login and self.sign_in:
            raise ValueError("--dev-login is for an invented county, and accounts are for a real one: not both.")
        self.journal, self.drafts = Journal(self.settings), Drafts(self.settings)
        self.tickets, self.trainings = Tickets(self.settings), Trainings(self.settings)
        self.erased = ErasedChildren(self.settings)
        issuers = self.sign_in.issuers if self.sign_in else {}
        self.providers = {
            name: Provider(issuer, f"{self.address}{CAME_BACK}/{name}") for name, issuer in issuers.items()
        }

    @property
    def address(self) -> str | None:
        """The site's own, as browsers know it; None where any name of this machine is."""
        return self.sign_in.address if self.sign_in else None

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by TLS alone."""
        return bool(self.sign_in and self.sign_in.is_behind_tls)

    @property
    def cookie(self) -> str:
        """The cookie's name: by a prefix that browsers know, no other site of the council's can set it."""
        return f"__Host-{COOKIE}" if self.is_secure else COOKIE

    def today(self, release: Release) -> date:
        if not self.is_dev_login:
            return as_of.today()
        return self.day or date.fromisoformat(release.manifest["as_of_date"])

    def known(self, release: Release) -> Known:
        found = self._known.get(release.release_id)
        if found is None:
            with self.published.tables(release, ANALYSTS) as analysts:
                if not analysts.rows(NEWEST_OF_ITS_PARTS):
                    raise OlderRelease
                found = self._look_up(release, analysts)
            # Put in place as a whole: other requests look here at the same time, perhaps of another release.
            self._known = {release.release_id: found}
        return found

    def access(self, release: Release, today: date, analysts: Tables) -> dict[str, list[Scope]]:
        """Everybody's lines of access on a day, by user: a release does not change, so each day is judged once."""
        found = self._access.get((release.release_id, today))
        if found is None:
            everybody = access.scopes(analysts, today, None)
            found = {user: list(own) for user, own in itertools.groupby(everybody, lambda scope: scope.user_key)}
            self._access = {(release.release_id, today): found}
        return found

    def warm(self) -> None:
        """Look up what each page asks of the release in force, before the first is asked for."""
        release = self.published.in_force()
        with suppress(OlderRelease), self.published.tables(release, ANALYSTS) as analysts:
            self.known(release)
            self.access(release, self.today(release), analysts)

    def _look_up(self, release: Release, analysts: Tables) -> Known:
        files = {row["sha256"] for row in analysts.rows("select sha256 from ops.delivery")}
        sources = analysts.rows("select source from reference.ref_source where is_known_to_school")
        responses = analysts.rows("select response_code, response_name from reference.ref_response")
        statuses = analysts.rows("select status_code, status_name from reference.ref_response_status")
        agencies = analysts.rows("select agency_code, agency_name from reference.ref_agency")
        tiers = analysts.rows("select tier_code, tier_name from reference.ref_tier order by tier_order")
        years = analysts.rows("select nc_year from reference.ref_nc_year order by display_order")
        return Known(
            access.schools(analysts),
            invented.are_all(self.settings, files),
            frozenset(row["source"] for row in sources),
            {row["response_code"]: row["response_name"] for row in responses},
            {row["status_code"]: row["status_name"] for row in statuses},
            {row["agency_code"]: row["agency_name"] for row in agencies},
            {row["tier_code"]: row["tier_name"] for row in tiers},
            [row["nc_year"] for row in years],
            huddles.decisions(analysts),
            access.agreed(analysts, date.fromisoformat(release.manifest["as_of_date"])),
            access.in_detail(analysts),
            notes.rule(analysts),
        )


@dataclass(frozen=True)
class Place:
    """A place that the user may see, and the tables by which they see it. A query gets the place's code as `$place`."""

    kind: str
    code: str
    name: str
    tables: Tables
    school: School | None = None

    def rows(self, sql: str, **parameters: Any) -> list[Row]:
        return self.tables.rows(sql, place=self.code, **parameters)

    def row(self, sql: str, **parameters: Any) -> Row | None:
        return self.tables.row(sql, place=self.code, **parameters)

    @property
    def audience(self) -> str:
        return self.tables.audience

    @property
    def is_of_analysts(self) -> bool:
        """Whether it is seen by the file of the whole county."""
        return self.audience == ANALYSTS

    @property
    def may_enter(self) -> bool:
        """Whether who sees the place may write something down there: whoever sees its children by name."""
        return self.kind == "school" and self.tables.has_names

    @property
    def label(self) -> str:
        """As the log of views names it."""
        if self.kind == "partner":
            return self.audience
        return "county" if self.kind == "county" else f"{self.kind}/{self.code}"


@dataclass
class Visit:
    """One request of somebody who has signed in, on one release and what was `entered` until it came."""

    site: Site
    request: Request
    session: Session
    release: Release
    today: date
    access: dict[str, list[Scope]]
    known: Known
    analysts: Tables
    entered: Events
    _opened: ExitStack

    @property
    def user_key(self) -> str:
        assert self.session.user_key, "a visit is somebody's"
        return self.session.user_key

    @property
    def scopes(self) -> list[Scope]:
        """The user's own lines of access, those that give none among them."""
        return self.access.get(self.user_key, [])

    @property
    def schools(self) -> dict[str, School]:
        return self.known.schools

    @property
    def is_administrator(self) -> bool:
        """Whether the user runs the tool, and sees no child by it."""
        return any(scope.is_administrator for scope in self.scopes)

    @property
    def sees_whole_county(self) -> bool:
        """Whether the user works for all of it: by the analysts' file, which names nobody."""
        return access.audience_of(self.scopes, self.schools, "county", "county") == ANALYSTS

    @property
    def answered(self) -> list[int]:
        """The numbers of the user's questions whose answers they have not opened yet."""
        return self.site.tickets.untold(self.user_key)

    @property
    def is_new_here(self) -> bool:
        """Whether the user has neither taken the first tour nor put it aside."""
        return not self.site.trainings.is_noted(self.user_key, TOUR)

    @property
    def release_day(self) -> date:
        return date.fromisoformat(self.release.manifest["as_of_date"])

    @property
    def role_code(self) -> str:
        return self.scopes[0].role_code if self.scopes else ""

    def chosen(self, name: str, allowed: Collection[str], otherwise: str) -> str:
        """What the address says of a choice. Raises NotFound for one that there is not: all instead would mislead."""
        given = self.request.query_params.get(name) or otherwise
        if given != otherwise and given not in allowed:
            raise NotFound
        return given

    def may_see(self, kind: str, code: str) -> bool:
        return access.audience_of(self.scopes, self.schools, kind, code) is not None

    def sees_in_detail(self, place: "Place", source: str) -> bool:
        """Whether the file by which a place is seen holds what a source says: where not, a blank is no fact."""
        seen = self.known.in_detail
        return seen is None or (place.audience.partition("/")[0], source) in seen

    def notes_at(self, place: "Place") -> notes.Reader:
        """What the user may do with notes at a place: by the roles that open the file by which they see it."""
        audience = place.audience.partition("/")[0]
        opening = (scope for scope in self.scopes if scope.has_access and scope.audience_code == audience)
        roles = frozenset(scope.role_code for scope in opening) if place.may_enter else frozenset()
        return notes.Reader(self.known.notes, roles)

    def place(self, kind: str, code: str, entered: Events | None = None) -> Place:
        """A place with its tables, for as long as the request lasts, with what was `entered` until it came or until a
        later moment. Raises NotFound for whoever may not see it."""
        audience = access.audience_of(self.scopes, self.schools, kind, code)
        if audience is None:
            raise NotFound
        # Counts of children are of the release's day; what is entered shows where single children are.
        laid_over = (self.entered if entered is None else entered) if kind == "school" else ()
        try:
            tables = self._opened.enter_context(
                self.site.published.tables_today(self.release, audience, laid_over, self.today)
            )
        except LookupError:
            # There is a file only where there are children, and somebody could see them on the release's day.
            raise NotFound from None
        school = self.schools.get(code) if kind == "school" else None
        return Place(kind, code, self._name_of(kind, code), tables, school)

    def _name_of(self, kind: str, code: str) -> str:
        names = {("county", "county"): "County"}
        for one in self.schools.values():
            names["school", one.school_id] = one.school_name
            names["zone", one.zone_code or ""] = names["partner", one.zone_code or ""] = one.zone_name or ""
            names["pyramid", one.pyramid_code or ""] = one.pyramid_name or ""
        return names[kind, code]


@dataclass(frozen=True)
class Page:
    """What is shown. `title` stands in the browser's tab and history: it names places, never a child.

    A page about a `place` is written into the log of views before it is sent. `chosen` is what was filtered, sorted and
    paged by; `children_count` how many single children it tells of.
    """

    template: str
    title: str
    context: dict[str, Any] = field(default_factory=dict)
    place: Place | None = None
    chosen: dict[str, str] = field(default_factory=dict)
    children_count: int | None = None
    child_durable_key: str | None = None
    status: int = 200
