"""Figures of fits and results, drawn by a layer above that is loaded by its name when one is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def figure(kind: str, *args: Any, **settings: Any) -> Figure:
    """The figure of a kind that `morefit_py.report.plots` has."""
    made: Figure = getattr(import_module("morefit_py.report.plots"), kind)(*args, **settings)
    return made
