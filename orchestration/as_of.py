"""The day a run speaks of: a tag of the run, or today where nobody said. The only place that reads the calendar."""

from datetime import date

import dagster as dg

TAG = "earlyhelp/as_of"


def as_of(context: dg.AssetExecutionContext | dg.AssetCheckExecutionContext) -> date:
    return date.fromisoformat(context.run.tags.get(TAG) or date.today().isoformat())
