"""What the tables and columns of a region's file are, written into it."""

import duckdb

MARK = "Why {} is not told: `c` hidden, `v` not added up, `x` nobody could be assessed, `z` not applicable; see mark."
TABLES = {
    "council": "The councils of the region's list, and why one is not in the totals. Grain: the council.",
    "dashboard": "Children flagged at the end of the newest half term that is over. Grain: place and flag.",
    "trend": "Children flagged, half term by half term. Grain: place, flag and half term that is over.",
    "benefit": "Contacts, referrals and requests before and after. Grain: place, comparison and measure.",
    "re_referral": "Referrals that came back. Grain: place and month that is over.",
    "mark": "What a mark beside a number that is not told means.",
    "hidden_part": "Schools of which no council tells a number or a sum; the next release is held against it. "
    "Grain: number, flag, half term and school.",
}
COLUMNS = {
    "council_code": "The council, by its code in the region's list; null of the region.",
    "council_name": "Name of the council in the region's list.",
    "is_united": "Whether its numbers are in the region's.",
    "fault": "Why they are not; null where they are.",
    "release_id": "The council's release.",
    "as_of_date": "Day that is spoken of: of the council's release, or the last of the half term.",
    "version": "Version of the code that published the council's release.",
    "place_type": "`region`, `council` or `zone`.",
    "place_code": "Code of the council or of its zone, which others may have too; `region`.",
    "place_name": "Name of the place.",
    "councils_count": "Councils that the number is made of: those that have the flag, the comparison or the records.",
    "flag_code": "The flag; `any` is at least one of them.",
    "flag_name": "Name of the flag for readers.",
    "academic_year": "Academic year, from 1 September, such as `2025/26`.",
    "half_term": "Half term of the academic year, 1 to 6.",
    "half_term_label": "Academic year and half term.",
    "is_latest": "Whether no later half term is over in any council.",
    "children_count": "Children of the ages the rules cover whose main registration is there on the day.",
    "children_mark": MARK.format("children_count"),
    "raised_count": "Children whose flag is raised.",
    "raised_mark": MARK.format("raised_count"),
    "assessable_count": "Children for whom the flag could be assessed. Not told for `any`.",
    "assessable_mark": MARK.format("assessable_count"),
    "raised_rate": "Raised of assessable, 0 to 1, rounded; null unless both are told.",
    "raised_share": "Raised of all children, 0 to 1, rounded; null unless both are told.",
    "change_since_previous_count": "Raised less those of the half term before; null where either is not told, or the "
    "councils or a rule changed.",
    "change_since_previous_rate": "The same of the rate.",
    "change_since_last_year_count": "Raised less those of the same half term a year before, in the same way.",
    "change_since_last_year_rate": "The same of the rate.",
    "comparison_id": "Comparison of two periods, which each council sets.",
    "comparison_name": "The comparison, in words.",
    "measure_code": "What is compared; `total` for the sum.",
    "measure_name": "What is compared, in words.",
    "display_order": "Order in which rows are shown.",
    "before_per_year": "Cases a year in the time before.",
    "after_per_year": "Cases a year in the time after.",
    "difference_per_year": "Fewer cases a year; for children reached, how many.",
    "gross_gbp": "What the difference is worth a year, in pounds.",
    "cost_gbp": "The schools' hours in huddles a year, in pounds.",
    "net_gbp": "Gross less cost, a year, in pounds.",
    "claim": "What the figure may be said to be.",
    "month_date": "First day of the month.",
    "window_days": "Days after a closure within which a referral counts as coming back.",
    "referrals_count": "Referrals received in the month.",
    "referrals_mark": MARK.format("referrals_count"),
    "known_count": "Referrals of a known child or person.",
    "known_mark": MARK.format("known_count"),
    "re_referrals_count": "Referrals that came back.",
    "re_referrals_mark": MARK.format("re_referrals_count"),
    "re_referral_rate": "Came back of known, 0 to 1, rounded; null unless both are told.",
    "mark": "A mark.",
    "meaning": "What it means.",
    "step": "Of which number: `raised` or `assessable`.",
    "school_code": "LAESTAB of the school.",
}


def describe(connection: duckdb.DuckDBPyConnection) -> None:
    """Comment each table and column of `release.region`. Raises KeyError when one has no description."""
    columns = connection.execute(
        """
        select table_name, column_name
        from duckdb_columns()
        where database_name = 'release' and schema_name = 'region'
        """
    ).fetchall()
    for table in {table for table, _ in columns}:
        connection.execute(f"comment on table release.region.{table} is '{_escaped(TABLES[table])}'")
    for table, column in columns:
        connection.execute(f"comment on column release.region.{table}.{column} is '{_escaped(COLUMNS[column])}'")


def _escaped(text: str) -> str:
    return text.replace("'", "''")
