"""The verifier that runs between passes: what every graph must satisfy, whatever made it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from morefit_py.errors import GraphError
from morefit_py.graph.node import Node, walk
from morefit_py.graph.op import BOOLEAN, Op, Stage

_CONDITION = {Op.AND: (0, 1), Op.OR: (0, 1), Op.NOT: (0,), Op.SELECT: (0,)}


def verify(roots: Iterable[Node], after: str) -> None:
    """Raises GraphError, naming the pass `after` which it was found, for a graph that is not legal.

    Legal: the right number of arguments, truth values only where conditions stand, stages that are
    the union of the arguments', no NaN constant, and roots that do not depend on the event.
    """
    roots = list(roots)
    for node in walk(roots):
        where = f"after {after}: {node.op.text}"
        arity = node.op.arity
        if arity < 0:
            arity = len(node.inner.slots) if node.op is Op.INNER else 1 + len(node.curve.slots)
        if len(node.args) != arity:
            raise GraphError(f"{where} has {len(node.args)} arguments instead of {arity}")
        for i, arg in enumerate(node.args):
            if (arg.op in BOOLEAN) != (i in _CONDITION.get(node.op, ())):
                kind = "a truth value" if arg.op in BOOLEAN else "a number"
                raise GraphError(f"{where}: argument {i} is {kind}")
        if node.args and node.op is not Op.SUM:
            stage = 0
            for arg in node.args:
                stage |= arg.stage
            if stage != node.stage:
                raise GraphError(f"{where}: stage {node.stage} instead of {stage}")
        if node.op is Op.CONST and math.isnan(node.value):
            raise GraphError(f"{where}: NaN")
    for root in roots:
        if root.stage & Stage.DATASET:
            raise GraphError(f"after {after}: a result still depends on the event")
