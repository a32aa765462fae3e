"""Where a compiled kernel keeps what: plain numbers and text, all a backend needs beside the binary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from morefit_py.graph.node import Node
from morefit_py.graph.symbols import Axis
from morefit_py.graph.text import read, write
from morefit_py.kernel.plan import KernelPlan, Loop, Scalars, Tabulation

# Points of a grid that are tabulated at a time: few, so that threads can share them.
TABULATED = 64


@dataclass(frozen=True)
class Phase:
    """One function of the source: a scalar phase, or a pass over an axis (`axis` is then its name).

    A loop leaves `sums` in the state from `first_sum` on; a tabulation leaves as many tables there, each of
    the length of the axis, `points`.
    """

    function: str
    axis: str | None = None
    columns: tuple[int, ...] = ()
    sums: int = 0
    first_sum: int = 0
    points: int = 0


@dataclass(frozen=True)
class OrderLayout:
    """One order's functions in sequence, and the places in its state."""

    results: int
    first_parameter: int
    first_moment: int
    moments: tuple[int, ...]
    state_size: int
    phases: tuple[Phase, ...]


@dataclass(frozen=True)
class AxisColumns:
    """The columns of one axis, as canonical graph text, in the order loops number them."""

    graph: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Everything about a generated source that is needed to run it."""

    parameters: tuple[str, ...]
    orders: dict[int, OrderLayout]
    axes: dict[str, AxisColumns]
    moments: str
    chunk: int

    def to_json(self) -> str:
        """The layout as JSON text that `from_json` reads back."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @staticmethod
    def from_json(text: str | bytes) -> Layout:
        """Reads what `to_json` wrote; the cache has verified that it is that."""
        held: dict[str, Any] = json.loads(text)
        return Layout(
            parameters=tuple(held["parameters"]),
            orders={int(order): _order_of(entry) for order, entry in held["orders"].items()},
            axes={
                name: AxisColumns(entry["graph"], tuple(entry["names"]))
                for name, entry in held["axes"].items()
            },
            moments=held["moments"],
            chunk=held["chunk"],
        )

    def column_expressions(self, axis: str, axes: Mapping[str, Axis] | None = None) -> list[Node]:
        """The data-only expressions behind the columns of an axis; `axes` are those that they sum over."""
        return read(self.axes[axis].graph, axes=axes)

    def moment_expressions(self, axes: Mapping[str, Axis]) -> list[Node]:
        """The sums over the data that do not depend on parameters."""
        return read(self.moments, axes=axes)


def _order_of(held: dict[str, Any]) -> OrderLayout:
    phases = tuple(Phase(**(phase | {"columns": tuple(phase["columns"])})) for phase in held["phases"])
    return OrderLayout(**(held | {"moments": tuple(held["moments"]), "phases": phases}))


def function_name(order: int, index: int, phase: object) -> str:
    """The name of a phase's function in the source."""
    kind = {Loop: "loop", Tabulation: "tables"}.get(type(phase), "scalars")
    return f"mf_{kind}_{order}_{index}"


def layout(plans: Mapping[int, KernelPlan], chunk: int) -> Layout:
    """The layout of a source that holds these plans."""
    columns: dict[str, list[Node]] = {}
    moments: dict[Node, int] = {}
    for plan in plans.values():
        for loop in plan.passes:
            held = columns.setdefault(loop.axis.name, [])
            held.extend(node for node in loop.columns if node not in held)
        for _, node in plan.moments:
            moments.setdefault(node, len(moments))
    orders = {order: _order(plan, columns, moments) for order, plan in plans.items()}
    axes = {
        name: AxisColumns(graph=write(nodes), names=tuple(map(repr, nodes)))
        for name, nodes in columns.items()
    }
    parameters = next(iter(plans.values())).parameters
    return Layout(
        parameters=tuple(parameter.name for parameter in parameters),
        orders=orders,
        axes=axes,
        moments=write(moments),
        chunk=chunk,
    )


def _order(plan: KernelPlan, columns: dict[str, list[Node]], moments: dict[Node, int]) -> OrderLayout:
    phases = []
    for index, phase in enumerate(plan.phases):
        name = function_name(plan.order, index, phase)
        if not isinstance(phase, Scalars):
            numbers = tuple(columns[phase.axis.name].index(node) for node in phase.columns)
            phases.append(
                Phase(
                    function=name,
                    axis=phase.axis.name,
                    columns=numbers,
                    sums=len(phase.terms),
                    first_sum=phase.first_sum if isinstance(phase, Loop) else phase.first_value,
                    points=0 if isinstance(phase, Loop) else phase.points,
                )
            )
        else:
            phases.append(Phase(function=name))
    return OrderLayout(
        results=plan.results,
        first_parameter=plan.first_parameter,
        first_moment=plan.first_parameter + len(plan.parameters),
        moments=tuple(moments[node] for _, node in plan.moments),
        state_size=plan.state_size,
        phases=tuple(phases),
    )
