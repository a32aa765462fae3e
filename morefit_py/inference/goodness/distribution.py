"""The fitted distribution of one channel: expected counts in bins, and the distribution function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import ModelError, nearest
from morefit_py.fit.compiled import CompiledFit
from morefit_py.fit.result import FitResult
from morefit_py.graph.build import ONE, ZERO, Node, add, mul
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import leaves
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable
from morefit_py.model.binned import high_name, low_name
from morefit_py.model.binned_nll import expected
from morefit_py.model.dataset import Dataset
from morefit_py.pdfs.composition.mixture import Mixture

Array = NDArray[np.float64]

# Pieces that a range is cut into, so that integrals without a closed form are over little of it.
_PIECES = 512
_BLOCK = 1 << 18


@dataclass(frozen=True, eq=False)
class Distribution:
    """A channel's mixture at `values` of its parameters, for the events of `data`."""

    channel: str
    mixture: Mixture
    values: Mapping[str, float]
    data: Dataset

    def observable(self, name: str | None) -> Observable:
        """An observable of the channel by its name, or its only one; raises ModelError."""
        held = {x.name: x for x in self.modelled}
        if name is None:
            if len(held) > 1:
                raise ModelError(f"channel {self.channel!r} has observables {', '.join(held)}; say which")
            return next(iter(held.values()))
        if name not in held:
            raise ModelError(f"channel {self.channel!r}: no observable {name!r}{nearest(name, held)}")
        return held[name]

    @property
    def modelled(self) -> tuple[Observable, ...]:
        """The observables of the channel without those that it is conditional on."""
        return tuple(x for x in self.mixture.observables if x not in self.mixture.given)

    @property
    def total(self) -> float:
        """The expected number of events; the observed one where the model is not extended."""
        if not self.mixture.extended:
            return self.data.sum_of_weights
        return float(evaluate([self.mixture.expected()], self.values)[0])

    def free(self, result: FitResult) -> list[str]:
        """The parameters of this channel that a fit determined: neither fixed nor at a limit."""
        roots = [term.expected for term in self.mixture.terms if term.expected is not None]
        names = {node.parameter.name for node in leaves(roots, Op.PARAM)}
        names |= {p.name for term in self.mixture.terms for p in term.density.parameters}
        held = set(result.fixed) | set(result.at_limit)
        return [name for name in result.parameters if name in names - held]

    def counts(self, edges: Mapping[str, Array]) -> Array:
        """The expected counts of a grid of bins, of the shape that the edges of some observables make.

        Over all of the bounds of the other observables. Raises ModelError for densities that cannot be
        integrated over bins.
        """
        shape = tuple(len(ends) - 1 for ends in edges.values())
        if len(edges) == 1:
            ((name, ends),) = edges.items()
            x = self.observable(name)
            inner = np.linspace(x.low, x.high, self._pieces + 1)
            fine = np.unique(np.concatenate([ends, inner[(inner > ends[0]) & (inner < ends[-1])]]))
            place = np.searchsorted(ends, fine[:-1], side="right") - 1
            pieces = self._boxes({name: (fine[:-1], fine[1:])}, len(fine) - 1)
            return np.bincount(place, pieces, minlength=shape[0]).astype(np.float64)
        mesh = np.meshgrid(*[np.arange(size) for size in shape], indexing="ij")
        boxes = {
            name: (ends[:-1][place.ravel()], ends[1:][place.ravel()])
            for (name, ends), place in zip(edges.items(), mesh, strict=True)
        }
        return self._boxes(boxes, int(np.prod(shape))).reshape(shape)

    @property
    def _pieces(self) -> int:
        """A conditional density is integrated for each event, so that fewer pieces must do."""
        return _PIECES // 8 if self.mixture.given else _PIECES

    def edges_of_equal_content(self, x: Observable, bins: int) -> Array:
        """Edges between which about as many events are expected."""
        fine = np.linspace(x.low, x.high, (1 if self.mixture.given else 8) * self._pieces + 1)
        content = np.concatenate(
            [[0.0], np.cumsum(self._boxes({x.name: (fine[:-1], fine[1:])}, len(fine) - 1))]
        )
        inner = np.interp(np.linspace(0.0, 1.0, bins + 1)[1:-1] * content[-1], content, fine)
        return np.unique(np.concatenate([[x.low], inner, [x.high]]))

    def probabilities(self, x: Observable) -> tuple[Array, Array]:
        """F and 1 - F of each event (n,), F the distribution function of an observable at its value.

        Given what the density is conditional on, of each event by itself. Neither is made from the other,
        so that both tails keep their digits.
        """
        values = self.data[x.name]
        if self.mixture.given:
            below, above = self._conditional(x, values)
        else:
            points = np.linspace(x.low, x.high, _PIECES + 1)
            fine = np.unique(np.concatenate([points, values]))
            pieces = self._boxes({x.name: (fine[:-1], fine[1:])}, len(fine) - 1)
            place = np.searchsorted(fine, values)
            below = np.concatenate([[0.0], np.cumsum(pieces)])[place]
            above = np.concatenate([[0.0], np.cumsum(pieces[::-1])])[::-1][place]
        whole = below + above
        return below / whole, above / whole

    def _conditional(self, x: Observable, values: Array) -> tuple[Array, Array]:
        below, above = np.zeros(len(values)), np.zeros(len(values))
        for low, high in pairwise(np.linspace(x.low, x.high, 33).tolist()):
            cut = np.clip(values, low, high)
            below += self._rows(x, np.full(len(values), low), cut)
            above += self._rows(x, cut, np.full(len(values), high))
        return below, above

    def _boxes(self, boxes: Mapping[str, tuple[Array, Array]], size: int) -> Array:
        """The expected counts (size,) of boxes, by their lower and upper edges in some observables."""
        scale = 1.0 if self.mixture.extended else self.data.sum_of_weights
        if self.mixture.given:
            ((name, (low, high)),) = boxes.items()
            x = self.observable(name)
            found = np.empty(size)
            for k in range(size):
                row = np.full(len(self.data), low[k]), np.full(len(self.data), high[k])
                found[k] = np.average(self._rows(x, *row), weights=self.data.weights)
            return scale * found
        columns: dict[str, Array] = {}
        for x in self.modelled:
            low, high = boxes.get(x.name, (np.full(size, x.low), np.full(size, x.high)))
            columns |= {low_name(x.name): low, high_name(x.name): high}
        return scale * _evaluated(expected(self.mixture), self.values, columns, size)

    def _rows(self, x: Observable, low: Array, high: Array) -> Array:
        """The content (n,) between two points for each event, given what its density is conditional on."""
        root = ZERO
        ends = (Observable(name, x.low, x.high) for name in (low_name(x.name), high_name(x.name)))
        a, b = ends
        for term in self.mixture.terms:
            if term.density.observables != (x,):
                raise ModelError(
                    f"channel {self.channel!r}: component {term.name!r} is conditional, and a density of "
                    f"{len(term.density.observables)} observables; it cannot be projected onto {x.name!r}"
                )
            scale = ONE if term.expected is None else term.expected
            root = add(root, mul(scale, term.density.between(a, b) / term.density.integral()))
        given = {y.name: self.data[y.name] for y in self.mixture.given}
        columns = {low_name(x.name): low, high_name(x.name): high, **given}
        return _evaluated(root, self.values, columns, len(low))


def _evaluated(root: Node, values: Mapping[str, float], columns: Mapping[str, Array], size: int) -> Array:
    found = np.empty(size)
    for begin in range(0, size, _BLOCK):
        part = slice(begin, min(begin + _BLOCK, size))
        held = {name: column[part] for name, column in columns.items()}
        found[part] = evaluate([root], values, {"": held})[0]
    return found


def distribution(fit: CompiledFit, result: FitResult, channel: str | None = None) -> Distribution:
    """The fitted distribution of a channel, or of the only one; raises ModelError for an unknown one."""
    names: Sequence[str] = list(fit.model.channels)
    if channel is None and len(names) > 1:
        raise ModelError(f"the model has channels {', '.join(names)}; say which")
    name = names[0] if channel is None else channel
    if name not in fit.model.channels:
        raise ModelError(f"no channel {name!r}{nearest(name, names)}")
    return Distribution(name, fit.model.channels[name], result.values, fit.data[name])
