"""Finds the rows that tell of the children who are looked for, and what those rows teach of them."""

import duckdb

from orchestration.rights import identifiers
from orchestration.rights.workspace import want_texts

ROUNDS = 10
"""A row teaches a reference, by which a row is found that teaches another; real chains have two or three links."""


def find(
    connection: duckdb.DuckDBPyConnection,
    relations: dict[str, str],
    records: str | None = None,
    without_names: bool = False,
    learn_names: bool = True,
) -> None:
    """Fill `mention` with the rows of raw tables that tell of whom is in `wanted`; `wanted` grows by what they teach.

    `relations` says under which name each raw table stands: in the build, or as read from files. `records` is the table
    of the pupils of XML returns as read, where what belongs to a pupil bears the pupil's number. Names are not compared
    `without_names`, and those of rows that were found are not looked for in others unless `learn_names`.
    """
    columns = {table: identifiers.columns_of(connection, relation) for table, relation in relations.items()}
    if members := relations.get("family_matters__members"):
        relations = {**relations, "family_matters__members": with_postcode(members, relations)}
        columns["family_matters__members"] = [*columns["family_matters__members"], "postcode"]
    for _ in range(ROUNDS):
        before = connection.execute("select count(*) from wanted").fetchone()
        connection.execute("delete from mention")
        for table, relation in relations.items():
            for kind, text in identifiers.texts(table, columns[table]).items():
                if not (without_names and kind == "name"):
                    _match(connection, table, relation, kind, text)
        for table, relation in relations.items():
            _collect(connection, table, relation, columns[table], learn_names and not without_names)
        if connection.execute("select count(*) from wanted").fetchone() == before:
            break
    if records:
        _what_belongs_to_pupils(connection, relations, records)
    if members:
        _what_belongs_to_households_of_the_child_alone(connection, relations)


def _match(connection: duckdb.DuckDBPyConnection, table: str, relation: str, kind: str, text: str) -> None:
    if not connection.execute("select 1 from wanted where kind = ? limit 1", [kind]).fetchall():
        return
    # Few identifiers stand in many rows: each is hashed once.
    connection.execute(f"""
        insert into mention
        with stated as (select distinct {text} as text from {relation}),
        of_the_child as (
            select text from stated
            where text is not null
                and {identifiers.pseudonym("text")} in (select hash from wanted where kind = '{kind}')
        )
        select distinct '{table}', '{kind}', _delivery_id, _row_number
        from {relation}
        where {text} in (select text from of_the_child)
    """)


def _collect(
    connection: duckdb.DuckDBPyConnection, table: str, relation: str, columns: list[str], learn_names: bool
) -> None:
    if not connection.execute("select 1 from mention where table_name = ? limit 1", [table]).fetchall():
        return
    rows = f"""
        from {relation} as delivered
        semi join mention
            on mention.table_name = '{table}'
            and delivered._delivery_id = mention.delivery_id
            and delivered._row_number = mention.row_number
    """
    for kind, text in identifiers.identifiers_in(table, columns).items():
        if learn_names or kind != "name":
            want_texts(connection, kind, f"select {text} as text {rows}")
    if "upn" in columns:
        new = ", ".join(f"'{kind}'" for kind in identifiers.NEW_UPN_BY)
        text = identifiers.texts(table, columns)["upn"]
        want_texts(connection, "upn", f"select {text} as text {rows} and mention.kind in ({new})")


def with_postcode(members: str, relations: dict[str, str]) -> str:
    """A member's postcode is the household's."""
    return f"""(
        select members.*, households.postcode
        from {members} as members
        left join (
            select distinct _delivery_id, trim(household_id) as household_id, postcode
            from {relations["family_matters__households"]}
        ) as households
            on members._delivery_id = households._delivery_id and trim(members.household_id) = households.household_id
    )"""


def _what_belongs_to_pupils(connection: duckdb.DuckDBPyConnection, relations: dict[str, str], records: str) -> None:
    for table, relation in relations.items():
        if table != records:
            connection.execute(f"""
                insert into mention
                select distinct '{table}', 'return', delivered._delivery_id, delivered._row_number
                from {relation} as delivered
                semi join mention
                    on mention.table_name = '{records}'
                    and delivered._delivery_id = mention.delivery_id
                    and delivered._row_number = mention.row_number
            """)


def _what_belongs_to_households_of_the_child_alone(
    connection: duckdb.DuckDBPyConnection, relations: dict[str, str]
) -> None:
    """A household of whom nobody else is listed tells of the child alone, and so do its needs."""
    for table in ("family_matters__households", "family_matters__needs"):
        connection.execute(f"""
            insert into mention
            with members as (
                select members._delivery_id, trim(members.household_id) as household_id,
                    bool_and(mention.row_number is not null) as is_the_child_alone
                from {relations["family_matters__members"]} as members
                left join (
                    select distinct delivery_id, row_number from mention where table_name = 'family_matters__members'
                ) as mention
                    on members._delivery_id = mention.delivery_id and members._row_number = mention.row_number
                group by all
            )
            select distinct '{table}', 'household', delivered._delivery_id, delivered._row_number
            from {relations[table]} as delivered
            inner join members
                on delivered._delivery_id = members._delivery_id and trim(delivered.household_id) = members.household_id
            where members.is_the_child_alone
        """)
