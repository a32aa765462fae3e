"""Expressions in order, whatever the parameters."""

from itertools import permutations

from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.integration.ascending import ascending

NAMES = ("a", "b", "c", "d")


def test_every_order_is_sorted() -> None:
    held = ascending([Parameter(name, 0.0).node for name in NAMES])
    for values in permutations((1.0, 2.0, 2.0, 3.5)):
        assert evaluate(held, dict(zip(NAMES, values, strict=True))) == [1.0, 2.0, 2.0, 3.5]


def test_few_values() -> None:
    assert ascending([]) == []
    (node,) = ascending([Parameter("a", 0.0).node])
    assert node is Parameter("a", 0.0).node
