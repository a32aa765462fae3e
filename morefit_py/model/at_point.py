"""Expressions at one point of the parameters, as functions of columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.graph.meaning import MEANING, evaluate
from morefit_py.graph.node import Node, border, event_independent, walk
from morefit_py.graph.op import Op

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AtPoint:
    """An expression whose values that do not depend on the event are known, once and for all.

    Raises GraphError for a parameter without a value.
    """

    root: Node
    values: Mapping[str, float]
    _known: dict[Node, Any] = field(init=False, repr=False)
    _steps: tuple[tuple[Node, tuple[Node, ...]], ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        outside = border([self.root], event_independent)
        object.__setattr__(self, "_known", dict(zip(outside, evaluate(outside, self.values), strict=True)))
        order = [node for node in walk([self.root], stop=frozenset(outside)) if node not in self._known]
        last = {arg: node for node in order for arg in node.args if arg not in self._known}
        done: dict[Node, list[Node]] = {}
        for arg, node in last.items():
            done.setdefault(node, []).append(arg)
        object.__setattr__(self, "_steps", tuple((node, tuple(done.get(node, ()))) for node in order))

    def __call__(self, columns: Mapping[str, Array]) -> Any:
        """The values on columns of equal length; one number where it does not depend on them."""
        held = dict(self._known)
        with np.errstate(all="ignore"):
            for node, done in self._steps:
                if node.op is Op.COLUMN:
                    held[node] = columns[node.column.name]
                    continue
                held[node] = MEANING[node.op](*(held[arg] for arg in node.args), *node.extra)
                for arg in done:
                    del held[arg]
        return held[self.root]
