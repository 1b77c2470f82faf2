"""The families' rights: everything held on one child, a child erased everywhere, and nothing kept longer than it may be."""
