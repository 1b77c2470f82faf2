"""The yearly SEN2 return of education, health and care plans: the CSVs of COLLECT's Blade export of each January."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv

DAY = "strftime({}, '%Y-%b-%d 00:00:00')"
"""As COLLECT writes a day."""

PERSON = """
select
    row_n as "persontableid", 'P' || row_n as "NativeId", row_n as "personorderseqcolumn", 1 as "sourceid",
    1 as "sen2tableid", surname as "surname", forename as "forename", birth_date as "personbirthdate", sex as "sex",
    null as "ethnicity", postcode as "postcode", upn as "upn", uln as "uniquelearnernumber",
    if(upn is null and uln is null, 'UN3', null) as "upnunknown"
from ({lines})
order by row_n
"""

REQUESTS = f"""
select
    row_n as "requeststableid", 'R' || row_n as "NativeId", row_n as "requestsorderseqcolumn", 1 as "sourceid",
    row_n as "persontableid", {DAY.format("received_date")} as "receiveddate", source_code as "requestsource",
    0 as "rya", {DAY.format("outcome_date")} as "requestoutcomedate", outcome as "requestoutcome",
    0 as "requestmediation", 0 as "requesttribunal", null as "exported"
from ({{lines}})
order by row_n
"""

ASSESSMENT = f"""
select
    row_n as "assessmenttableid", 'A' || row_n as "NativeId", row_n as "assessmentorderseqcolumn", 1 as "sourceid",
    row_n as "requeststableid", assessment_outcome as "assessmentoutcome",
    {DAY.format("assessment_date")} as "assessmentoutcomedate", 0 as "assessmentmediation",
    0 as "assessmenttribunal", 0 as "othermediation", 0 as "othertribunal", is_excepted::int as "week20"
from ({{lines}})
where is_assessed
order by row_n
"""

NAMED_PLAN = f"""
select
    row_n as "namedplantableid", 'N' || row_n as "NativeId", row_n as "namedplanorderseqcolumn", 1 as "sourceid",
    row_n as "assessmenttableid", {DAY.format("start_date")} as "startdate", null as "planres", null as "planwbp",
    0 as "pb", 0 as "oa", null as "dp", {DAY.format("cease_date")} as "ceasedate", cease_reason as "ceasereason"
from ({{lines}})
where start_date is not null
order by row_n
"""

PLAN_DETAIL = """
select
    row_n as "plandetailtableid", 'D' || row_n as "NativeId", row_n as "plandetailorderseqcolumn", 1 as "sourceid",
    row_n as "namedplantableid", urn as "urn", null as "ukprn", setting_code as "sensetting",
    null as "sensettingother", 1 as "placementrank", 0 as "senunitindicator", 0 as "resourcedprovisionindicator"
from ({lines})
where start_date is not null
order by row_n
"""

ACTIVE_PLANS = f"""
select
    row_n as "activeplanstableid", 'V' || row_n as "NativeId", row_n as "activeplansorderseqcolumn", 1 as "sourceid",
    row_n as "requeststableid", transferred_from as "transferla",
    {DAY.format("last_review_date - 20")} as "reviewmeeting",
    if(last_review_date is null, null, 'M') as "reviewoutcome",
    null as "reviewdraft", null as "phasetransferduedate", null as "phasetransferfinaldate",
    {DAY.format("last_review_date")} as "lastreview"
from ({{lines}})
where is_active
order by row_n
"""

PLACEMENT_DETAIL = f"""
select
    row_n as "placementdetailtableid", 'L' || row_n as "NativeId", row_n as "placementdetailorderseqcolumn",
    1 as "sourceid", row_n as "activeplanstableid", null as "res", null as "wbp", urn as "urn", null as "ukprn",
    setting_code as "sensetting", null as "sensettingother", 1 as "placementrank",
    {DAY.format("start_date")} as "entrydate", null as "leavingdate", 0 as "senunitindicator",
    0 as "resourcedprovisionindicator"
from ({{lines}})
where is_active
order by row_n
"""

SEN_NEED = """
with needs as (
    select row_n, first_need as need_code, 1 as need_rank from ({lines}) where is_active and first_need is not null
    union all
    select row_n, second_need, 2 from ({lines}) where is_active and second_need is not null
)

select
    row_number() over (order by row_n, need_rank) as "senneedtableid", null as "NativeId",
    row_number() over (order by row_n, need_rank) as "senneedorderseqcolumn", 1 as "sourceid",
    row_n as "activeplanstableid", need_code as "sentype", need_rank as "sentyperank"
from needs
order by row_n, need_rank
"""

MODULES = {
    "person": PERSON,
    "requests": REQUESTS,
    "assessment": ASSESSMENT,
    "namedplan": NAMED_PLAN,
    "plandetail": PLAN_DETAIL,
    "activeplans": ACTIVE_PLANS,
    "placementdetail": PLACEMENT_DETAIL,
    "senneed": SEN_NEED,
}


def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:
    exports = connection.execute("select return_n, export_date from ehc_return order by return_n").fetchall()
    return [
        write_csv(
            connection,
            query.format(lines=f"select * from ehc_line where return_n = {return_n}"),
            folder / f"Blade-Export_{day:%d-%m-%Y}_{module}.csv",
        )
        for return_n, day in exports
        for module, query in MODULES.items()
    ]
