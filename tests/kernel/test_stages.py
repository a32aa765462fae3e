"""Loops cut into stages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings

from morefit_py.graph.build import ONE, Node, add, column, exp, less, log, mul, param, select, sin, total
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.kernel.plan import plan
from morefit_py.kernel.schedule import schedule
from morefit_py.kernel.stages import MOST, Stage, cut
from morefit_py.passes.pipeline import ORDERS, run
from tests.passes.cases import CASES
from tests.strategies import Example, expressions

X = column(Observable("x", 0.0, 1.0))
A = param(Parameter("a", 0.5))
LEAVES = (Op.CONST, Op.PARAM, Op.COLUMN)


def body_of(terms: Sequence[Node]) -> list[Node]:
    leaves = [node for node in walk(terms) if node.op in LEAVES]
    return schedule(terms, leaves)


def check(stages: list[Stage], body: Sequence[Node], terms: Sequence[Node]) -> None:
    """Everything is there where it is needed, and every term is summed once."""
    inside, kept = set(body), set()
    for stage in stages:
        assert set(stage.reads) <= kept
        there = set(stage.reads)
        for node in stage.body:
            assert all(arg in there for arg in node.args if arg in inside)
            there.add(node)
        assert set(stage.keeps) <= set(stage.body)
        assert all(terms[i] in there or terms[i] not in inside for i in stage.terms)
        kept |= set(stage.keeps)
    assert sorted(i for stage in stages for i in stage.terms) == list(range(len(terms)))


@settings(max_examples=200, deadline=None)
@given(expressions(), expressions())
def test_every_stage_has_what_it_needs(left: Example, right: Example) -> None:
    terms = list(dict.fromkeys([left.node, right.node]))
    body = body_of(terms)
    check(cut(body, terms), body, terms)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("order", ORDERS)
def test_loops_of_models_are_cut_whole(case: str, order: int) -> None:
    held = CASES[case]()
    for loop in plan(run(held.objective, held.parameters), order).loops:
        check(cut(loop.body, loop.terms), loop.body, loop.terms)


def test_what_needs_a_dear_value_waits_for_the_next_stage() -> None:
    inner = log(A * X)
    outer = exp(A * inner)
    term = outer * outer
    stages = cut(body_of([term]), [term])
    assert [inner in stage.body for stage in stages] == [True, False, False]
    assert [outer in stage.body for stage in stages] == [False, True, False]
    assert [stage.terms for stage in stages] == [(), (), (0,)]


def test_cheap_values_are_computed_again_and_dear_ones_kept() -> None:
    shifted = X + A
    shape = exp(mul(shifted, shifted))
    term = shape * shifted
    first, second = cut(body_of([term]), [term])
    assert first.keeps == (shape,)
    assert second.reads == (shape,)
    assert shifted in first.body
    assert shifted in second.body


def test_conditions_on_the_data_are_not_kept() -> None:
    condition = less(X + A, A * A + X * X)
    shape = exp(select(condition, X * A, X))
    term = select(condition, shape, ONE)
    stages = cut(body_of([term]), [term])
    assert all(not node.is_boolean for stage in stages for node in stage.keeps)


def test_long_chains_end_in_one_stage() -> None:
    term = X
    for _ in range(50_000):
        term = sin(term)
    body = body_of([term])
    stages = cut(body, [term])
    assert len(stages) == MOST
    check(stages, body, [term])


def test_a_loop_of_cheap_operations_stays_whole() -> None:
    term = add(X * A, X * X)
    (stage,) = cut(body_of([term]), [term])
    assert stage.reads == stage.keeps == ()
    held = evaluate([total(Axis(""), term)], {"a": 2.0}, {"": {"x": np.array([1.0, 2.0])}})
    assert held[0] == 11.0
