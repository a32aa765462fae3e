"""The command line: `morefit fit | inspect | check | convert | devices | cache`."""

from morefit_py.cli.main import main

__all__ = ["main"]
