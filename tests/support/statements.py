"""Statements that the safe settings of a connection refuse; `{folder}` is a folder with a file secret.csv."""

REFUSED = (
    "copy mart.mart_child_list to '{folder}/children.csv'",
    "copy (select 1) to '{folder}/one.parquet'",
    "export database '{folder}/all'",
    "from read_csv('{folder}/secret.csv')",
    "from read_text('{folder}/secret.csv')",
    "from read_parquet('{folder}/*.parquet')",
    "from glob('{folder}/*')",
    "from '{folder}/secret.csv'",
    "attach '{folder}/other.duckdb' as other",
    "install httpfs",
    "load httpfs",
    "create table mart.other as select 1",
    "create schema other",
    "insert into mart.mart_child_list select * from mart.mart_child_list",
    "update mart.mart_child_list set school_name = 'x'",
    "delete from mart.mart_child_list",
    "drop table mart.mart_child_list",
    "set enable_external_access = true",
    "set lock_configuration = false",
)
