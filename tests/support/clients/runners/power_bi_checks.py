"""What a parser of TMDL and a linter of semantic models say of a project; a line of JSON in, a line of JSON out."""

import json
import subprocess
import sys
from pathlib import Path

from tmdlparser.parse_tmdl import TMLDParser

request = json.loads(sys.stdin.readline())
project = Path(request["project"])
model = project.with_suffix(".SemanticModel")
parsed = TMLDParser(str(project)).parse_all_tables()
linted = subprocess.run(
    [sys.executable, "-m", "coop_dax_review", "check", str(model), "--format", "json"], capture_output=True, text=True
)
tables = {name: [part.to_dict() for part in parts] for name, parts in parsed.items()}
print(json.dumps({"tables": tables, "report": json.loads(linted.stdout)}))
