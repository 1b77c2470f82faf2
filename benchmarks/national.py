"""How like a real county the invented one is: its rates beside those published of a local authority.

    EARLYHELP_HOME=data/demo/home python -m benchmarks.national --published ../shared/real/national/bds_long_0.parquet

reads the release in force and the data file, as Parquet, of the Department for Education's Local Authority Interactive
Tool, and prints a row for each measure: the release, with the 95 % interval that its number of children allows, the
authority, England. Nothing of the file is kept. `--authority` is the LA number (838 Dorset), `--year` the calendar year
in which the academic year ended. A measure is counted as it was published, by the phase of the school.
"""

import argparse
from pathlib import Path
from typing import Any

import duckdb

from orchestration import releases
from orchestration.settings import Settings

ENGLAND = 970

MEASURED = """
    with census as (
        select reference_date, (year - 1)::varchar || '/' || right(year::varchar, 2) as academic_year
        from (select reference_date, census_year as year from reference.ref_census
            where census_year = $year and census_term = 'spring')
    ),

    phases as (
        select
            school_key,
            case when phase_code in ('PS', 'MP') then 'primary' when phase_code in ('SS', 'MS') then 'secondary'
                when phase_code = 'SP' then 'special' end as phase
        from core.dim_school
    ),

    -- sessions of a child at a school over the academic year
    attendance as (
        select any_value(phases.phase) as phase,
            sum(facts.sessions_absent) as absent, sum(facts.sessions_possible) as possible
        from core.fct_attendance_period as facts
        inner join census using (academic_year)
        inner join phases using (school_key)
        where facts.is_consistent
        group by facts.child_durable_key, facts.school_durable_key
        having sum(facts.sessions_possible) > 0
    ),

    pupils as (
        select distinct facts.child_durable_key, phases.phase, census.reference_date
        from core.fct_enrolment as facts
        inner join phases using (school_key)
        inner join census
            on census.reference_date >= facts.valid_from_date and census.reference_date < facts.valid_to_date
        where facts.is_main
    ),

    of_pupils as (
        select pupils.phase, sen.provision_group, fsm.child_durable_key is not null as is_fsm
        from pupils
        left join core.fct_sen_provision as sen
            on pupils.child_durable_key = sen.child_durable_key
            and pupils.reference_date >= sen.valid_from_date and pupils.reference_date < sen.valid_to_date
        left join (
            select distinct facts.child_durable_key
            from core.fct_fsm_eligibility as facts, census
            where census.reference_date >= facts.valid_from_date and census.reference_date < facts.valid_to_date
        ) as fsm on pupils.child_durable_key = fsm.child_durable_key
    ),

    results as (
        select assessment_code, subject_code, child_durable_key, score, is_expected_standard_met as is_met,
            is_higher_standard_met as is_higher
        from core.fct_attainment
        inner join census using (academic_year)
        inner join core.dim_assessment using (assessment_key)
    ),

    -- a child who was absent or disapplied is in the denominator of what is published, and has not met the standard
    of_children as (
        select assessment_code,
            bool_and(coalesce(is_met, false)) filter (where subject_code <> 'attainment_8') as has_met_all,
            bool_and(coalesce(is_higher, false)) filter (where subject_code <> 'attainment_8') as has_met_all_higher
        from results
        group by assessment_code, child_durable_key
    ),

    -- a row for each thing counted: 0 or 1, or a score
    counted as (
        select 'SFPriPerAbNew' as measure, (absent >= 0.1 * possible)::double as value from attendance
        where phase = 'primary'
        union all
        select 'SFSecPerAbNew', (absent >= 0.1 * possible)::double from attendance where phase = 'secondary'
        union all
        select 'SpecPerAbNew', (absent >= 0.1 * possible)::double from attendance where phase = 'special'
        union all
        select 'TotPerAbNew', (absent >= 0.1 * possible)::double from attendance where phase is not null
        union all
        select 'TotSevPerAbNew', (absent >= 0.5 * possible)::double from attendance where phase is not null
        union all
        select 'PrimNoStatements', (provision_group is not distinct from 'K')::double from of_pupils
        where phase = 'primary'
        union all
        select 'SecNoStatements', (provision_group is not distinct from 'K')::double from of_pupils
        where phase = 'secondary'
        union all
        select 'SEN_TotStat', (provision_group is not distinct from 'E')::double from of_pupils
        union all
        select 'PriFSM', is_fsm::double from of_pupils where phase = 'primary'
        union all
        select 'SecFSM', is_fsm::double from of_pupils where phase = 'secondary'
        union all
        select 'FSP_NEW_GOODDEV', is_met::double from results where assessment_code = 'eyfsp' and is_met is not null
        union all
        select 'KS1P_all', coalesce(is_met, false)::double from results where assessment_code = 'phonics'
        union all
        select 'KS2RWM_Expected_STD', has_met_all::double from of_children where assessment_code = 'ks2'
        union all
        select 'KS2R_Expected_STD', coalesce(is_met, false)::double from results
        where assessment_code = 'ks2' and subject_code = 'reading'
        union all
        select 'KS2M_Expected_STD', coalesce(is_met, false)::double from results
        where assessment_code = 'ks2' and subject_code = 'maths'
        union all
        select 'KS2W_Teacher_Assess', coalesce(is_met, false)::double from results
        where assessment_code = 'ks2' and subject_code = 'writing'
        union all
        select 'EngMaths9-4', has_met_all::double from of_children where assessment_code = 'ks4'
        union all
        select 'EngMaths9-5', has_met_all_higher::double from of_children where assessment_code = 'ks4'
        union all
        select 'AVG_Attain8_Score', score::double from results
        where assessment_code = 'ks4' and subject_code = 'attainment_8' and score is not null
    )

    select
        measure,
        case when measure = 'AVG_Attain8_Score' then 1 else 100 end * avg(value) as ours,
        case when measure = 'AVG_Attain8_Score' then 1 else 100 end
            * 1.96 * stddev_samp(value) / sqrt(count(*)) as margin,
        count(*) as of_children
    from counted
    group by measure
"""
"""Counted in the release; 10 % and 50 % of sessions are in the definitions of the published measures."""

