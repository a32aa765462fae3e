"""Passes: graph in, equal and cheaper graph out; the order of compilation stands in `pipeline`."""
