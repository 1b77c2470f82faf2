def model(dbt, session):
    """How well people without UPN fit children: see orchestration/linkage/score.py.

    The table that the last build left is read before it is replaced: what was scored then is not scored again.
    """
    from orchestration.linkage.score import score

    dbt.config(materialized="table", meta={"read_by": ["benchmarks"]})
    dbt.ref("int_people_without_upn")
    dbt.ref("int_child_appearances")
    scores = score(session, before=f"{dbt.this.schema}.{dbt.this.identifier}")
    return session.query(f"select * from {scores}")
