"""A scan of the profile NLL over two parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morefit_py.fit.result import FitResult
from morefit_py.inference.scans.scan import Scan2D
from morefit_py.report.plots.style import drawn, with_unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# 2 (NLL - NLL_min) that two parameters stay below with a probability of 68.3 and of 95.4 %.
_LEVELS = (2.2957, 6.1801)


def scan(found: Scan2D, result: FitResult | None = None) -> Figure:
    """2 (NLL - NLL_min) over the grid of a scan, with the lines of 68.3 and 95.4 %; failed points are blank.

    Raises MorefitError where matplotlib is missing.
    """
    height = np.where(found.valid, 2.0 * found.delta, np.nan).T
    with drawn(8.5, 7) as figure:
        axes = figure.subplots()
        top = float(np.nanmin([np.nanmax(height, initial=1.0), 25.0]))
        shown = axes.pcolormesh(
            found.x_values, found.y_values, height, vmin=0.0, vmax=top, cmap="viridis_r", shading="nearest"
        )
        figure.colorbar(shown, ax=axes, label=r"$-2\,\Delta\log L$")
        if min(height.shape) > 1:
            lines = axes.contour(found.x_values, found.y_values, height, levels=_LEVELS, colors="black")
            axes.clabel(lines, fmt=dict(zip(lines.levels, ("68.3 %", "95.4 %"), strict=False)), fontsize=11)
        axes.plot(found.best[found.x], found.best[found.y], "k+", markersize=12)
        axes.set(xlabel=with_unit(found.x, result), ylabel=with_unit(found.y, result))
    return figure
