"""A density seen through an efficiency."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node, is_operand, log
from morefit_py.graph.node import leaves
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.integration.kinks import kinks, stationary_points


@dataclass(frozen=True, eq=False)
class Accepted(Density):
    """p(x) e(x)/integral(p e): a density times the efficiency to see an event there.

    The efficiency is an expression of the density's observables and of parameters; a constant factor in
    it cancels. It must not be negative. Raises ModelError for an efficiency of other observables.
    """

    type = "accepted"

    base: Density
    efficiency: Node

    def __post_init__(self) -> None:
        if not is_operand(self.efficiency):
            raise ModelError(
                f"{self.type}: the efficiency is {self.efficiency!r}; give an expression of the observables"
            )
        object.__setattr__(self, "efficiency", as_node(self.efficiency))
        super().__post_init__()
        own = {x.identity for x in (*self.observables, *self.base.given)}
        for node in leaves([self.efficiency], Op.COLUMN):
            if node.column.identity not in own:
                raise ModelError(
                    f"{self.type}: the efficiency depends on {node.column.name!r} on "
                    f"[{node.column.low:g}, {node.column.high:g}], which {self.base.type} does not"
                )

    @property
    def observables(self) -> tuple[Observable, ...]:
        return self.base.observables

    def shape(self) -> Node:
        return self.base.shape() * self.efficiency

    def log_shape(self) -> Node:
        return self.base.log_shape() + log(self.efficiency)

    def breaks(self) -> tuple[Operand, ...]:
        if len(self.observables) > 1:
            return ()
        return (*self.base.breaks(), *kinks(self.efficiency, self.x))

    def landmarks(self) -> tuple[Operand, ...]:
        if len(self.observables) > 1:
            return ()
        found = (*self.base.landmarks(), *kinks(self.efficiency, self.x))
        return (*found, *stationary_points(self.efficiency, self.x))

    def inside(self) -> Node:
        return self.base.inside()

    def room(self) -> Node:
        return self.base.room()
