"""The deprivation index by small area, in the headings and the number form of the published file 3."""

from pathlib import Path

import duckdb

from synthetic.extracts.files import BOM, write_csv

MOST_DEPRIVED_DECILE = "Decile (where 1 is most deprived 10% of LSOAs)"


def write(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    measures = {
        "imd": "Index of Multiple Deprivation (IMD)",
        "idaci": "Income Deprivation Affecting Children Index (IDACI)",
        "idaopi": "Income Deprivation Affecting Older People (IDAOPI)",
    }
    columns = ", ".join(
        f"""{code}_rank || '.00' as "{name} Rank (where 1 is most deprived)",
        {code}_decile || '.00' as "{name} {MOST_DEPRIVED_DECILE}" """
        for code, name in measures.items()
    )
    query = f"""
        select
            lsoa_code as "{BOM}LSOA code (2011)", lsoa_name as "LSOA name (2011)",
            'E06000899' as "Local Authority District code (2019)", 'Invented' as "Local Authority District name (2019)",
            {columns}
        from deprivation
        order by lsoa_code
    """
    return [write_csv(connection, query, folder / "File_3_IoD2019_invented.csv")]
