"""Passes on the terms of sums over rows."""

from __future__ import annotations

import numpy as np
import pytest

from morefit_py.graph.build import Node, exp, inner, param, total
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import intern, walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.passes.counts import count
from morefit_py.passes.differentiate import derivatives
from morefit_py.passes.factor import factor
from morefit_py.passes.inner import factored, shared, term_nodes, with_term
from morefit_py.passes.monomial import Expansion
from morefit_py.passes.products import share_products
from morefit_py.passes.simplify import simplify

x = Observable("x", 0.0, 1.0)
a, h = Parameter("a", 0.2), Parameter("h", 0.4)
m = Observable("k.m", 0.0, 1.0)
AXIS = Axis("k", {"k.m": np.linspace(0.0, 1.0, 11)})
DATA = {"": {"x": np.array([0.1, 0.6])}}
POINT = {"a": 0.2, "h": 0.4}
DISTANCE = x - m - a
KERNEL = exp(-0.5 * (DISTANCE / h) ** 2)


def sums(*roots: Node) -> list[Node]:
    return [node for node in walk(roots) if node.op is Op.INNER]


def test_derivatives_become_combinations_of_few_sums() -> None:
    root = total(Axis("data"), inner(AXIS, KERNEL) / h)
    found = derivatives(root, [param(a), param(h)], 2)
    roots = factor([root, *found.gradient, *found.hessian.values()], [root])
    # The moments 0 to 4 of the distance, weighted with the kernel.
    assert len(sums(*roots)) == 5


def test_differences_of_the_model_are_not_expanded() -> None:
    big = Axis("k", {"k.m": np.array([1e8, 1e8 + 1.0])})
    root = total(Axis("data"), inner(big, exp(-0.5 * ((x + 1e8 - m) / h) ** 2)))
    found = derivatives(root, [param(h)], 2)
    (second,) = factor([found.hessian[0, 0]], [root])
    d = DATA[""]["x"][:, None] - np.array([0.0, 1.0])
    wanted = np.sum(np.exp(-0.5 * (d / 0.4) ** 2) * (d**4 / 0.4**6 - 3.0 * d**2 / 0.4**4))
    assert evaluate([second], POINT, {"data": DATA[""]})[0] == pytest.approx(wanted, rel=1e-6)


def test_a_sum_is_factored_by_its_terms() -> None:
    node = sums(inner(AXIS, (m * m + x * m) * exp(x * m)))[0]
    made = factored(node, node.args, Expansion(frozenset()))
    assert len(sums(made)) == 2
    found, wanted = evaluate([made, node], {}, DATA)
    np.testing.assert_allclose(found, wanted, rtol=1e-14)
    kept = factored(node, node.args, Expansion(term_nodes([node])))
    assert kept is node


def test_exponentials_inside_are_multiplied_together() -> None:
    plain = total(Axis("data"), exp(param(a) * inner(AXIS, exp(x * m) * exp(x * x * m * m) * m)))
    (made,) = simplify([plain])
    assert [count([held]).operations["exp"] for held in (plain, made)] == [22 + 1, 11 + 1]
    found, wanted = evaluate([made, plain], POINT, {"data": DATA[""]})
    assert found == pytest.approx(wanted, rel=1e-14)


def test_products_are_shared_among_the_sums_over_one_axis() -> None:
    roots = [total(Axis("data"), inner(AXIS, KERNEL * DISTANCE**k)) for k in range(5)]
    made = share_products(roots)
    before, after = (count(held).operations["mul"] for held in (roots, made))
    # The square in the exponent, its factor, and one product more for each moment.
    assert after == 11 * 6
    assert before > after
    np.testing.assert_allclose(
        evaluate(made, POINT, {"data": DATA[""]}), evaluate(roots, POINT, {"data": DATA[""]}), rtol=1e-13
    )


def test_shared_terms_keep_their_slots() -> None:
    held = sums(*(inner(AXIS, KERNEL * DISTANCE**k) for k in range(3)))
    payloads = shared(held, share_products)
    assert all(payloads[node].slots == node.inner.slots for node in held)
    for node in held:
        found = evaluate([intern(Op.INNER, node.args, payloads[node]), node], POINT, DATA)
        np.testing.assert_allclose(found[0], found[1], rtol=1e-13)


def test_another_term_in_the_same_slots() -> None:
    node = sums(inner(AXIS, exp(x * m)))[0]
    (slot,) = node.inner.slots
    assert with_term(node, node.args, slot * exp(slot * m)) is x * inner(AXIS, exp(x * m))
    assert with_term(node, (param(a),), node.inner.term) is total(AXIS, exp(a * m))
