"""Dagster assets, checks, jobs, schedules, sensors and resources; thin, they call the packages beside this one."""
