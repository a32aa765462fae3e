"""The pulls of a toy study."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morefit_py.errors import FitError, nearest
from morefit_py.inference.toys.table import ToyStudy
from morefit_py.report.plots.style import drawn

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def toys(study: ToyStudy, parameter: str | None = None) -> Figure:
    """The pulls (fitted - true)/error of all parameters, or of one, over a normal distribution.

    Only valid fits are shown; the title says how many are not. Raises FitError for an unknown parameter and
    where no fit is valid, MorefitError where matplotlib is missing.
    """
    names = list(study.parameters) if parameter is None else [parameter]
    for name in names:
        if name not in study.parameters:
            raise FitError(f"the study has no parameter {name!r}{nearest(name, study.parameters)}")
    if not study.valid.any():
        raise FitError("no fit of the study is valid; there are no pulls to show")
    columns = min(3, len(names))
    rows = -(-len(names) // columns)
    grid = np.linspace(-5, 5, 201)
    normal = np.exp(-(grid**2) / 2) / np.sqrt(2 * np.pi)
    with drawn(5 * columns, 4 * rows) as figure:
        from matplotlib.ticker import MaxNLocator

        every = np.atleast_1d(figure.subplots(rows, columns, squeeze=False)).ravel()
        for axes, name in zip(every, names, strict=False):
            i = study.parameters.index(name)
            held = study.valid & np.isfinite(study.errors[:, i]) & (study.errors[:, i] > 0)
            pulled = (study.values[held, i] - study.truth[name]) / study.errors[held, i]
            inside = np.clip(pulled, -5, 5)
            # Few toys in wide bins: a bin is never narrower than its content can tell.
            edges = np.linspace(-5, 5, int(np.clip(2 * np.sqrt(len(pulled)), 10, 40)) + 1)
            counts = axes.hist(inside, edges, color="0.75", label=f"{len(pulled)} toys")[0]
            axes.plot(grid, normal * len(pulled) * (edges[1] - edges[0]), color="C0", label="normal")
            width = float(np.std(pulled, ddof=1)) if len(pulled) > 1 else float("nan")
            mean = float(np.mean(pulled)) if len(pulled) else float("nan")
            axes.set_title(f"{name}: mean {mean:.2f}, width {width:.2f}", fontsize=13)
            top = max(float(np.max(counts)), float(normal[100]) * len(pulled) * (edges[1] - edges[0]), 1.0)
            axes.set(xlabel="pull", ylabel="toys", xlim=(-5, 5), ylim=(0, 1.3 * top))
            axes.yaxis.set_major_locator(MaxNLocator(integer=True))
            axes.legend(fontsize=10)
        for axes in every[len(names) :]:
            axes.set_visible(False)
        if study.failed:
            figure.suptitle(f"{study.failed} of {len(study)} fits are not valid and not shown", fontsize=13)
    return figure
