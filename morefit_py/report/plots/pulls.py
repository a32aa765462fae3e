"""How far constrained parameters were pulled, and how much better the data know them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morefit_py.errors import FitError
from morefit_py.fit.result import FitResult
from morefit_py.graph.build import as_node
from morefit_py.graph.op import Op
from morefit_py.model.constraints.gaussian import GaussianConstraint
from morefit_py.model.model import Model
from morefit_py.report.plots.style import drawn, named

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def pulls(model: Model, result: FitResult) -> Figure:
    """(fitted - mean)/sigma of every parameter with a Gaussian constraint, its error in units of sigma.

    Raises FitError where no parameter has one, MorefitError where matplotlib is missing.
    """
    held = [
        (as_node(constraint.quantity).parameter.name, constraint)
        for constraint in model.constraints
        if isinstance(constraint, GaussianConstraint) and as_node(constraint.quantity).op is Op.PARAM
    ]
    if not held:
        raise FitError("the model has no parameter with a Gaussian constraint; there are no pulls to show")
    places = np.arange(len(held))[::-1]
    with drawn(8, 1.8 + 0.4 * len(held)) as figure:
        axes = figure.subplots()
        axes.axvspan(-2, 2, color="#ffe08a", zorder=0)
        axes.axvspan(-1, 1, color="#9fd39f", zorder=1)
        pulled = [(result.values[name] - c.mean) / c.sigma for name, c in held]
        errors = [result.errors[name] / c.sigma for name, c in held]
        axes.errorbar(pulled, places, xerr=np.nan_to_num(errors), fmt="ko", zorder=3)
        reach = max(2.5, 1.2 * float(np.max(np.abs(pulled) + np.nan_to_num(errors))))
        axes.set_yticks(places, [named(name, result) for name, _ in held])
        axes.minorticks_off()
        axes.set(xlim=(-reach, reach), ylim=(-0.7, len(held) - 0.3), xlabel=r"(fit $-$ constraint)/$\sigma$")
    return figure
