"""What a council sets for itself, apart from this checkout: a folder of its own, laid over seeds and contracts."""
