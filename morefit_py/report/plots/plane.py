"""The data of two observables as counts, beside what the fitted model expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from morefit_py.errors import ModelError, nearest
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.result import FitResult
from morefit_py.model.model import Model
from morefit_py.model.sampling import Sampler
from morefit_py.report.plots.style import drawn, labelled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Events of the model for every event of the data: its own fluctuations are then hardly seen.
_TIMES, _MOST = 20, 400_000


def plane(
    fit: CompiledFit, result: FitResult, first: str, second: str, channel: str | None = None, bins: int = 40
) -> Figure:
    """Two observables of a channel against each other: the data, and a large toy of the model.

    Raises ModelError for unknown names, MorefitError where matplotlib is missing.
    """
    channel = channel or next(iter(fit.model.channels))
    if channel not in fit.model.channels:
        raise ModelError(f"no channel {channel!r}{nearest(channel, fit.model.channels)}")
    mixture, data = fit.model.channels[channel], fit.data[channel]
    known = {x.name: x for x in mixture.observables}
    for name in (first, second):
        if name not in known:
            raise ModelError(f"no observable {name!r}{nearest(name, known)}")
    x, y = known[first], known[second]
    edges = [np.linspace(axis.low, axis.high, bins + 1) for axis in (x, y)]
    counts = np.histogram2d(data[first], data[second], edges, weights=data.weights)[0]
    alone = Model({channel: mixture})
    values = {parameter.name: result.values[parameter.name] for parameter in alone.parameters}
    size = int(min(_TIMES * len(data), _MOST))
    rows = np.arange(size) % len(data)
    given = {axis.name: data[axis.name][rows] for axis in mixture.given} or None
    toy = Sampler(alone, values).draw(1, size, given)
    assert not isinstance(toy, dict)
    model = np.histogram2d(toy[first], toy[second], edges)[0] * (counts.sum() / size)
    with drawn(13, 5.5) as figure:
        panels = figure.subplots(1, 2, sharex=True, sharey=True)
        top = float(max(counts.max(), model.max(), 1e-9))
        for axes, held, title in zip(panels, (counts, model), ("data", "model"), strict=True):
            shown = axes.pcolormesh(*edges, held.T, vmin=0.0, vmax=top, cmap="viridis", rasterized=True)
            axes.set(title=title, xlabel=labelled(x), ylabel=labelled(y))
        figure.colorbar(shown, ax=panels, label="events")
    return figure
