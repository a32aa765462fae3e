"""The plan of a kernel: which values are computed when, and where they are kept.

One array of doubles, the *state*, holds everything a call knows: results first, then parameters,
moments of the data, values the loops read, the tables of curves, and the sums that loops leave. Scalar
phases (once a call), tabulations (once a point of a grid) and loops (once an event) alternate until the
results are there.
"""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.graph.build import param
from morefit_py.graph.curve import Grid
from morefit_py.graph.node import Node, walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis, Parameter
from morefit_py.kernel.levels import sum_levels
from morefit_py.kernel.schedule import schedule, schedule_passes
from morefit_py.passes.counts import is_moment
from morefit_py.passes.local import outer_values
from morefit_py.passes.pipeline import Optimised

# Values in one scalar phase: compilers take more than linear time in the length of a function.
LONGEST_SCALARS = 500


@dataclass(frozen=True)
class Scalars:
    """Values computed once a call: what is read from the state, computed in order, and stored."""

    level: int
    reads: tuple[tuple[int, Node], ...]
    body: tuple[Node, ...]
    stores: tuple[tuple[int, Node], ...]


@dataclass(frozen=True)
class Loop:
    """One pass over the rows of an axis: columns and state values read, body, and sums left.

    The sums lie in the state from `first_sum` on, in order; `tables` says where those of curves begin.
    """

    level: int
    axis: Axis
    columns: tuple[Node, ...]
    reads: tuple[tuple[int, Node], ...]
    body: tuple[Node, ...]
    terms: tuple[Node, ...]
    first_sum: int
    tables: tuple[tuple[Node, int], ...] = ()


@dataclass(frozen=True)
class Tabulation:
    """One pass over the points of a grid that leaves the values of terms, in slots, at each of them.

    `reads` are the slots with the places of what they stand for. The tables lie in the state from
    `first_value` on, one after the other.
    """

    level: int
    axis: Axis
    columns: tuple[Node, ...]
    reads: tuple[tuple[int, Node], ...]
    body: tuple[Node, ...]
    terms: tuple[Node, ...]
    first_value: int

    @property
    def points(self) -> int:
        return len(next(iter(self.axis.rows.values())))


Phase = Scalars | Loop | Tabulation


@dataclass(frozen=True)
class KernelPlan:
    """Everything one order of evaluation needs, in the order it happens."""

    order: int
    parameters: tuple[Parameter, ...]
    results: int
    first_parameter: int
    moments: tuple[tuple[int, Node], ...]
    phases: tuple[Phase, ...]
    state_size: int

    @property
    def loops(self) -> tuple[Loop, ...]:
        return tuple(phase for phase in self.phases if isinstance(phase, Loop))

    @property
    def passes(self) -> tuple[Loop | Tabulation, ...]:
        """What goes over the rows of an axis."""
        return tuple(phase for phase in self.phases if not isinstance(phase, Scalars))


def plan(optimised: Optimised, order: int) -> KernelPlan:
    """Cut one order of an optimised objective by stage and lay out its state."""
    return _Planner(optimised, order).plan()


# A grid, a term, and its slots with what they stand for.
Table = tuple[Grid, Node, tuple[Node, ...], tuple[Node, ...]]


