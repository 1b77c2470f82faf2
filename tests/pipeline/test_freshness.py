"""How old what is known of a school is: every source that told of it is delivered there, whichever table it went to."""

from tests.support.warehouse import Warehouse

FACTS = """
    select table_name
    from duckdb_columns()
    where schema_name = 'core' and table_name like 'fct_%'
    group by table_name
    having
        bool_or(column_name = 'school_durable_key') and bool_or(column_name = 'delivery_key')
        -- the evidence of a flag may be of the school before
        and not bool_or(column_name = 'flag_key')
"""


def test_every_source_that_told_of_a_school_is_delivered_there(clean: Warehouse) -> None:
    facts = [table for (table,) in clean.release(FACTS)]
    told = " union ".join(f"select school_durable_key, delivery_key from core.{table}" for table in facts)
    rows = clean.release(
        f"""
        select source, freshness.school_id, is_delivered
        from ({told})
        inner join core.dim_delivery as deliveries using (delivery_key)
        inner join mart.mart_freshness as freshness using (school_durable_key, source)
        where deliveries.is_in_force
        """
    )
    assert [row for row in rows if not row[2]] == []
    told_of = {source for source, *_ in rows}
    in_force = clean.release(
        "select distinct source from core.dim_delivery inner join reference.ref_source using (source) "
        "where is_in_force and names_schools"
    )
    assert told_of >= {source for (source,) in in_force}


def test_each_source_is_late_by_its_own_rhythm(clean: Warehouse) -> None:
    """The clean county ends on its day: what came on it is not late, and what never came of a school is."""
    late = dict(
        clean.release("select source, bool_or(is_late and is_delivered) from mart.mart_freshness group by source")
    )
    assert not late["synergy"] and not late["responses"] and not late["huddles"] and not late["deprivation"]
    ((missing, late_too),) = clean.release(
        "select count(*), count(*) filter (where is_late) from mart.mart_freshness "
        "inner join reference.ref_source using (source) where not is_delivered and late_after_term_days is not null"
    )
    assert missing == late_too > 0
