"""Attainment: one CSV for each key stage and academic year, and one for each term of teachers' assessments."""

from pathlib import Path

import duckdb

from synthetic.extracts.files import write_csv

OUTCOMES = {
    "eyfsp": 'outcome_1 as "GLD"',
    "phonics": 'outcome_1 as "Mark"',
    "ks1": 'outcome_1 as "Reading", outcome_2 as "Writing", outcome_3 as "Maths"',
    "ks2": 'outcome_1 as "READSCORE", outcome_2 as "WRITTAOUTCOME", outcome_3 as "MATSCORE"',
    "ks4": 'outcome_1 as "ATT8", outcome_2 as "ENG", outcome_3 as "MAT"',
    "teacher": """strftime(assessment_date, '%d/%m/%Y') as "Assessed",
        outcome_1 as "Reading", outcome_2 as "Writing", outcome_3 as "Maths" """,
}


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    files = connection.execute(
        "select distinct assessment_code, academic_year, term from attainment_row order by all"
    ).fetchall()
    return [_write_file(connection, folder, *file) for file in files]


def _write_file(
    connection: duckdb.DuckDBPyConnection, folder: Path, assessment: str, academic_year: str, term: str | None
) -> Path:
    query = f"""
        select
            rows.upn as "UPN", names.surname as "Surname", names.forename as "Forename",
            strftime(children.birth_date, '%d/%m/%Y') as "DOB", rows.school_id as "LAESTAB",
            rows.academic_year as "Academic Year", {OUTCOMES[assessment]}
        from attainment_row as rows
        inner join child as children on rows.child_n = children.child_n
        inner join child_name as names
            on
                rows.child_n = names.child_n
                and rows.assessment_date >= names.valid_from_date and rows.assessment_date < names.valid_to_date,
            unnest(range(rows.copies)) as copy (n)
        where
            rows.assessment_code = '{assessment}' and rows.academic_year = '{academic_year}'
            and rows.term is not distinct from {f"'{term}'" if term else "null"}
        order by rows.school_id, rows.row_n, copy.n
    """
    name = "_".join(["attainment", assessment, academic_year.replace("/", "-"), *([term] if term else [])])
    return write_csv(connection, query, folder / f"{name}.csv")
