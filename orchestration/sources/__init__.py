"""Sources that are not known yet: an unknown file looked at, what a new source is begun with, and what one lacks."""
