"""A region in Dagster: its councils as partitions, each built in a process of its own; `earlyhelp region serve`."""
