"""A fit seen: data with errors, the model and its components, and the pulls below."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError, MorefitError, nearest
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.result import FitResult
from morefit_py.graph.build import ONE
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.model.dataset import Dataset
from morefit_py.pdfs.composition.mixture import Mixture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]
_CURVE_POINTS = 800
_LOOK: dict[Any, Any] = {
    "font.size": 14,
    "axes.labelsize": 16,
    "legend.fontsize": 13,
    "legend.title_fontsize": 13,
    "xtick.labelsize": 13,
    "ytick.labelsize": 13,
    "lines.linewidth": 1.8,
    "lines.markersize": 4,
    "errorbar.capsize": 0,
    "font.family": "sans-serif",
    "font.cursive": ["DejaVu Sans"],
    "mathtext.fontset": "dejavusans",
    "axes.formatter.limits": (-4, 5),
}


def have_matplotlib() -> bool:
    """Whether plots can be made here."""
    return find_spec("matplotlib") is not None and find_spec("mplhep") is not None


def plot(
    fit: CompiledFit,
    result: FitResult,
    observable: str | None = None,
    channel: str | None = None,
    bins: int | None = None,
) -> Figure:
    """Data and fitted model over one observable, with pulls: (data - model) / sqrt(model) in
    each bin, scaled by the mean weight where the data are weighted.

    Without names, the first channel and its first observable. Raises ModelError for an unknown name, or
    an observable that shares a density with others, and MorefitError where matplotlib is missing.
    """
    if not have_matplotlib():
        raise MorefitError("plots need matplotlib and mplhep: `pip install 'morefit-py[plot]'`")
    channel = channel or next(iter(fit.model.channels))
    if channel not in fit.model.channels:
        raise ModelError(f"no channel {channel!r}{nearest(channel, fit.model.channels)}")
    mixture = fit.model.channels[channel]
    x = _observable(mixture, observable)
    data = fit.data[channel]
    edges = np.linspace(x.low, x.high, (bins or _bin_count(len(data))) + 1)
    counts, variances = _histogram(data, x, edges)
    centres, width = (edges[:-1] + edges[1:]) / 2, edges[1] - edges[0]
    # Simpson's rule over each bin: the model is integrated, not sampled at the centre.
    samples = [_expected(mixture, result, data, x, points) for points in (edges, centres)]
    model = width * (samples[0]["total"][:-1] + 4 * samples[1]["total"] + samples[0]["total"][1:]) / 6
    grid = np.linspace(x.low, x.high, _CURVE_POINTS)
    curves = {name: width * values for name, values in _expected(mixture, result, data, x, grid).items()}
    return _draw(x, channel, edges, counts, variances, model, grid, curves, result)


def _observable(mixture: Mixture, name: str | None) -> Observable:
    held = {x.name: x for x in mixture.observables}
    name = name or next(iter(held))
    if name not in held:
        raise ModelError(f"no observable {name!r}{nearest(name, held)}")
    for term in mixture.terms:
        if term.density.observables != (held[name],):
            raise ModelError(
                f"component {term.name!r} is not a density of {name!r} alone; it cannot be projected"
            )
    return held[name]


def _bin_count(events: int) -> int:
    return int(np.clip(np.sqrt(events), 10, 100))


def _histogram(data: Dataset, x: Observable, edges: Array) -> tuple[Array, Array]:
    weights = data.weights
    counts, _ = np.histogram(data[x.name], edges, weights=weights)
    if weights is None:
        return counts.astype(float), counts.astype(float)
    return counts, np.histogram(data[x.name], edges, weights=weights**2)[0]


def _expected(
    mixture: Mixture, result: FitResult, data: Dataset, x: Observable, points: Array
) -> dict[str, Array]:
    """Expected events per unit of the observable, in total and by component."""
    held: dict[str, Array] = {}
    for term in mixture.terms:
        scale = ONE * data.sum_of_weights if term.expected is None else term.expected
        value = evaluate([scale * term.density.density()], result.values, {"": {x.name: points}})[0]
        held[term.name] = np.broadcast_to(value, points.shape)
    return {"total": np.sum(list(held.values()), axis=0), **held}


def _draw(
    x: Observable,
    channel: str,
    edges: Array,
    counts: Array,
    variances: Array,
    model: Array,
    grid: Array,
    curves: dict[str, Array],
    result: FitResult,
) -> Figure:
    import mplhep
    from matplotlib import rc_context, style
    from matplotlib.figure import Figure

    with style.context(mplhep.style.LHCb2), rc_context(_LOOK):
        figure = Figure(figsize=(8, 7), layout="constrained")
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(3.5, 1))
        centres, width = (edges[:-1] + edges[1:]) / 2, edges[1] - edges[0]
        if len(curves) > 2:
            for i, (name, values) in enumerate(list(curves.items())[1:]):
                top.plot(grid, values, "--", color=f"C{i + 1}", label=name)
        top.plot(grid, curves["total"], color="C0", label="fit")
        top.errorbar(centres, counts, np.sqrt(variances), width / 2, fmt="k.", label="data", zorder=5)
        unit = f" {x.unit}" if x.unit else ""
        top.set_ylabel(f"events / ({width:.3g}{unit})")
        top.set_ylim(0, 1.2 * float(np.max(counts + np.sqrt(variances), initial=1e-9)))
        top.legend(title=channel if result.valid else f"{channel}: not a valid fit")
        spread = np.sqrt(np.where(model > 0, model * _spread(counts, variances), 1.0))
        pulls = np.where(model > 0, (counts - model) / spread, 0.0)
        bottom.bar(centres, pulls, width, color="0.6")
        reach = max(4.0, 1.1 * float(np.max(np.abs(pulls), initial=0)))
        bottom.set(ylim=(-reach, reach), ylabel="pull", xlim=(edges[0], edges[-1]))
        bottom.axhline(0, color="k", linewidth=0.8)
        label = f"${x.latex}$" if x.latex else x.name
        bottom.set_xlabel(f"{label} [{x.unit}]" if x.unit else label)
        figure.align_ylabels()
    return figure


def _spread(counts: Array, variances: Array) -> float:
    """The variance per expected event: 1 without weights, else the mean weight of an event."""
    total = float(np.sum(counts))
    return float(np.sum(variances)) / total if total > 0 else 1.0
