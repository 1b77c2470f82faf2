"""The tables of the build that deliveries write: ops.*, and raw.* and quarantine.* as the contracts name them."""

from pathlib import Path

import duckdb

from expectations.contract.model import raw_columns

COMMENTS = Path(__file__).with_name("ops_comments.sql")

OPS = """
create schema if not exists raw;
create schema if not exists quarantine;
create schema if not exists ops;

create table if not exists ops.delivery (
    delivery_id varchar not null,
    source varchar not null,
    contract varchar,
    file_name varchar not null,
    sha256 varchar not null,
    bytes bigint not null,
    received_at timestamp not null,
    extract_date date,
    covers_from_date date,
    covers_to_date date,
    scope varchar,
    period varchar,
    part varchar,
    identifier_scheme varchar,
    status varchar,
    rows_read bigint,
    rows_accepted bigint,
    rows_rejected bigint,
    reason varchar,
    reason_code varchar,
    run_id varchar,
    sequence bigint,
    rows_erased bigint
);

-- Of builds made before there were erasures. Delivered were rows_read and rows_erased.
alter table ops.delivery add column if not exists rows_erased bigint;
-- And before a reason had a code.
alter table ops.delivery add column if not exists reason_code varchar;
-- Before the same bytes could be a delivery again: the how-manieth of its bytes a delivery is.
alter table ops.delivery add column if not exists arrival integer default 1;
-- And before returns were ordered by when they say they were made (as headers have it, never after they came).
alter table ops.delivery add column if not exists made_at timestamp;
alter table ops.delivery add column if not exists serial_no bigint;
-- And before a contract could forbid rows.
alter table ops.delivery add column if not exists rows_forbidden bigint default 0;

-- And before each edition of the indices of deprivation was a part of its own.
update ops.delivery set part = cast(year(extract_date) as varchar) where source = 'deprivation' and part = 'lsoa';

create table if not exists ops.delivery_table (
    delivery_id varchar not null,
    table_name varchar not null,
    rows_read bigint not null,
    rows_accepted bigint not null,
    rows_rejected bigint not null
);

create table if not exists ops.rejection (
    delivery_id varchar not null,
    table_name varchar not null,
    column_name varchar,
    reason varchar not null,
    rows bigint not null
);

-- Values without which their rows were taken, because they broke the contract and the row can live without them.
create table if not exists ops.set_aside (
    delivery_id varchar not null,
    table_name varchar not null,
    column_name varchar,
    reason varchar not null,
    rows bigint not null
);

create table if not exists ops.delivery_event (
    "at" timestamp not null,
    run_id varchar,
    event varchar not null,
    file_name varchar not null,
    sha256 varchar,
    delivery_id varchar,
    detail varchar
);

create table if not exists ops.check_result (
    run_id varchar,
    checked_at timestamp,
    suite varchar,
    delivery_id varchar,
    rule varchar,
    severity varchar,
    outcome varchar,
    observed double,
    expected varchar,
    detail varchar
);

-- What reviewers decided about who is who: read anew from the log of decisions before every build.
create table if not exists ops.review_decision (
    review_id varchar not null,
    kind varchar not null,
    decision varchar not null,
    decided_by varchar not null,
    decided_at timestamp not null,
    source varchar,
    person_id varchar,
    child_durable_key varchar,
    note varchar
);

-- Which children are left out of every list: read anew from the log of restrictions before every build.
create table if not exists ops.restriction (
    restriction_id varchar not null,
    identifier_kind varchar not null,
    identifier_hash varchar not null,
    reason_code varchar not null,
    from_date date not null,
    to_date date,
    is_lifted boolean not null,
    said_at timestamp not null,
    said_by varchar not null
);

-- The releases before the one that is being built: read anew from the journal of what was said before every build.
create table if not exists ops.earlier_release (
    release_id varchar not null,
    as_of_date date not null,
    said_at timestamp not null,
    version varchar not null,
    code_sha256 varchar not null,
    inputs_sha256 varchar not null
);

-- What the build says and of which day (one row); the release whose journal entry its snapshots are in step with.
create table if not exists ops.build_run (
    as_of_date date,
    said_at timestamp not null,
    is_look_back boolean not null,
    journal_release_id varchar
);
drop table if exists ops.saying;

-- What each table of the build and each claim on them was last made of: orchestration/build/state.py.
create table if not exists ops.node_state (
    unique_id varchar primary key,
    relation varchar,
    made_at timestamp not null,
    reasons varchar[] not null,
    content varchar not null,
    lineage varchar not null,
    inputs json not null
);
drop table if exists ops.increment;

-- What each partition of a table kept by them was last made of, and what came out: orchestration/build/partitions.py.
create table if not exists ops.node_partition (
    unique_id varchar,
    partition varchar,
    made_at timestamp not null,
    inputs varchar,
    rows bigint not null,
    hash hugeint,
    primary key (unique_id, partition)
);

create table if not exists ops.overlay_model (
    build_order integer not null,
    schema_name varchar not null,
    model_name varchar not null,
    relation_name varchar not null,
    sql varchar not null,
    log_of varchar
);
alter table ops.overlay_model add column if not exists log_of varchar;

create table if not exists ops.relation (
    schema_name varchar not null,
    table_name varchar not null,
    column_name varchar not null,
    to_schema_name varchar not null,
    to_table_name varchar not null,
    to_column_name varchar not null,
    of_rows varchar
);
alter table ops.relation add column if not exists of_rows varchar;

-- What still stands of what was ever said: of each table, period, school, part (a COLLECT block, a term) and extract
-- the newest accepted delivery. A corrected file has the same extract date and was made later, so it supersedes. What
-- does not say when it was made was made when it came.
create or replace view ops.delivery_standing as
select
    delivery.delivery_id,
    delivery.source,
    delivery_table.table_name,
    delivery.period,
    delivery.scope,
    delivery.part,
    delivery.extract_date
from ops.delivery
inner join ops.delivery_table on delivery.delivery_id = delivery_table.delivery_id
where delivery.status in ('accepted', 'accepted_with_warnings')
qualify row_number() over (
    partition by delivery_table.table_name, delivery.period, delivery.scope, delivery.part, delivery.extract_date
    order by
        coalesce(delivery.made_at, delivery.received_at) desc,
        delivery.serial_no desc nulls last,
        delivery.sequence desc
) = 1;

-- What staging reads: of these the newest extract, which a late older one does not supersede.
create or replace view ops.delivery_in_force as
select
    delivery_id,
    source,
    table_name
from ops.delivery_standing
qualify row_number() over (partition by table_name, period, scope, part order by extract_date desc) = 1;
"""


