"""The backends, one a file, each found by its file."""
