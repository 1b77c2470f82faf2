"""Users of the tool: whole lists of users, scopes, clearances and sign-ins, and one file of use for each year."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import BOM, write_csv

USERS = f"""
select
    user_id as "{BOM}Staff Number", role_code as "Role", organisation as "Organisation",
    strftime(access_from, '%d/%m/%Y') as "Access From", strftime(access_to, '%d/%m/%Y') as "Access To"
from tool_user
where role_code is not null
order by user_n
"""

SCOPES = f"""
select
    users.user_id as "{BOM}Staff Number", scopes.scope_level as "Scope",
    scopes.number[:3] || '/' || scopes.number[4:] as "DfE Number",
    scopes.zone_code as "Zone Code", scopes.zone_name as "Zone Name",
    strftime(scopes.scope_from, '%d/%m/%Y') as "From", null as "To"
from tool_user_scope as scopes
inner join tool_user as users on scopes.user_n = users.user_n
where not scopes.is_left_out
order by scopes.user_n, scopes.number, scopes.zone_code
"""

CLEARANCES = f"""
select
    users.user_id as "{BOM}Staff Number", clearances.clearance_code as "Clearance",
    strftime(clearances.given_date, '%d/%m/%Y') as "Signed or Checked",
    strftime(clearances.expiry_date, '%d/%m/%Y') as "Expires"
from tool_user_clearance as clearances
inner join tool_user as users on clearances.user_n = users.user_n
order by clearances.user_n, clearances.clearance_code, clearances.given_date
"""

# Accounts of an identity provider that there is not: example domains are nobody's.
SIGN_INS = f"""
select
    user_id as "{BOM}Staff Number", 'https://sign-in.county.example' as "Issuer",
    md5('account of ' || user_id) as "Subject"
from tool_user
where role_code is not null
order by user_n
"""

USE = f"""
select
    users.user_id as "{BOM}Staff Number", strftime(uses.use_month, '%d/%m/%Y') as "Month", uses.days_used as "Days"
from tool_user_use as uses
inner join tool_user as users on uses.user_n = users.user_n
where year_of(uses.use_month) = {{year}}
order by uses.use_month, uses.user_n
"""


def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:
    """The use of an academic year is extracted on the day after it, that of the last one on the day of the lists."""
    lists = {"users": USERS, "scopes": SCOPES, "clearances": CLEARANCES, "sign_ins": SIGN_INS}
    files = [write_csv(connection, query, folder / f"tool_users_{name}_{as_of}.csv") for name, query in lists.items()]
    years = connection.execute("select distinct year_of(use_month) from tool_user_use order by all").fetchall()
    for (year,) in years:
        extracted = min(as_of, dt.date(year + 1, 9, 1))
        path = folder / f"tool_users_use_{extracted}.csv"
        files.append(write_csv(connection, USE.format(year=year), path))
    return files