def ensure_schema(connection: duckdb.DuckDBPyConnection) -> None:
    """Create what is missing; what is there keeps its rows. A column that a new contract brings is added at the end."""
    connection.execute(OPS)
    _describe(connection)
    present: dict[str, set[str]] = {}
    for table, column in connection.execute(
        "select schema_name || '.' || table_name, column_name from duckdb_columns() "
        "where database_name = current_database() and schema_name in ('raw', 'quarantine')"
    ).fetchall():
        present.setdefault(table, set()).add(column)
    # In one transaction: each of a hundred tables would go to the disk by itself.
    connection.begin()
    for table, columns in raw_columns().items():
        for schema, reasons in (("raw", ""), ("quarantine", ", _reasons varchar[]")):
            # Nothing is asked of a table that is there: each load would take as long for it as to read a small file.
            if (known := present.get(f"{schema}.{table}")) is None:
                values = ", ".join(f'"{column}" varchar' for column in columns)
                delivered = "_delivery_id varchar, _extract_date date, _row_number bigint"
                connection.execute(f'create table {schema}."{table}" ({values}, {delivered}{reasons})')
            for column in columns:
                if known and column not in known:
                    connection.execute(f'alter table {schema}."{table}" add column "{column}" varchar')
    connection.commit()


def _describe(connection: duckdb.DuckDBPyConnection) -> None:
    """Describe the tables of deliveries, once; in one transaction, for each comment would go to the disk by itself."""
    described = connection.execute(
        "select count(*) from duckdb_columns() where schema_name = 'ops' and table_name = 'check_result' "
        "and comment is not null"
    ).fetchone()
    if described == (0,):
        connection.begin()
        connection.execute(COMMENTS.read_text(encoding="utf-8"))
        connection.commit()
