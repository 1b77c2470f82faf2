"""A notebook to begin with: which release it is, the zones a year on, one zone's schools, what a value is counted in.

Open it with `marimo edit notebook.py`; EARLYHELP_RELEASE is the release's file. Cells run again by themselves when what
they are made of changes, so that no answer stands beside another question than its own.
"""

import marimo

app = marimo.App(width="medium")


@app.cell
def connected():
    import os

    import duckdb
    import marimo as mo

    file = os.environ.get("EARLYHELP_RELEASE", "/srv/earlyhelp/current/early_help.duckdb")
    safe = {"enable_external_access": "false", "lock_configuration": "true"}
    release = duckdb.connect(file, read_only=True, config=safe)

    def rows(question, **values):
        """The rows that answer a question in SQL, each by the names of its columns."""
        answer = release.execute(question, values or None)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    return mo, rows


@app.cell
def of_which_release(mo, rows):
    (which,) = rows("select release_id, as_of_date from ops.release")
    mo.md(f"Release **{which['release_id']}**, as of {which['as_of_date']}. To see a newer one, restart the notebook.")
    return (which,)


@app.cell
def zones_a_year_on(mo, rows):
    # The county and "any" are rows beside the others; todays_map_… counts both years on the map of today.
    zones = rows(
        """
        select
            now.zone_name, now.children_count, now.raised_count, now.raised_rate,
            now.todays_map_raised_count - before.todays_map_raised_count as change_in_a_year
        from mart.mart_zone_dashboard as now
        inner join core.dim_date as dates on now.as_of_date = dates.calendar_date
        left join mart.mart_zone_dashboard as before
            on
                now.zone_code = before.zone_code and now.flag_code = before.flag_code
                and dates.last_year_assessment_date = before.as_of_date
        where now.is_current and now.flag_code = 'attendance' and not now.is_county
        order by now.raised_rate desc, now.zone_name
        """
    )
    mo.ui.table(zones, label="Persistent absence by zone, beside the same half term a year before")
    return (zones,)


@app.cell
def chosen(mo, zones):
    zone = mo.ui.dropdown([row["zone_name"] for row in zones], value=zones[0]["zone_name"], label="Zone")
    mo.vstack([zone])
    return (zone,)


@app.cell
def schools_of_the_zone(mo, rows, zone):
    # The same name of the zone filters every mart. Small numbers are shown: hide them before they leave the council.
    schools = rows(
        """
        select school_name, pyramid_name, children_count, raised_count, not_assessable_count, raised_rate
        from mart.mart_school_overview
        where is_current and flag_code = 'attendance' and zone_name = $zone
        order by raised_rate desc nulls last, school_name
        """,
        zone=zone.value,
    )
    mo.ui.table(schools, label=f"Persistent absence by school, {zone.value}")
    return (schools,)


@app.cell
def units(mo, rows):
    # One column holds shares, yes or no, and numbers of things: a mean over flags is of nothing.
    values = rows(
        """
        select flags.flag_name, assessments.unit, count(*) as children, min(assessments.value) as least,
            max(assessments.value) as most
        from core.fct_flag_assessment as assessments
        inner join core.dim_flag as flags on assessments.flag_key = flags.flag_key
        where assessments.is_current and assessments.value is not null
        group by flags.flag_name, flags.display_order, assessments.unit
        order by flags.display_order
        """
    )
    mo.ui.table(values, label="What each flag's value is counted in")
    return (values,)


if __name__ == "__main__":
    app.run()
