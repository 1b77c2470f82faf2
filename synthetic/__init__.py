"""Makes an invented county's extracts in the sources' real formats, with the truth beside them."""

LISTING = "invented.sha256"
"""The file of a county that names each of its extracts by the sha256 of its bytes, as sha256sum prints it: whoever has
such bytes knows that they tell of nobody. It lies beside the folders of extracts, so that nobody delivers it."""
