"""What an earlier version entered of deliveries as the files said it, made such as this version enters it."""

import shutil

import duckdb

from orchestration.deliveries import names, register
from orchestration.settings import Settings


def mask(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    """Take what files say of themselves out of the register and the build. Names in the register are looked at by each
    run, for a build may be gone; the build once, when its deliveries have no code of their reason yet.

    Reports in quarantine go, with the reasons: both quoted headings. `earlyhelp rebuild` reads the archive again and
    writes them anew.
    """
    register.mask(settings.archive)
    columns = connection.execute(
        "select column_name from duckdb_columns() "
        "where database_name = current_database() and schema_name = 'ops' and table_name = 'delivery'"
    ).fetchall()
    if not columns or ("reason_code",) in columns:
        return
    connection.create_function("known_name", names.known, ["varchar", "varchar"], "varchar")
    connection.begin()
    connection.execute("alter table ops.delivery add column reason_code varchar")
    connection.execute("update ops.delivery set file_name = known_name(file_name, sha256)")
    connection.execute("update ops.delivery_event set file_name = known_name(file_name, sha256), detail = null")
    connection.execute(
        "update ops.delivery set reason = 'An earlier version said why; earlyhelp rebuild says it again.', "
        "reason_code = 'earlier' where reason is not null"
    )
    connection.execute("update ops.check_result set detail = outcome where delivery_id is not null")
    connection.commit()
    connection.remove_function("known_name")
    shutil.rmtree(settings.quarantine, ignore_errors=True)
