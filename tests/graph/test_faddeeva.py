"""The Faddeeva function in expressions: folding, rules, derivatives far out."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import GraphError
from morefit_py.graph.bounds import bounds
from morefit_py.graph.build import faddeeva_imag, faddeeva_real
from morefit_py.graph.derivative import partials, second_partials
from morefit_py.graph.dot import dot
from morefit_py.graph.faddeeva import MAX_ORDER, faddeeva_part
from morefit_py.graph.formula import formula
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op
from morefit_py.graph.parse import parse
from morefit_py.graph.symbols import Parameter
from morefit_py.graph.text import read, write
from tests.exact import faddeeva

x, y = Parameter("x", 1.0, limits=(-2.0, 3.0)), Parameter("y", 1.0, limits=(0.5, 2.0))
PARTS = {Op.FADDEEVA_REAL: faddeeva_real, Op.FADDEEVA_IMAG: faddeeva_imag}


@pytest.mark.parametrize("op", PARTS, ids=repr)
@pytest.mark.parametrize("order", range(MAX_ORDER + 1))
def test_numbers_are_folded_and_others_kept(op: Op, order: int) -> None:
    make = PARTS[op]
    assert make(x, y, order) is faddeeva_part(op, x, y, order) is intern(op, (x.node, y.node), order)
    assert make(x < y, 2.0, order).args[0] is (x < y) * 1.0
    wanted = faddeeva(mp.mpf(0.25), mp.mpf(0.5))[order]
    assert make(0.25, 0.5, order).value == pytest.approx(
        float(wanted.real if op is Op.FADDEEVA_REAL else wanted.imag), rel=1e-14
    )
    # The value, infinite, is no constant.
    assert make(0.3, -30.0, order).op is op


def test_without_an_order_it_is_the_function_itself() -> None:
    assert faddeeva_real(x, y) is faddeeva_real(x, y, 0)
    assert faddeeva_imag(x, y) is faddeeva_imag(x, y, 0)


@pytest.mark.parametrize("order", [-1, 3, 0.5, "0"])
def test_orders_are_0_1_and_2(order: object) -> None:
    with pytest.raises((GraphError, TypeError)):
        faddeeva_real(x, y, order)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (faddeeva_real(x, 2.0 * y), "faddeeva_real(x, 2*y)"),
        (faddeeva_imag(x, y, 2), "faddeeva_imag(x, y, 2)"),
    ],
    ids=str,
)
def test_it_is_written_and_read(node: Node, text: str) -> None:
    assert formula(node) == text
    assert parse(text, {"x": x, "y": y}) is node
    assert read(write([node]), {"x": x, "y": y}) == [node]
    named = f"{node.op.text} {node.power}"
    with pytest.raises(GraphError, match="cannot be read"):
        read(write([node]).replace(named, f"{node.op.text} 3"))
    assert named in dot([node])


@pytest.mark.parametrize("op", PARTS, ids=repr)
def test_derivatives_far_out_keep_their_digits(op: Op) -> None:
    """-2 z w + 2i/sqrt(pi) would keep none of them at |z| = 1e8."""
    node = intern(op, (x.node, y.node), 0)
    for point in ({"x": 1e8, "y": 3.0}, {"x": -40.0, "y": 1e-7}, {"x": 0.5, "y": 2e4}):
        rows = second_partials(node)
        found = evaluate([*partials(node), rows[0, 0], rows[0, 1], rows[1, 1]], point)
        with mp.workdps(60):
            _, first, second = faddeeva(mp.mpf(point["x"]), mp.mpf(point["y"]))
            first, second = (first, second) if op is Op.FADDEEVA_REAL else (-1j * first, -1j * second)
            wanted = (first.real, -first.imag, second.real, -second.imag, -second.real)
            assert [float(value) for value in found] == pytest.approx(list(map(float, wanted)), rel=1e-12)


@pytest.mark.parametrize(
    ("node", "low", "high"),
    [
        (faddeeva_real(x, y), 0.0, 0.6156903441929258),
        (faddeeva_imag(x, y), -0.610503032, 0.610503032),
        (faddeeva_imag(y, y), 0.0, 0.610503032),
        (faddeeva_imag(-y, y), -0.610503032, 0.0),
        (faddeeva_real(y, x), -np.inf, np.inf),
        (faddeeva_real(x, y, 1), -np.inf, np.inf),
    ],
    ids=str,
)
def test_bounds(node: Node, low: float, high: float) -> None:
    assert bounds(node) == (pytest.approx(low, rel=1e-14), pytest.approx(high, rel=1e-14))


def test_the_largest_imaginary_part_is_below_its_bound() -> None:
    at = np.linspace(0.92, 0.93, 2001)
    (values,) = evaluate([faddeeva_imag(x, 0.0)], {"x": at[:, None]})
    assert 0.61050303 < values.max() < bounds(faddeeva_imag(x, 0.0))[1]
