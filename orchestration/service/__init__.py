"""The warehouse as a service: Dagster's pages for this machine alone, its daemon beside them, one configuration."""
