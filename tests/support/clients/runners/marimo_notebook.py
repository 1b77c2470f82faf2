"""Runs the analysts' notebook on a release, as marimo runs it, and replies with the answers of its cells."""

import json
import os
import runpy
import sys

request = json.loads(sys.stdin.readline())
os.environ["EARLYHELP_RELEASE"] = request["file"]
app = runpy.run_path(request["notebook"])["app"]
_, found = app.run()
print(json.dumps({name: found[name] for name in request["answers"]}, default=str))
