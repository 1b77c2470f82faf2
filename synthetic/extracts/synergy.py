"""Synergy: full extracts of pupils, enrolments, SEN and schools as CSV with a BOM and British dates."""

import datetime as dt
from pathlib import Path

import duckdb

from synthetic.extracts.files import BOM, write_csv

PUPILS = f"""
select
    pupil_id as "{BOM}Pupil Ref", upn as "UPN", former_upn as "Former UPN",
    surname as "Surname", forename as "Forename",
    strftime(birth_date, '%d/%m/%Y') as "DOB", sex as "Sex", ethnicity_code as "Ethnicity", address_line as "Address",
    postcode as "Postcode", lsoa_code as "LSOA"
from synergy_pupil
order by child_n
"""

ENROLMENTS = f"""
select
    pupils.pupil_id as "{BOM}Pupil Ref",
    school_id[:3] || '/' || school_id[4:] as "DfE Number",
    enrol_status as "Status",
    strftime(start_date, '%d/%m/%Y') as "Start Date",
    strftime(end_date, '%d/%m/%Y') as "End Date",
    if(nc_index = 0, 'R', nc_index::varchar) as "NC Year"
from synergy_enrolment as enrolments
inner join synergy_pupil as pupils on enrolments.child_n = pupils.child_n, unnest(range(copies)) as copy (n)
order by enrolments.spell_n, copy.n
"""

SEN = f"""
select
    pupils.pupil_id as "{BOM}Pupil Ref",
    sen_provision as "SEN Provision",
    strftime(start_date, '%d/%m/%Y') as "Start Date",
    strftime(end_date, '%d/%m/%Y') as "End Date",
    primary_need as "Primary Need",
    second_need as "Secondary Need"
from synergy_sen as needs
inner join synergy_pupil as pupils on needs.child_n = pupils.child_n
order by needs.sen_n
"""

# What lies ahead of the day of the extract is not in it.
SCHOOLS = f"""
select
    numbers.number[:3] || '/' || numbers.number[4:] as "{BOM}DfE Number",
    schools.school_name as "School",
    schools.phase as "Phase",
    pyramids.pyramid_code as "Pyramid Code",
    pyramids.pyramid_name as "Pyramid",
    zones.zone_code as "Zone Code",
    zones.zone_name as "Zone",
    strftime(greatest(memberships.valid_from_date, numbers.valid_from_date), '%d/%m/%Y') as "From",
    strftime(
        nullif(least(coalesce(memberships.valid_to_date, date '9999-12-31'), numbers.valid_to_date), date '9999-12-31'),
        '%d/%m/%Y'
    ) as "To"
from (
    select
        school_id, pyramid_n, zone_n, valid_from_date,
        if(valid_to_date <= getvariable('as_of'), valid_to_date, null) as valid_to_date
    from membership
    where valid_from_date <= getvariable('as_of')
) as memberships
inner join school as schools on memberships.school_id = schools.school_id
inner join school_number as numbers
    on
        memberships.school_id = numbers.school_id
        and memberships.valid_from_date < numbers.valid_to_date
        and coalesce(memberships.valid_to_date, date '9999-12-31') > numbers.valid_from_date
inner join pyramid as pyramids on memberships.pyramid_n = pyramids.pyramid_n
inner join zone as zones on memberships.zone_n = zones.zone_n
order by schools.school_id, greatest(memberships.valid_from_date, numbers.valid_from_date)
"""


def write(connection: duckdb.DuckDBPyConnection, folder: Path, as_of: dt.date) -> list[Path]:
    tables = {"pupils": PUPILS, "enrolments": ENROLMENTS, "sen": SEN, "schools": SCHOOLS}
    return [write_csv(connection, query, folder / f"synergy_{table}_{as_of}.csv") for table, query in tables.items()]
