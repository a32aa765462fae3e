"""The smart constructors as a whole."""

from __future__ import annotations

import numpy as np
import pytest

from morefit_py.graph import build
from morefit_py.graph.build import ONE, ZERO, apply, column, mul, param, rebuild, select, sin, total
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import LEAVES, Op, Stage
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.graph.table import Table
from tests.strategies import CURVES, INNERS

x, y = Observable("x", 0.1, 1.0), Observable("y", 0.1, 1.0)
a, b = Parameter("a", 1.0), Parameter("b", 1.0)
events = Axis("events")


def test_everything_named_exists() -> None:
    assert all(hasattr(build, name) for name in build.__all__)
    assert len(set(build.__all__)) == len(build.__all__)
    assert build.where is build.select


@pytest.mark.parametrize("op", Op, ids=repr)
def test_apply_makes_every_operation(op: Op) -> None:
    condition = a < x
    args: tuple[Node, ...] = (a * x, b * y)[: op.arity]
    if op in (Op.AND, Op.OR, Op.NOT):
        args = (condition, b < y)[: op.arity]
    elif op is Op.SELECT:
        args = (condition, a * x, b * y)
    payload = {
        Op.CONST: 3.0, Op.PARAM: a, Op.COLUMN: x, Op.IPOW: 3, Op.POLYGAMMA: 1, Op.SUM: events,
        Op.FADDEEVA_REAL: 0, Op.FADDEEVA_IMAG: 2, Op.TABLE: Table((0.0, 1.0, 2.0), (3.0, 4.0)),
        Op.INNER: INNERS[1], Op.LOG_EMG: 4, Op.CURVE: CURVES[1],
    }.get(op)  # fmt: skip
    node = apply(op, args, payload)
    assert apply(op, args, payload) is node
    if op not in (Op.SUM, Op.INNER, Op.IPOW, Op.MUL):  # which let factors leave or name slots anew
        assert node.op is op
        assert node.payload == payload
        assert set(node.args) == set(args)
    if op not in LEAVES:
        assert rebuild(node, node.args) is node
        assert rebuild(intern(op, args, payload), args[::-1] if op is Op.ADD else args) is not None


def test_rebuild_simplifies() -> None:
    assert rebuild(sin(a), (ZERO,)) is ZERO
    assert rebuild(intern(Op.MUL, (a.node, b.node)), (a.node, ONE)) is a.node
    assert rebuild(build.ipow(sin(a), 2), (a.node,)) is build.ipow(a, 2)
    assert rebuild(build.polygamma(1, a), (ONE,)).op is Op.CONST
    assert rebuild(total(events, sin(x)), (mul(a, x),)) is mul(a, total(events, x))


def test_leaves() -> None:
    assert param(a).parameter == a
    assert column(x).column == x


@pytest.mark.parametrize(
    ("operand", "wanted"),
    [
        (ZERO, ZERO),
        (a * x, mul(a, intern(Op.SUM, (x.node,), events))),
        (2.0 * a * sin(b * x), mul(2.0 * a, intern(Op.SUM, (sin(b * x),), events))),
        (a.node, mul(a, intern(Op.SUM, (ONE,), events))),
        (a < x, intern(Op.SUM, (select(a < x, 1.0, 0.0),), events)),
    ],
    ids=str,
)
def test_factors_leave_a_sum_over_events(operand: Node, wanted: Node) -> None:
    assert total(events, operand) is wanted
    assert total(events, operand).stage <= Stage.CALL


def test_a_sum_keeps_its_value() -> None:
    rows = {"events": {"x": np.array([0.25, 0.5]), "y": np.array([1.0, 2.0])}}
    term = 3.0 * a * x * sin(b * y)
    raw = intern(Op.SUM, (term,), events)
    found, wanted = evaluate([total(events, term), raw], {"a": 2.0, "b": 0.5}, rows)
    assert found == pytest.approx(wanted, rel=1e-15)
