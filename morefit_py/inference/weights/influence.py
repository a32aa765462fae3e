"""What each event does to a fit of weighted events: by its own term, and through the weights of all others.

The weights depend on estimates that solve equations of their own. For sWeights, with r = p/f and
f = sum n p, these are sum_i v_i r_i = 1 for the yields n, W = sum_i v_i r_i r_i^T, and w = v (W^-1 e).r; for
both kinds the parameters of the densities have their fit. An event moves the estimates, and they move the sum
of w_i s_i that the fit makes zero.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from morefit_py.inference.weights.components import columns_for, rows
from morefit_py.inference.weights.event_weights import EventWeights
from morefit_py.inference.weights.overlap import overlap_slopes

Array = NDArray[np.float64]

_BLOCK = 1 << 16


@dataclass(frozen=True)
class Influence:
    """`given` (n, T) is w_i s_i; `whole` (n, T) has what event i does to the weights as well.

    `elsewhere` (T, T) is how the parameters of the densities fluctuate for reasons other than these events.
    """

    given: Array
    whole: Array
    elsewhere: Array
    shapes: tuple[str, ...]


def influence(weights: EventWeights, positions: list[int], scores: Array) -> Influence:
    """The influence of n events with `scores` (n, T), weighted for the components at `positions`."""
    event = _Events.of(weights, positions)
    given = event.weight[:, None] * scores
    whole, slopes = (_from_data if weights.origin.from_data else _from_integrals)(weights, event, scores)
    shapes = weights.origin.shapes
    names = event.shapes
    elsewhere = np.zeros((scores.shape[1],) * 2)
    if shapes is not None and names:
        moved = slopes @ shapes.picture.covariance[shapes.index(names)]
        own = weights.origin.own_weights[:, None] * shapes.scores()
        whole = whole + own @ moved.T
        elsewhere = moved @ shapes.others(own.T @ own) @ moved.T
    return Influence(given, whole, elsewhere, names)


@dataclass(frozen=True)
class _Events:
    """The events, K densities over the variance function each, `ratios` (n, K), and what their weight is of.

    `chosen` (K,) is A e, so that the weight is `factor` * chosen . ratios; `shapes` are the parameters of the
    densities that were fitted.
    """

    weights: EventWeights
    columns: dict[str, Array]
    ratios: Array
    factor: Array
    chosen: Array
    shapes: tuple[str, ...]

    @classmethod
    def of(cls, weights: EventWeights, positions: list[int]) -> _Events:
        densities, origin = weights.densities, weights.origin
        columns = columns_for(weights.method, densities.observables, weights.data.columns)
        below = rows([weights.variance], {}, columns)
        moved = origin.shapes.moved if origin.shapes is not None else ()
        held = {parameter.name for parameter in densities.parameters}
        chosen = weights.matrix[positions].sum(axis=0)
        shapes = tuple(name for name in moved if name in held)
        return cls(weights, columns, densities.evaluate(columns) / below, origin.factor, chosen, shapes)

    @property
    def weight(self) -> Array:
        return np.asarray(self.factor * (self.ratios @ self.chosen))

    def slopes(self) -> Iterator[tuple[slice, Array]]:
        """The derivatives (rows, K, F) of the ratios by the shapes, the variance function held, in blocks."""
        for begin in range(0, len(self.ratios), _BLOCK):
            part = slice(begin, begin + _BLOCK)
            columns = {name: column[part] for name, column in self.columns.items()}
            below = rows([self.weights.variance], {}, columns)
            yield part, self.weights.densities.slopes(columns, self.shapes) / below[:, :, None]


def _from_data(weights: EventWeights, event: _Events, scores: Array) -> tuple[Array, Array]:
    """For sWeights: the influence without that of the shapes, and the derivative (T, F) by these."""
    r, v, w, a = event.ratios, event.factor, event.weight, event.chosen
    inverse = weights.matrix
    # The score that is expected at r: of its components' means, each with its share in r.
    means = (v[:, None] * r @ inverse).T @ scores
    expected = r @ means
    by_yields = (2.0 * expected - scores).T @ (w[:, None] * r)
    whole = w[:, None] * (scores - expected) + v[:, None] * (r @ inverse @ by_yields.T)
    yields = inverse.sum(axis=1)
    by_shapes = np.zeros((scores.shape[1], len(event.shapes)))
    moved = np.zeros((len(a), len(event.shapes)))
    for part, dp in event.slopes() if event.shapes else ():
        dr = dp - r[part, :, None] * np.einsum("l,ilf->if", yields, dp)[:, None, :]
        off = v[part, None] * (scores[part] - expected[part])
        by_shapes += np.einsum("it,ikf,k->tf", off, dr, a)
        by_shapes -= np.einsum("i,ikf,kt->tf", w[part], dr, means)
        moved += np.einsum("i,ikf->kf", v[part], dr)
    return whole, by_shapes + by_yields @ inverse @ moved


def _from_integrals(weights: EventWeights, event: _Events, scores: Array) -> tuple[Array, Array]:
    """For COWs: as `_from_data`; the variance function has no influence, whatever it is."""
    w, a = event.weight, event.chosen
    by_shapes = np.zeros((scores.shape[1], len(event.shapes)))
    if event.shapes:
        turned = np.einsum("kl,lmf,m->kf", weights.matrix, overlap_slopes(weights, event.shapes), a)
        by_shapes -= (event.factor[:, None] * scores).T @ event.ratios @ turned
        for part, dp in event.slopes():
            weighted = event.factor[part, None] * scores[part]
            by_shapes += np.einsum("it,ikf,k->tf", weighted, dp, a)
    return w[:, None] * scores, by_shapes
