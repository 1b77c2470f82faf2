"""Tables that grow by increments hold rows of earlier runs: they may grow only by the code that wrote those rows.

A build notes the fingerprint of the code once dbt has finished. When the code, a rule or a code set has changed since,
or a run under changed code was killed, the tables are made anew from what lies in the build.
"""

import duckdb

from orchestration import fingerprint


def may_grow(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether all rows of the build's incremental tables were written by this code; if not, the note is taken away."""
    noted = connection.execute("select code_sha256 from ops.increment").fetchall()
    if noted == [(fingerprint.code(),)]:
        return True
    connection.execute("delete from ops.increment")
    return False


def note(connection: duckdb.DuckDBPyConnection) -> None:
    """Note that every table of the build is this code's."""
    connection.execute("delete from ops.increment")
    connection.execute("insert into ops.increment values (?)", [fingerprint.code()])
