"""The command line: `morefit fit | batch | scan | contour | toys | splot | plot | inspect | check | ...`."""

from morefit_py.cli.main import main

__all__ = ["main"]
