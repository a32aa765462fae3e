"""Random sums and products of nested masks: every rule about selections keeps the value."""

from __future__ import annotations

import math
import random

import pytest

from morefit_py.graph.build import (
    ONE,
    ZERO,
    Node,
    add,
    const,
    cos,
    exp,
    ipow,
    less,
    logical_and,
    logical_not,
    logical_or,
    mul,
    select,
    sin,
)
from morefit_py.graph.symbols import Observable, Parameter
from tests.exact import exact

x, y = Observable("x", -1.0, 1.0), Observable("y", -1.0, 1.0)
a, b = Parameter("a", 0.5), Parameter("b", -0.5)
LEAVES = (x.node, y.node, a.node, b.node, ONE, ZERO, const(2.0))
OTHERS = (sin(a * x), exp(b * y), sin(a), cos(x + y))


class _Random:
    """Expressions at one point, each with the value it must have."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.point = {name: self.random.uniform(-1.0, 1.0) for name in "xyab"}
        self.numbers = [(node, self.value(node)) for node in (*LEAVES, *OTHERS)]
        sides = (*LEAVES[:4], const(0.3))
        drawn = [less(self.random.choice(sides[:4]), self.random.choice(sides)) for _ in range(3)]
        self.conditions = [(condition, bool(self.value(condition))) for condition in drawn]

    def value(self, node: Node) -> float:
        return float(exact([node], self.point)[0][0])

    def step(self) -> None:
        """One more expression from two earlier ones."""
        choose = self.random.choice
        (u, of_u), (v, of_v), (c, holds) = (
            choose(self.numbers[-8:]),
            choose(self.numbers),
            choose(self.conditions),
        )
        kind = self.random.choices("*+?&s2", (6, 4, 9, 1, 1, 1))[0]
        if kind == "&":
            self.join(c, holds)
        elif kind == "*":
            self.keep(mul(u, v), of_u * of_v)
        elif kind == "+":
            self.keep(add(u, v), of_u + of_v)
        elif kind == "s":
            self.keep(sin(u), math.sin(of_u))
        elif kind == "2":
            self.keep(ipow(u, 2), of_u**2)
        else:
            if self.random.random() < 0.7:
                v, of_v = ZERO, 0.0
            if self.random.random() < 0.5:
                u, of_u, v, of_v = v, of_v, u, of_u
            self.keep(select(c, u, v), of_u if holds else of_v)

    def join(self, c: Node, holds: bool) -> None:
        d, also = self.random.choice(self.conditions)
        choices = [
            (logical_and(c, d), holds and also),
            (logical_or(c, d), holds or also),
            (logical_not(c), not holds),
        ]
        self.conditions.append(self.random.choice(choices))

    def keep(self, node: Node, wanted: float) -> None:
        if abs(wanted) < 1e3:
            found = self.value(node)
            assert abs(found - wanted) <= 1e-9 * (1.0 + abs(wanted)), node
            self.numbers.append((node, found))


@pytest.mark.parametrize("block", range(8))
def test_selections_keep_their_value(block: int) -> None:
    for seed in range(100 * block, 100 * block + 100):
        expressions = _Random(seed)
        for _ in range(expressions.random.randint(5, 50)):
            expressions.step()
