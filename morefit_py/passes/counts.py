"""Operation counts per event: what the hot loop costs, whatever the machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from morefit_py.graph.node import Node, border, event_independent, walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Axis

# A column read from memory, in the units of Op.cost.
LOAD_COST = 4


@dataclass(frozen=True)
class Counts:
    """Operations of one event by name, with the columns read and the sums kept."""

    operations: dict[str, int]
    columns: int
    sums: int

    @property
    def total(self) -> int:
        return sum(self.operations.values()) + self.sums

    @property
    def cost(self) -> int:
        """The estimated cost in units of one multiplication; one addition a sum included."""
        return spent(self.operations) + LOAD_COST * self.columns + self.sums


def spent(operations: Mapping[str, int]) -> int:
    """The estimated cost of operations by name, in units of one multiplication."""
    by_name = {op.text: op.cost for op in Op} | {"div": 8}
    return sum(by_name[name] * number for name, number in operations.items())


def sums_of(roots: Iterable[Node]) -> list[Node]:
    """Every sum below the roots, those inside others first."""
    return [node for node in walk(roots) if node.op is Op.SUM]


def is_moment(node: Node) -> bool:
    """Whether a sum depends on the data alone, so that it is computed once for a data set."""
    return node.op is Op.SUM and not node.args[0].stage & Stage.CALL


def count(roots: Iterable[Node], columns: frozenset[Node] = frozenset()) -> Counts:
    """The operations that the event loops below the roots perform for each event.

    `columns` are DATASET expressions that are read instead of computed. Sums of the data alone
    cost nothing in a call.
    """
    operations: Counter[str] = Counter()
    over_rows: list[Node] = []
    read = 0
    sums = [node for node in sums_of(roots) if not is_moment(node)]
    terms = [node.args[0] for node in sums]
    for node in walk(terms, stop=frozenset(border(terms, event_independent)) | columns):
        if node in columns or node.op is Op.COLUMN:
            read += 1
        elif node.op is Op.INNER:
            over_rows.append(node)
        elif node.stage & Stage.DATASET:
            operations.update(operations_of(node))
    operations.update(row_operations(over_rows))
    return Counts(dict(sorted(operations.items())), read, len(sums))


def row_operations(sums: Iterable[Node]) -> dict[str, int]:
    """The operations of sums over rows for one event: those over one axis share a pass over its rows.

    What depends on the rows alone is kept, not computed.
    """
    passes: dict[Axis, dict[Node, int]] = {}
    for node in sums:
        passes.setdefault(node.inner.axis, {})[node.inner.term] = node.inner.rows
    found: Counter[str] = Counter()
    for terms in passes.values():
        rows = next(iter(terms.values()))
        found["add"] += rows * len(terms)
        for node in walk(terms):
            if node.stage == Stage.EVENT:
                found.update({name: rows * number for name, number in operations_of(node).items()})
    return dict(found)


def operations_of(node: Node) -> dict[str, int]:
    """The operations of one node by name, a reciprocal as a division."""
    if node.op is Op.IPOW:
        power = abs(node.power)
        multiplications = power.bit_length() - 1 + power.bit_count() - 1
        found = {"mul": multiplications} if multiplications else {}
        return found | ({"div": 1} if node.power < 0 else {})
    return {node.op.text: 1}
