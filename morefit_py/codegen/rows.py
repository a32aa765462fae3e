"""Prints sums over rows in the loop over events: one pass over the rows of an axis for all its sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from morefit_py.codegen.arrays import Arrays
from morefit_py.codegen.dialect import Dialect
from morefit_py.codegen.notes import comment
from morefit_py.codegen.printer import Printer
from morefit_py.graph.inner import Inner
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, border, walk
from morefit_py.graph.op import Op, Stage
from morefit_py.kernel.schedule import schedule
from morefit_py.passes.counts import LOAD_COST


class Rows:
    """Prints passes over rows; `template` renders the skeleton of one in the language."""

    def __init__(self, dialect: Dialect, arrays: Arrays, template: Callable[..., str]) -> None:
        self.dialect = dialect
        self.arrays = arrays
        self.template = template

    def lines(self, outside: Printer, sums: Sequence[Node], names: Sequence[str]) -> list[str]:
        """The statements that compute sums over one axis, named so, from what is printed outside."""
        held = [node.inner for node in sums]
        slots = {
            slot: outside.text(arg)
            for node in sums
            for slot, arg in zip(node.inner.slots, node.args, strict=True)
        }
        terms = list(dict.fromkeys(inner.term for inner in held))
        kept = _kept(terms, held[0])
        columns = {node: f"r{number}" for number, node in enumerate(kept, start=1)}
        printer = Printer(self.dialect, slots | columns, True, self.arrays, prefix="r_")
        order = [node for node in schedule(terms, [*slots, *columns]) if node.op is not Op.CONST]
        body = printer.body(order, terms, {})
        outside.used_functions |= printer.used_functions
        text = self.template(
            axis=comment(held[0].axis.name),
            rows=held[0].rows,
            names=names,
            columns=[
                {
                    "name": name,
                    "value": self.dialect.wide(f"{self.arrays.name(kept[node])}[row]", True),
                    "note": comment(repr(node)),
                }
                for node, name in columns.items()
            ],
            body=body,
            terms=[printer.text(inner.term) for inner in held],
            group=self.dialect.group,
        )
        return text.splitlines()


def _kept(terms: Iterable[Node], held: Inner) -> dict[Node, NDArray[np.float64]]:
    """What depends on the rows alone and is read from an array: columns, and what is dearer than a read."""
    found: dict[Node, NDArray[np.float64]] = {}

    def is_kept(node: Node) -> bool:
        if node.stage != Stage.DATASET or node.is_boolean:
            return False
        if node.args and sum(part.op.cost for part in walk([node])) <= LOAD_COST:
            return False
        (values,) = evaluate([node], {}, {"": held.axis.rows})
        found[node] = np.broadcast_to(np.asarray(values, dtype=np.float64), (held.rows,))
        return bool(np.all(np.isfinite(found[node])))

    return {node: found[node] for node in border(terms, is_kept)}
