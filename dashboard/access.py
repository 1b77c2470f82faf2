"""Who may see which place today: what the release says, with every date looked at again on today's calendar.

The release was made for its own day. A date that has come since takes access away; nothing here gives any that the
release did not. Whoever answers for a page asks `audience_of` which file it may read, and reads no other.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from dashboard.published import ANALYSTS, Tables

Kind = str
"""Of a place: county, zone, pyramid or school; partner is a zone as a partner agency sees it."""
STAFF = ("school", "zone", ANALYSTS)
"""Audiences that see what the council sees; all others are partner agencies'."""


@dataclass(frozen=True)
class School:
    school_id: str
    school_name: str
    school_durable_key: str
    pyramid_code: str | None
    pyramid_name: str | None
    zone_code: str | None
    zone_name: str | None


@dataclass(frozen=True)
class Scope:
    """One line of a user's access. `audience_code` is whose files it opens. `until_date` is its last day as far as is
    known, `until_what` what ends on it; `reason` says why there is none.

    An administrator runs the tool and sees no child: their role is such, and whatever it asks for holds.
    """

    user_key: str
    role_code: str
    role_name: str
    scope_level: str
    audience_code: str | None
    school_id: str | None
    school_name: str | None
    zone_code: str | None
    zone_name: str | None
    has_access: bool
    is_administrator: bool
    reason: str | None
    reason_description: str | None
    until_date: date | None
    until_what: str | None
    listed_date: date | None
    agreement_expiry_date: date | None
    dbs_check_date: date | None

    @property
    def place_name(self) -> str:
        return {
            "school": self.school_name or "A school that is not known",
            "zone": self.zone_name or "A zone that is not known",
            "county": "The whole county",
        }.get(self.scope_level, "No children")

    @property
    def is_partner(self) -> bool:
        """Whether it is an agency's, which sees what its agreement says and nothing that staff see."""
        return self.audience_code is not None and self.audience_code not in STAFF

    @property
    def address(self) -> str | None:
        """The page of the place, where the user may open it."""
        if not self.has_access:
            return None
        if self.is_partner:
            return f"/partner/{self.zone_code}" if self.scope_level == "zone" else "/partner"
        if self.scope_level == "school":
            return f"/school/{self.school_id}"
        return f"/zone/{self.zone_code}" if self.scope_level == "zone" else "/county"


SCHOOLS = """
    select
        schools.school_id, schools.school_name, schools.school_durable_key,
        pyramids.pyramid_code, pyramids.pyramid_name, zones.zone_code, zones.zone_name
    from core.dim_school as schools
    left join core.dim_pyramid as pyramids on schools.todays_pyramid_key = pyramids.pyramid_key
    left join core.dim_zone as zones on schools.todays_zone_key = zones.zone_key
    where schools.is_current and schools.school_durable_key = schools.todays_school_durable_key
"""
UNKNOWN = "unknown"
"""The code of the pyramid and the zone of schools that are on no map."""

SCOPES = f"""
    with schools as ({SCHOOLS}),

    -- a release of before roles named an audience knew no partners
    every_role as (
        select * from reference.ref_user_role
        union all by name
        select cast(null as varchar) as audience_code where false
    ),

    roles as (
        select
            * replace (
                coalesce(
                    audience_code,
                    case scope_level when 'county' then '{ANALYSTS}' when 'none' then null else scope_level end
                ) as audience_code
            )
        from every_role
        where valid_from_date <= $today and $today < valid_to_date
    ),

    dated as (
        select
            scopes.*,
            roles.is_agreement_required,
            roles.is_dbs_check_required,
            roles.scope_level as role_scope_level,
            roles.audience_code,
            scopes.listed_date + roles.list_valid_days as list_until_date,
            cast(scopes.dbs_check_date + to_years(roles.dbs_check_valid_years) as date) - 1 as dbs_until_date
        from core.brg_user__scope as scopes
        left join roles on scopes.role_code = roles.role_code
        where $user_key is null or scopes.user_key = $user_key
    ),

    -- the first reason on today's calendar, in the order in which the release gives them
    judged as (
        select
            *,
            case
                when not has_access then no_access_reason_code
                when role_scope_level is null then 'role_unknown'
                when role_scope_level = 'none' then 'role_sees_no_child'
                when $today <= list_until_date is not true then 'list_too_old'
                when access_from_date is null then 'access_start_missing'
                when access_from_date > $today then 'access_not_begun'
                when access_to_date < $today then 'access_ended'
                when scope_level <> role_scope_level then 'scope_not_of_role'
                when scope_from_date <= $today is not true then 'scope_not_begun'
                when scope_to_date < $today then 'scope_ended'
                when is_agreement_required is not false and agreement_signed_date <= $today is not true
                    then 'agreement_missing'
                when is_agreement_required is not false and $today <= agreement_expiry_date is not true
                    then 'agreement_expired'
                when is_dbs_check_required is not false and dbs_check_date <= $today is not true
                    then 'dbs_check_missing'
                when is_dbs_check_required is not false and $today <= dbs_until_date is not true
                    then 'dbs_check_too_old'
            end as reason_code
        from dated
    )

    select
        judged.user_key,
        coalesce(judged.role_code, '') as role_code,
        coalesce(judged.role_name, 'A role that is not known') as role_name,
        judged.scope_level,
        judged.audience_code,
        schools.school_id,
        schools.school_name,
        zones.zone_code,
        zones.zone_name,
        judged.has_access and judged.reason_code is null as has_access,
        coalesce(
            judged.role_scope_level = 'none'
            and judged.is_registered
            and $today <= coalesce(list_until_date, $today)
            and judged.access_from_date <= $today
            and $today <= coalesce(judged.access_to_date, $today)
            and (not is_agreement_required or $today <= agreement_expiry_date)
            and (not is_dbs_check_required or $today <= dbs_until_date),
            false
        ) as is_administrator,
        reasons.reason_name as reason,
        reasons.description as reason_description,
        least(
            list_until_date,
            access_to_date,
            scope_to_date,
            if(is_agreement_required, agreement_expiry_date, null),
            if(is_dbs_check_required, dbs_until_date, null)
        ) as until_date,
        -- what ends on that day, the first of several
        case until_date
            when list_until_date then 'The list of users is too old'
            when access_to_date then 'The last day of access'
            when scope_to_date then 'The last day at this place'
            when if(is_agreement_required, agreement_expiry_date, null) then 'The agreement'
            when dbs_until_date then 'The DBS check'
        end as until_what,
        judged.listed_date,
        judged.agreement_expiry_date,
        judged.dbs_check_date
    from judged
    left join reference.ref_no_access_reason as reasons on judged.reason_code = reasons.reason_code
    left join schools on judged.scope_level = 'school' and judged.school_durable_key = schools.school_durable_key
    left join core.dim_zone as zones on judged.scope_level = 'zone' and judged.zone_key = zones.zone_key
    order by judged.user_key, judged.scope_level, schools.school_name, zones.zone_name, judged.user_scope_key
"""


