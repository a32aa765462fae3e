"""A density constant in bins, whose contents follow systematic variations."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from morefit_py.errors import ModelError
from morefit_py.graph.build import (
    ZERO,
    Node,
    Operand,
    as_node,
    clamp,
    maximum,
    minimum,
    select,
    total,
)
from morefit_py.graph.symbols import Observable
from morefit_py.graph.table import table
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.parts.interpolation import additive
from morefit_py.pdfs.parts.rows import fixed_rows
from morefit_py.pdfs.templates.bins import Array, bin_edges, not_negative, pseudo_count


@dataclass(frozen=True, eq=False)
class MorphedHistogram(Density):
    """m_i/sum_j m_j/width_i in bin i, m_i = nominal_i + sum_s (I_s,i(alpha_s) - nominal_i) + pseudo_count.

    I_s interpolates additively, by `codes` (code0 or code4p), between the nominal content and `up` and `down`
    at alpha_s = 1 and -1, alpha_s being the s-th of `alphas`. A content that is not positive counts as the
    smallest positive number, with derivative zero. The edges begin and end at the observable's bounds.
    Raises ModelError for edges, contents and codes that do not fit together.
    """

    type = "morphed_histogram"

    observable: Observable
    bin_edges: tuple[float, ...]
    nominal: tuple[float, ...]
    alphas: tuple[Operand, ...]
    up: tuple[tuple[float, ...], ...]
    down: tuple[tuple[float, ...], ...]
    codes: tuple[str, ...]
    pseudo_count: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        pseudo_count(self.type, self.pseudo_count)
        _ = self._contents
        counts = {len(self.alphas), len(self.up), len(self.down), len(self.codes)}
        if len(counts) != 1:
            raise ModelError(
                f"{self.type}: {len(self.alphas)} alphas, {len(self.up)} up, {len(self.down)} down and "
                f"{len(self.codes)} codes; give one of each for every variation"
            )
        _ = self._factors

    @cached_property
    def _edges(self) -> Array:
        return bin_edges(self.type, self.bin_edges, self.observable)

    @cached_property
    def _contents(self) -> Array:
        """Nominal contents, then up - nominal and nominal - down of each variation, (1 + 2 S, bins)."""
        bins = len(self._edges) - 1
        rows = {"nominal": self.nominal}
        for s, (up, down) in enumerate(zip(self.up, self.down, strict=False)):
            rows |= {f"up[{s}]": up, f"down[{s}]": down}
        held = []
        for name, values in rows.items():
            row = not_negative(self.type, name, values)
            if len(row) != bins:
                raise ModelError(f"{self.type}: {name} has {len(row)} values for {bins} bins")
            held.append(row + self.pseudo_count)
        if not held[0].sum() > 0:
            raise ModelError(f"{self.type}: nominal is zero in every bin; there is no density")
        changes = [held[0]]
        for risen, fallen in zip(held[1::2], held[2::2], strict=True):
            changes += [risen - held[0], held[0] - fallen]
        return np.array(changes)

    @cached_property
    def _factors(self) -> list[Node]:
        """What multiplies each change of the contents."""
        try:
            return [f for pair in zip(self.alphas, self.codes, strict=True) for f in additive(*pair)]
        except ModelError as problem:
            raise ModelError(f"{self.type}: codes: {problem}") from None

    def _content(self, rows: list[Node]) -> Node:
        """The content of a bin whose nominal content and changes are given."""
        found = rows[0]
        for factor, change in zip(self._factors, rows[1:], strict=True):
            found = found + factor * change
        return select(found > 0.0, found, sys.float_info.min)

    def shape(self) -> Node:
        x = self.observable
        content = self._content([table(self._edges, row, x) for row in self._contents])
        return content * table(self._edges, 1.0 / np.diff(self._edges), x)

    def integral(self) -> Node:
        axis, rows = fixed_rows(self.type, {f"content {i}": row for i, row in enumerate(self._contents)})
        return total(axis, self._content(list(rows.values())))

    def between(self, low: Operand, high: Operand) -> Node:
        found = ZERO
        for i, (a, b) in enumerate(zip(self._edges[:-1], self._edges[1:], strict=True)):
            overlap = clamp(minimum(high, float(b)) - maximum(low, float(a)), 0.0, float(b - a))
            content = self._content([as_node(float(row[i])) for row in self._contents])
            found = found + content * overlap / float(b - a)
        return found

    def breaks(self) -> tuple[Operand, ...]:
        return tuple(float(edge) for edge in self._edges[1:-1])
