"""Contours of the profile NLL in two parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from morefit_py.errors import FitError
from morefit_py.fit.contour import Contour
from morefit_py.fit.result import FitResult
from morefit_py.report.plots.style import drawn, with_unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def contour(
    found: Contour | Sequence[Contour], result: FitResult | None = None, labels: Sequence[str] = ()
) -> Figure:
    """One or several contours of the same two parameters, with the minimum of `result`.

    `labels` name the contours in the legend, such as "68 %". Raises FitError for contours of different
    parameters, MorefitError where matplotlib is missing.
    """
    held = [found] if isinstance(found, Contour) else list(found)
    if len({line.parameters for line in held}) != 1:
        raise FitError("contours of one figure are of the same two parameters; draw others apart")
    first, second = held[0].parameters
    with drawn(7.5, 7) as figure:
        axes = figure.subplots()
        for i, line in enumerate(held):
            points = line.points[np.all(np.isfinite(line.points), axis=1)]
            closed = np.vstack([points, points[:1]])
            label = labels[i] if i < len(labels) else None
            axes.plot(closed[:, 0], closed[:, 1], "-", color=f"C{i}", label=label)
        if result is not None:
            axes.plot(result.values[first], result.values[second], "k+", markersize=12, label="minimum")
        axes.margins(0.08)
        axes.set(xlabel=with_unit(first, result), ylabel=with_unit(second, result))
        if axes.get_legend_handles_labels()[0]:
            # Beside the axes: a contour leaves no corner that is surely empty.
            figure.legend(loc="outside upper right", ncols=4)
    return figure
