"""The correlation matrix of a fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morefit_py.fit.result import FitResult
from morefit_py.report.plots.style import drawn, named

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Matrices beyond it have cells too small for numbers.
_WRITTEN = 16


def correlation(result: FitResult) -> Figure:
    """The correlations of the parameters that have an error, as colours and, for few, as numbers.

    Raises MorefitError where matplotlib is missing.
    """
    free = [i for i, name in enumerate(result.parameters) if result.errors[name] > 0]
    matrix = result.correlation[np.ix_(free, free)]
    names = [named(result.parameters[i], result) for i in free]
    size = max(5.0, 0.55 * len(free) + 2.5)
    with drawn(size + 1.0, size) as figure:
        axes = figure.subplots()
        shown = axes.imshow(matrix, cmap="RdBu_r", vmin=-1.0, vmax=1.0)
        # The colours are as high as the matrix, which is square whatever the figure.
        figure.set_layout_engine("compressed", w_pad=0.1, h_pad=0.1)
        figure.colorbar(shown, ax=axes, label="correlation")
        axes.set_xticks(range(len(free)), names, rotation=45, ha="right")
        axes.set_yticks(range(len(free)), names)
        axes.minorticks_off()
        axes.tick_params(which="both", length=0)
        for i in range(len(free)) if len(free) <= _WRITTEN else ():
            for j in range(len(free)):
                value = float(matrix[i, j])
                colour = "white" if abs(value) > 0.6 else "black"
                axes.text(
                    j, i, f"{round(value, 2) + 0.0:.2f}", ha="center", va="center", color=colour, fontsize=11
                )
    return figure
