"""Copies a release's file into an encrypted one, as the front line's are. Arguments: file, target, key."""

import sys
from importlib.resources import files

import duckdb

file, target, key = sys.argv[1:]
httpfs = files("duckdb_extension_httpfs") / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
connection = duckdb.connect()
connection.execute(f"load '{httpfs}'")
connection.execute(f"attach '{file}' as release (read_only)")
connection.execute(f"attach '{target}' as encrypted (encryption_key '{key}', storage_version 'v1.4.0')")
connection.execute("copy from database release to encrypted")
