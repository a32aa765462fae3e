"""A density of Gaussian kernels, whose places and weights follow systematic variations."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import ONE, ZERO, Node, Operand, as_node, erf, exp, total
from morefit_py.graph.inner import inner
from morefit_py.graph.symbols import Axis, Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.parts.interpolation import additive
from morefit_py.pdfs.parts.rows import fixed_rows
from morefit_py.pdfs.templates.bins import Array, not_negative, numbers


@dataclass(frozen=True, eq=False)
class MorphedKde(Density):
    """sum_i w_i phi((x - c_i)/h)/(h Z_i)/sum_i w_i, each kernel normalised by Z_i on the bounds of x.

    The bandwidth h is in the observable's unit. Centres and weights interpolate additively, by `codes`
    (code0 or code4p), between their nominal values and those `up` and `down` at alpha_s = 1 and -1. Raises
    ModelError for rows of different length, centres outside the bounds, and weights negative or all zero.
    """

    type = "morphed_kde"

    observable: Observable
    bandwidth: float
    centers: tuple[float, ...]
    weights: tuple[float, ...]
    alphas: tuple[Operand, ...] = ()
    centers_up: tuple[tuple[float, ...], ...] = ()
    centers_down: tuple[tuple[float, ...], ...] = ()
    weights_up: tuple[tuple[float, ...], ...] = ()
    weights_down: tuple[tuple[float, ...], ...] = ()
    codes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (math.isfinite(self.bandwidth) and self.bandwidth > 0):
            raise ModelError(f"{self.type}: bandwidth is {self.bandwidth}; it must be > 0")
        lists = (self.centers_up, self.centers_down, self.weights_up, self.weights_down, self.codes)
        if any(len(held) != len(self.alphas) for held in lists):
            raise ModelError(
                f"{self.type}: alphas: {len(self.alphas)} alphas, but "
                + ", ".join(str(len(held)) for held in lists)
                + " centers_up, centers_down, weights_up, weights_down, codes; give one of each for each"
            )
        _ = self._table, self._factors

    @cached_property
    def _table(self) -> dict[str, Array]:
        """Nominal centres and weights, then their changes up and down by variation; only those there are."""
        centers, weights = self._row("centers", self.centers), self._row("weights", self.weights)
        if not weights.sum() > 0:
            raise ModelError(f"{self.type}: weights: all weights are zero; there is no density")
        found = {"center": centers, "weight": weights}
        for s in range(len(self.alphas)):
            for what, nominal in (("center", centers), ("weight", weights)):
                up = self._row(f"{what}s_up[{s}]", getattr(self, f"{what}s_up")[s])
                down = self._row(f"{what}s_down[{s}]", getattr(self, f"{what}s_down")[s])
                for side, change in (("up", up - nominal), ("down", nominal - down)):
                    if np.any(change):
                        found[f"{what} {side} {s}"] = change
        return found

    def _row(self, name: str, values: tuple[float, ...]) -> Array:
        """Centres or weights, one for each kernel; raises ModelError for others."""
        x, places = self.observable, name.startswith("center")
        held = numbers(self.type, name, values) if places else not_negative(self.type, name, values)
        if len(held) != len(self.centers) or not len(held):
            raise ModelError(f"{self.type}: {name} has {len(held)} values for {len(self.centers)} centers")
        outside = np.flatnonzero((held < x.low) | (held > x.high))
        if places and outside.size:
            raise ModelError(
                f"{self.type}: {name}[{outside[0]}] is {held[outside[0]]:g}; centers lie outside the bounds "
                f"[{x.low:g}, {x.high:g}]"
            )
        return held

    @cached_property
    def _factors(self) -> dict[str, Node]:
        """What multiplies each change."""
        found: dict[str, Node] = {}
        for s, (alpha, code) in enumerate(zip(self.alphas, self.codes, strict=True)):
            try:
                up, down = additive(alpha, code)
            except ModelError as problem:
                raise ModelError(f"{self.type}: codes[{s}]: {problem}") from None
            for what in ("center", "weight"):
                found |= {f"{what} up {s}": up, f"{what} down {s}": down}
        return found

    @cached_property
    def _rows(self) -> tuple[Axis, dict[str, Node]]:
        return fixed_rows(self.type, self._table)

    def _center(self) -> Node:
        nodes = self._rows[1]
        place = nodes["center"]
        for name, change in nodes.items():
            if name.startswith("center "):
                place = place + self._factors[name] * change
        return place

    def _weighted(self, kernel: Node, summed: Callable[[Axis, Node], Node]) -> Node:
        """The sum over kernels, one sum for each change of the weights, as these are linear in it."""
        axis, nodes = self._rows
        found = ZERO
        for name, weight in nodes.items():
            if name.startswith("weight"):
                found = found + self._factors.get(name, ONE) * summed(axis, weight * kernel)
        return found

    def _content(self, low: Operand, high: Operand) -> Node:
        """The integral of a kernel without its normalisation."""
        scale = 1.0 / (self.bandwidth * math.sqrt(2.0))
        center = self._center()
        return (erf((as_node(high) - center) * scale) - erf((as_node(low) - center) * scale)) / 2.0

    def shape(self) -> Node:
        x, h = self.observable, self.bandwidth
        kernel = exp(-(((x - self._center()) / h) ** 2) / 2.0) / (h * math.sqrt(2.0 * math.pi))
        return self._weighted(kernel / self._content(x.low, x.high), inner)

    def integral(self) -> Node:
        return self._weighted(ONE, total)

    def between(self, low: Operand, high: Operand) -> Node:
        x = self.observable
        return self._weighted(self._content(low, high) / self._content(x.low, x.high), inner)
