"""The documentation: pages made from dbt's manifest, worked queries with what they print, and the site of both."""