def scopes(analysts: Tables, today: date, user_key: str | None) -> list[Scope]:
    """A user's lines of access as they hold today, those without access among them; of everybody for None."""
    return [Scope(**row) for row in analysts.rows(SCOPES, today=today, user_key=user_key)]


SIGN_IN = "select user_key from core.brg_user__sign_in where sign_in_key = $sign_in_key"


def user_of(analysts: Tables, sign_in_key: str) -> str | None:
    """Whom the release's list of sign-ins lets in by an account; None for an account that is on no list."""
    try:
        found = analysts.row(SIGN_IN, sign_in_key=sign_in_key)
    except duckdb.CatalogException:
        # A release of before there was such a list lets in nobody.
        return None
    return found["user_key"] if found else None


AGREED = "select audience_code, flag_code, valid_from_date, valid_to_date from reference.ref_partner_flag"


def agreed(analysts: Tables, day: date) -> frozenset[tuple[str, str]]:
    """The flags that partner agencies may know of by their agreements, on the release's day: audience and flag."""
    try:
        rows = analysts.rows(AGREED)
    except duckdb.CatalogException:
        # A release of before there were partners.
        return frozenset()
    return frozenset(
        (row["audience_code"], row["flag_code"]) for row in rows if row["valid_from_date"] <= day < row["valid_to_date"]
    )


IN_DETAIL = """
    select audience_code, source
    from (
        unpivot reference.ref_source_audience
        on columns(* exclude (source, reason)) into name audience_code value level_code
    )
    where level_code = 'detail'
"""


def in_detail(analysts: Tables) -> frozenset[tuple[str, str]] | None:
    """By audience the sources that it sees in detail; None where the release is of before councils said how much."""
    try:
        rows = analysts.rows(IN_DETAIL)
    except duckdb.CatalogException:
        return None
    return frozenset((row["audience_code"], row["source"]) for row in rows)


def schools(analysts: Tables) -> dict[str, School]:
    """Every school that there is today, by its number today."""
    return {row["school_id"]: School(**row) for row in analysts.rows(SCHOOLS)}


def audience_of(allowed: list[Scope], known: dict[str, School], kind: Kind, code: str) -> str | None:
    """The file by which a user may see a place; None where they may not, or there is no such place.

    A school and its children are seen by the narrowest file: its own, its zone's, the county's, which names nobody.
    Counts are seen by the widest: the county's, a zone's, a school's, which holds those of its pyramid, of its zone and
    of the county. A partner agency sees its own file of a zone, and no place.
    """
    partners = [scope for scope in allowed if scope.has_access and scope.is_partner]
    own = [scope for scope in allowed if scope.has_access and not scope.is_partner]
    schools = sorted(scope.school_id for scope in own if scope.scope_level == "school" and scope.school_id in known)
    zones = sorted(scope.zone_code for scope in own if scope.scope_level == "zone" and scope.zone_code)
    county = [ANALYSTS] * any(scope.scope_level == "county" for scope in own)
    ways: list[str] = []
    # Who opens nothing that way is looked at first: a child's page asks this of everybody.
    if kind == "partner" and partners and code in {school.zone_code for school in known.values()}:
        seeing = [scope for scope in partners if scope.scope_level == "county" or scope.zone_code == code]
        ways = sorted(f"{scope.audience_code}/{code}" for scope in seeing)
    elif kind == "school" and code in known:
        zone = known[code].zone_code
        ways = [f"school/{code}"] * (code in schools) + [f"zone/{zone}"] * (zone in zones) + county
    elif kind == "zone" and code in {school.zone_code for school in known.values()}:
        inside = [f"school/{one}" for one in schools if known[one].zone_code == code]
        ways = county + [f"zone/{code}"] * (code in zones) + inside
    elif kind == "county" and code == "county":
        ways = county + [f"zone/{one}" for one in zones] + [f"school/{one}" for one in schools]
    elif kind == "pyramid" and code in {school.pyramid_code for school in known.values()} - {UNKNOWN}:
        inside = [f"school/{one}" for one in schools if known[one].pyramid_code == code]
        around = {school.zone_code for school in known.values() if school.pyramid_code == code}
        ways = county + [f"zone/{one}" for one in zones if one in around] + inside
    return ways[0] if ways else None