class _Planner:
    def __init__(self, optimised: Optimised, order: int) -> None:
        self.order = order
        self.parameters = optimised.parameters
        self.roots = optimised.roots[order]
        self.columns = optimised.columns
        self.slots: dict[Node, int] = {}
        self.tables: dict[Table, int] = {}
        self.size = len(self.roots)

    def plan(self) -> KernelPlan:
        first_parameter = self.size
        for parameter in self.parameters:
            self._slot(param(parameter))
        sums = [node for node in walk(self.roots) if node.op is Op.SUM]
        moments = tuple((self._slot(node), node) for node in sums if is_moment(node))
        phases: list[Phase] = []
        for level, group in enumerate(self._levels([node for node in sums if not is_moment(node)])):
            inputs = {axis: outer_values(node.args[0] for node in terms) for axis, terms in group.items()}
            wanted = dict.fromkeys(node for needed in inputs.values() for node in needed)
            fresh = [node for node in wanted if node not in self.slots]
            if fresh:
                phases += self._scalars(level, [(self._slot_later(node), node) for node in fresh])
            phases += self._tabulations(level, [node.args[0] for terms in group.values() for node in terms])
            for axis, terms in group.items():
                phases.append(self._loop(level, axis, terms, inputs[axis]))
        phases += self._scalars(len(phases), list(enumerate(self.roots)))
        return KernelPlan(
            self.order, self.parameters, len(self.roots), first_parameter, moments, tuple(phases), self.size
        )

    def _slot(self, node: Node) -> int:
        if node not in self.slots:
            self.slots[node] = self.size
            self.size += 1
        return self.slots[node]

    def _slot_later(self, node: Node) -> int:
        """Reserve a slot for a value that is not readable before this phase has run."""
        self.size += 1
        return self.size - 1

    def _levels(self, sums: list[Node]) -> list[dict[Axis, list[Node]]]:
        """The sums by level and axis: those of a level need only sums of the levels before."""
        level = sum_levels(self.roots, sums)
        groups: list[dict[str, list[Node]]] = [{} for _ in range(1 + max(level.values(), default=-1))]
        axes: dict[str, Axis] = {}
        for node in sums:
            axes.setdefault(node.axis.name, node.axis)
            groups[level[node]].setdefault(node.axis.name, []).append(node)
        return [{axes[name]: held for name, held in group.items()} for group in groups]

    def _scalars(self, level: int, stores: list[tuple[int, Node]]) -> list[Scalars]:
        """The phases that compute and store values: one, or several where one would be too long."""
        targets = dict.fromkeys(node for _, node in stores)
        body = [node for node in schedule(list(targets), self.slots) if node.op is not Op.CONST]
        last_use = {arg: i for i, node in enumerate(body) for arg in node.args}
        pieces = [body[i : i + LONGEST_SCALARS] for i in range(0, len(body), LONGEST_SCALARS)]
        phases = []
        for number, piece in enumerate(pieces[:-1], start=1):
            end = number * LONGEST_SCALARS
            kept = [node for node in piece if node in targets or last_use.get(node, 0) >= end]
            phases.append(self._piece(level, piece, [(self._slot_later(node), node) for node in kept]))
        phases.append(self._piece(level, pieces[-1] if pieces else [], stores))
        return phases

    def _piece(self, level: int, body: list[Node], stores: list[tuple[int, Node]]) -> Scalars:
        used = {arg for node in body for arg in node.args} | {node for _, node in stores}
        reads = tuple((slot, node) for node, slot in self.slots.items() if node in used)
        for slot, node in stores:
            self.slots.setdefault(node, slot)
        return Scalars(level, reads, tuple(body), tuple(stores))

    def _loop(self, level: int, axis: Axis, sums: list[Node], inputs: list[Node]) -> Loop:
        terms = [node.args[0] for node in sums]
        boundary = set(inputs) | self.columns
        body = schedule_passes(list(dict.fromkeys(terms)), boundary)
        columns = [
            node for node in walk(terms, stop=boundary) if node in self.columns or node.op is Op.COLUMN
        ]
        body = [node for node in body if node.op not in (Op.CONST, Op.COLUMN)]
        first = self.size
        for node in sums:
            self._slot(node)
        curves = [node for node in body if node.op is Op.CURVE]
        used = {arg for node in body for arg in (node.args[:1] if node.op is Op.CURVE else node.args)}
        reads = tuple((self.slots[node], node) for node in inputs if node in used or node in terms)
        tables = tuple((node, self.tables[_table(node)]) for node in curves)
        return Loop(level, axis, tuple(columns), reads, tuple(body), tuple(terms), first, tables)

    def _tabulations(self, level: int, terms: list[Node]) -> list[Tabulation]:
        """What tabulates the curves that terms need and that are not there yet: one pass a grid.

        Slots of one name stand for one value in a pass.
        """
        boundary = self.columns.union(self.slots)
        fresh: dict[Table, Node] = {}
        for node in walk(terms, stop=boundary):
            if node.op is Op.CURVE and node not in boundary and _table(node) not in self.tables:
                fresh.setdefault(_table(node), node)
        groups: list[tuple[Grid, dict[Node, Node], list[Node]]] = []
        for node in fresh.values():
            values = dict(zip(node.curve.slots, node.args[1:], strict=True))
            for grid, known, curves in groups:
                if grid == node.curve.grid and all(
                    known.get(slot, arg) is arg for slot, arg in values.items()
                ):
                    known |= values
                    curves.append(node)
                    break
            else:
                groups.append((node.curve.grid, values, [node]))
        return [self._tabulation(level, *group) for group in groups]

    def _tabulation(self, level: int, grid: Grid, values: dict[Node, Node], curves: list[Node]) -> Tabulation:
        first = self.size
        for node in curves:
            self.tables[_table(node)] = self.size
            self.size += grid.points
        terms = [node.curve.term for node in curves]
        order = schedule_passes(list(dict.fromkeys(terms)), {*values, grid.point})
        body = [node for node in order if node.op is not Op.CONST]
        reads = tuple((self.slots[value], slot) for slot, value in values.items())
        return Tabulation(level, grid.axis, (grid.point,), reads, tuple(body), tuple(terms), first)


def _table(node: Node) -> Table:
    """What the table of a curve depends on: not the place, nor the order of the derivative by it."""
    held = node.curve
    return held.grid, held.term, held.slots, node.args[1:]
