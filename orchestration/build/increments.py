"""Tables that grow by increments hold rows of earlier runs: they may grow only by the code that wrote those rows.

A build notes the fingerprint of the code once dbt has finished. When the code, a rule or a code set has changed since,
or a run under changed code was killed, the tables are made anew from what lies in the build.
"""

import duckdb


def may_grow(connection: duckdb.DuckDBPyConnection, code: str) -> bool:
    """Whether all rows of the build's incremental tables were written by `code`; if not, the note is taken away."""
    noted = connection.execute("select code_sha256 from ops.increment").fetchall()
    if noted == [(code,)]:
        return True
    connection.execute("delete from ops.increment")
    return False


def note(connection: duckdb.DuckDBPyConnection, code: str) -> None:
    """Note that every table of the build is written by `code`, the fingerprint taken before dbt began."""
    connection.execute("delete from ops.increment")
    connection.execute("insert into ops.increment values (?)", [code])
