"""The families' rights: everything held on one child, a child erased everywhere, nothing kept too long."""
