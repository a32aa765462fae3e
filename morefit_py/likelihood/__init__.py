"""A compiled likelihood bound to its data."""
