"""Events where a channel's densities vanish by construction, such as those outside the ranges of a fit."""

from __future__ import annotations

import numpy as np

from morefit_py.errors import DataError
from morefit_py.graph.build import FALSE, TRUE, logical_or
from morefit_py.graph.meaning import evaluate
from morefit_py.model.columns.disk import blocks
from morefit_py.model.dataset import Dataset
from morefit_py.pdfs.composition.mixture import Mixture


def check_inside(channel: str, mixture: Mixture, data: Dataset) -> None:
    """Raises DataError for events that no component of a channel can describe."""
    condition = FALSE
    for term in mixture.terms:
        condition = logical_or(condition, term.density.inside())
    if condition is TRUE:
        return
    columns = {x.name: data[x.name] for x in mixture.observables}
    found = []
    for begin, rows in blocks(*columns.values()):
        (inside,) = evaluate([condition], {}, {"": dict(zip(columns, rows, strict=True))})
        found.append(begin + np.flatnonzero(~np.broadcast_to(inside, len(rows[0]))))
    outside = np.concatenate(found)
    if outside.size:
        shown = ", ".join(f"{name} = {values[outside[0]]:.10g}" for name, values in columns.items())
        raise DataError(
            f"{data.source}: {outside.size} of {len(data)} events lie outside the ranges that channel "
            f"{channel!r} is fitted in (row {outside[0]}: {shown}); select the events, none is cut silently"
        )
