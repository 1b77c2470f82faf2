"""Makes an invented county's extracts in the sources' real formats, with the truth beside them."""
