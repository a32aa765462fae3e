"""A profile of the NLL: its rise above the minimum, with the lines of one and two standard deviations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morefit_py.fit.profile import Profile
from morefit_py.fit.result import FitResult
from morefit_py.report.plots.style import drawn, with_unit

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def profile(found: Profile, result: FitResult | None = None) -> Figure:
    """2 (NLL - NLL_min) along a parameter; points without a valid minimum are left out and marked.

    The minimum is that of `result`, else the lowest point. For weighted events the rise is scaled so that it
    is 1 at one standard deviation. Raises MorefitError where matplotlib is missing.
    """
    lowest = float(np.min(found.nll[found.valid], initial=np.inf)) if result is None else result.nll
    up = found.up if np.isfinite(found.up) else 0.5
    rise = (found.nll - lowest) / up
    with drawn(8, 6) as figure:
        axes = figure.subplots()
        held = found.valid
        axes.plot(found.values[held], rise[held], "o-", color="C0", label="profile", clip_on=False)
        if not held.all():
            axes.plot(
                found.values[~held], np.zeros(np.count_nonzero(~held)), "x", color="C3", label="not valid"
            )
        if result is not None:
            error = result.errors.get(found.parameter, np.nan)
            if np.isfinite(error) and error > 0:
                parabola = ((found.values - result.values[found.parameter]) / error) ** 2
                axes.plot(found.values, parabola, "--", color="0.5", label="parabola (Hesse)")
        top = max(1.2, 1.1 * float(np.max(rise[held], initial=0.0)))
        for n in range(1, 6):
            if n * n < top:
                axes.axhline(n * n, color="0.7", linewidth=0.8, linestyle=":")
                axes.text(found.values[-1], n * n, f" {n}$\\sigma$", va="center", fontsize=12)
        axes.set(xlabel=with_unit(found.parameter, result), ylabel=r"$-2\,\Delta\log L$", ylim=(0, top))
        axes.legend()
    return figure
