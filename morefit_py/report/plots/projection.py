"""A fit over one observable: data with errors, the model and its components, and the pulls below."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError, nearest
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.result import FitResult
from morefit_py.graph.symbols import Observable
from morefit_py.model.binned import COUNT, VARIANCE, Binned
from morefit_py.model.dataset import Dataset
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.report.plots.expectation import expected
from morefit_py.report.plots.style import drawn, labelled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
_CURVE_POINTS = 800
# Where a legend begins, as a part of the height of the axes.
_LEGEND = 0.62


def projection(
    fit: CompiledFit,
    result: FitResult,
    observable: str | None = None,
    channel: str | None = None,
    bins: int | None = None,
    by_component: bool = True,
    pulls: bool = True,
    log: bool = False,
) -> Figure:
    """Data and fitted model over one observable, all others integrated over.

    The pulls are (data - model)/sqrt(model) in each bin, scaled by the mean weight where the data are
    weighted. Without names, the first channel and its first observable. `log` makes the counts' axis
    logarithmic. Raises ModelError for an unknown name, MorefitError where matplotlib is missing.
    """
    channel = channel or next(iter(fit.model.channels))
    if channel not in fit.model.channels:
        raise ModelError(f"no channel {channel!r}{nearest(channel, fit.model.channels)}")
    mixture = fit.model.channels[channel]
    x = _observable(mixture, observable)
    data = fit.data[channel]
    edges, counts, variances = histogram(data, x, bins)
    centres, widths = (edges[:-1] + edges[1:]) / 2, np.diff(edges)
    # Simpson's rule over each bin: the model is integrated, not sampled at the centre.
    samples = [expected(mixture, result, data, x, points)["total"] for points in (edges, centres)]
    model = widths * (samples[0][:-1] + 4 * samples[1] + samples[0][1:]) / 6
    grid = np.linspace(x.low, x.high, _CURVE_POINTS)
    width = float(np.mean(widths))
    curves = {name: width * held for name, held in expected(mixture, result, data, x, grid).items()}
    with drawn(8, 7 if pulls else 6) as figure:
        if pulls:
            top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(3.5, 1))
            _draw_pulls(bottom, centres, widths, counts, variances, model)
        else:
            top = bottom = figure.subplots()
        if by_component and len(curves) > 2:
            for i, (name, held) in enumerate(list(curves.items())[1:]):
                top.plot(grid, held, "--", color=f"C{i + 1}", label=name)
        top.plot(grid, curves["total"], color="C0", label="fit")
        scale = width / widths
        spread = np.sqrt(variances) * scale
        top.errorbar(centres, counts * scale, spread, widths / 2, fmt="k.", label="data", zorder=5)
        unit = f" {x.unit}" if x.unit else ""
        top.set_ylabel(f"events / ({width:.3g}{unit})")
        _limit(top, counts * scale, spread, log)
        top.legend(title=channel if result.valid else f"{channel}: not a valid fit")
        bottom.set(xlim=(edges[0], edges[-1]), xlabel=labelled(x))
        figure.align_ylabels()
    return figure


def histogram(data: Dataset, x: Observable, bins: int | None) -> tuple[Array, Array, Array]:
    """Edges (n + 1,), counts and their variances (n,); binned data keep their own bins."""
    if isinstance(data, Binned):
        names = list(data.edges)
        axes = tuple(i for i, name in enumerate(names) if name != x.name)
        shape = data.counts.shape
        counts, variances = (data[name].reshape(shape).sum(axis=axes) for name in (COUNT, VARIANCE))
        return data.edges[x.name], counts, variances
    edges = np.linspace(x.low, x.high, (bins or int(np.clip(np.sqrt(len(data)), 10, 100))) + 1)
    weights = data.weights
    counts = np.histogram(data[x.name], edges, weights=weights)[0].astype(float)
    if weights is None:
        return edges, counts, counts
    return edges, counts, np.histogram(data[x.name], edges, weights=weights**2)[0]


def _observable(mixture: Mixture, name: str | None) -> Observable:
    modelled = {x.name: x for term in mixture.terms for x in term.density.observables}
    name = name or next(iter(modelled))
    if name not in modelled:
        raise ModelError(f"no density of the observable {name!r}{nearest(name, modelled)}")
    return modelled[name]


def _draw_pulls(
    axes: Axes, centres: Array, widths: Array, counts: Array, variances: Array, model: Array
) -> None:
    total = float(np.sum(counts))
    each = float(np.sum(variances)) / total if total > 0 else 1.0
    spread = np.sqrt(np.where(model > 0, model * each, 1.0))
    found = np.where(model > 0, (counts - model) / spread, 0.0)
    axes.bar(centres, found, widths, color="0.6")
    reach = max(4.0, 1.1 * float(np.max(np.abs(found), initial=0)))
    axes.set(ylim=(-reach, reach), ylabel="pull")
    axes.axhline(0, color="k", linewidth=0.8)


def _limit(axes: Axes, counts: Array, spread: Array, log: bool) -> None:
    """Leaves room for the legend: above a third of the axis that is empty there, else above all."""
    tops = counts + spread
    highest = float(np.max(tops, initial=1e-9))
    filled = counts[counts > 0]
    lowest = 0.3 * float(np.min(filled)) if log and filled.size else 1e-3 * highest
    emptiest = min((float(np.max(part)) for part in np.array_split(tops, 3) if part.size), default=0.0)
    if log:
        axes.set_yscale("log")
        free = np.log(max(emptiest, lowest) / lowest) < _LEGEND * np.log(highest / lowest)
        axes.set_ylim(lowest, 3.0 * highest if free else lowest * (highest / lowest) ** (1 / _LEGEND))
    else:
        axes.set_ylim(0, 1.2 * highest if emptiest < _LEGEND * highest else highest / _LEGEND)
