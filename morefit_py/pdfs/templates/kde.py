"""A density of Gaussian kernels at given points."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.templates.bins import Array
from morefit_py.pdfs.templates.morphed_kde import MorphedKde


@dataclass(frozen=True, eq=False)
class Kde(Density):
    """sum_i w_i phi((x - c_i)/h)/(h Z_i)/sum_i w_i, each kernel normalised by Z_i on the bounds of x.

    The bandwidth h and the centres are in the observable's unit; without weights all count the same. Raises
    ModelError for a bandwidth that is not positive, centres outside the bounds, and weights of another
    number, negative or all zero.
    """

    type = "kde"

    observable: Observable
    bandwidth: float
    centers: tuple[float, ...]
    weights: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        _ = self._kernels

    @classmethod
    def from_sample(
        cls, x: Observable, sample: Any, weights: Any = None, bandwidth: float | None = None
    ) -> Kde:
        """Kernels at the events of a sample; the bandwidth by Silverman's rule unless given.

        h = 0.9 min(s, IQR/1.34) n^(-1/5), n the effective number of events (B. W. Silverman, Density
        Estimation, 1986, eq. 3.31). Raises ModelError as the density does.
        """
        values = np.asarray(sample, dtype=np.float64)
        held = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
        if bandwidth is None:
            bandwidth = _silverman(values, held)
        return cls(x, bandwidth, tuple(values.tolist()), () if weights is None else tuple(held.tolist()))

    @cached_property
    def _kernels(self) -> MorphedKde:
        weights = self.weights or (1.0,) * len(self.centers)
        try:
            return MorphedKde(self.observable, self.bandwidth, self.centers, weights)
        except ModelError as problem:
            raise ModelError(str(problem).replace(MorphedKde.type, self.type, 1)) from None

    def shape(self) -> Node:
        return self._kernels.shape()

    def integral(self) -> Node:
        return self._kernels.integral()

    def between(self, low: Operand, high: Operand) -> Node:
        return self._kernels.between(low, high)


def _silverman(values: Array, weights: Array) -> float:
    if len(values) < 2 or not weights.sum() > 0:
        raise ModelError(f"kde: {len(values)} events have no spread to take a bandwidth from; give one")
    order = np.argsort(values)
    content = (np.cumsum(weights[order]) - weights[order] / 2.0) / weights.sum()
    quartiles = np.interp([0.25, 0.75], content, values[order])
    mean = np.average(values, weights=weights)
    spread = math.sqrt(np.average((values - mean) ** 2, weights=weights))
    narrow = min(spread, float(quartiles[1] - quartiles[0]) / 1.34) or spread
    size = weights.sum() ** 2 / np.sum(weights**2)
    if not narrow > 0:
        raise ModelError("kde: all events have the same value; give a bandwidth")
    return float(0.9 * narrow * size**-0.2)
