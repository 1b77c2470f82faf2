"""Decides what runs and when: deliveries in, gates, dbt, releases out."""