PUBLISHED = """
    select "Short Desc" as measure, "LA Number"::integer as authority, try_cast("Values" as double) as value
    from read_parquet($published)
    where "LA Number" in ($authority, $england) and left(Years, 4) = $year::varchar
        and try_cast("Values" as double) is not null
"""

NAMES = {
    "SFPriPerAbNew": "persistent absence, primary %",
    "SFSecPerAbNew": "persistent absence, secondary %",
    "SpecPerAbNew": "persistent absence, special %",
    "TotPerAbNew": "persistent absence, all %",
    "TotSevPerAbNew": "severe absence, all %",
    "PrimNoStatements": "SEN support, primary %",
    "SecNoStatements": "SEN support, secondary %",
    "SEN_TotStat": "EHC plans, all %",
    "PriFSM": "free school meals, primary %",
    "SecFSM": "free school meals, secondary %",
    "FSP_NEW_GOODDEV": "good level of development %",
    "KS1P_all": "phonics %",
    "KS2RWM_Expected_STD": "KS2 reading, writing and maths %",
    "KS2R_Expected_STD": "KS2 reading %",
    "KS2M_Expected_STD": "KS2 maths %",
    "KS2W_Teacher_Assess": "KS2 writing %",
    "EngMaths9-4": "KS4 English and maths 9 to 4 %",
    "EngMaths9-5": "KS4 English and maths 9 to 5 %",
    "AVG_Attain8_Score": "Attainment 8",
}
"""What the tool's short names stand for, in the order of the table."""


def compared(release: Path, published: Path, authority: int, year: int) -> list[tuple[Any, ...]]:
    """A row for each measure: name, ours, margin, how many counted, the authority's, England's; None: not known."""
    with duckdb.connect(str(release), read_only=True) as connection:
        ours = {row[0]: row[1:] for row in connection.execute(MEASURED, {"year": year}).fetchall()}
        measured = connection.execute(
            PUBLISHED, {"published": str(published), "authority": authority, "england": ENGLAND, "year": year}
        ).fetchall()
    theirs = {(measure, of): value for measure, of, value in measured}
    return [
        (
            name,
            *ours.get(measure, (None, None, 0)),
            theirs.get((measure, authority)),
            theirs.get((measure, ENGLAND)),
        )
        for measure, name in NAMES.items()
    ]


def lines(rows: list[tuple[Any, ...]]) -> list[str]:
    """The rows as a Markdown table; the last column says on which side of our interval the authority lies."""
    lines = ["| measure | invented | ± | counted | published | England | |", "|---|---:|---:|---:|---:|---:|---|"]
    for name, ours, margin, counted, authority, england in rows:
        numbers = (_shown(value) for value in (ours, margin))
        there = (_shown(value) for value in (authority, england))
        lines.append(
            f"| {name} | {' | '.join(numbers)} | {counted:,} | {' | '.join(there)} | {_side(ours, margin, authority)} |"
        )
    return lines


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _side(ours: float | None, margin: float | None, published: float | None) -> str:
    if ours is None or margin is None or published is None:
        return "not compared"
    if abs(ours - published) <= margin:
        return ""
    return "too high" if ours > published else "too low"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--published", type=Path, required=True, help="the tool's data file, as Parquet")
    parser.add_argument("--authority", type=int, default=838)
    parser.add_argument("--year", type=int, default=2025)
    arguments = parser.parse_args()
    release = releases.in_force(Settings())
    if release is None:
        parser.error("No release yet. Next: earlyhelp deliver …, then earlyhelp build.")
    print("\n".join(lines(compared(release.file, arguments.published, arguments.authority, arguments.year))))


if __name__ == "__main__":
    main()
