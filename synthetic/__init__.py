"""Makes an invented county's extracts in the sources' real formats, with the truth beside them."""

LISTING = ".invented"
"""The file in a folder of extracts that names each of them by the sha256 of its bytes, as sha256sum prints it: whoever
has such bytes knows that they tell of nobody. Hidden, so that nobody delivers it."""
