"""Interning: one object an expression, in every thread, freed when nothing uses it."""

from __future__ import annotations

import copy
import gc
import pickle
import threading
from collections.abc import Callable
from weakref import ref

import pytest

from morefit_py.errors import GraphError
from morefit_py.graph import node as interning
from morefit_py.graph.build import ONE, TRUE, ZERO, add, exp, less, mul, sin, total
from morefit_py.graph.node import (
    Node,
    border,
    event_independent,
    intern,
    interned,
    leaves,
    payload_bytes,
    walk,
)
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Axis, Observable, Parameter

x = Observable("x", 0.0, 1.0)
a, b = Parameter("a", 1.0), Parameter("b", 2.0)


def test_equal_expressions_are_one_object() -> None:
    assert exp(a * x + b) is exp(b + x * a)
    assert intern(Op.SIN, (a.node,)) is sin(a)


def test_payloads_tell_nodes_apart() -> None:
    assert intern(Op.IPOW, (a.node,), 2) is not intern(Op.IPOW, (a.node,), 3)
    assert intern(Op.CONST, (), 2.0) is not intern(Op.CONST, (), 3.0)
    assert intern(Op.CONST, (), -0.0) is ZERO


def test_parameters_of_one_name_stay_apart_but_mean_the_same() -> None:
    narrow, wide = Parameter("a", 1.0, limits=(0.0, 2.0)), Parameter("a", 1.0, limits=(0.0, 9.0))
    assert narrow.node is not wide.node
    assert narrow.node.key == wide.node.key
    assert sin(narrow).key == sin(wide).key
    assert narrow.node.parameter.high == 2.0


def test_equal_parameters_share_a_node() -> None:
    assert Parameter("a", 1.0).node is a.node


@pytest.mark.parametrize(
    ("node", "stage"),
    [
        (ONE, Stage.COMPILE),
        (a.node, Stage.CALL),
        (x.node, Stage.DATASET),
        (a * x, Stage.EVENT),
        (sin(a), Stage.CALL),
        (total(Axis("events"), a * x), Stage.CALL),
        (TRUE, Stage.COMPILE),
    ],
    ids=str,
)
def test_stage_is_what_a_value_depends_on(node: Node, stage: Stage) -> None:
    assert node.stage == stage
    assert type(node.stage) is int
    assert event_independent(node) is (stage in (Stage.COMPILE, Stage.CALL))


@pytest.mark.parametrize(
    ("op", "args"),
    [
        (Op.ADD, (less(a, b), ONE)),
        (Op.SELECT, (ONE, ONE, ZERO)),
        (Op.SELECT, (less(a, b), less(a, b), ZERO)),
        (Op.NOT, (a.node,)),
        (Op.SUM, (less(x, a),)),
    ],
    ids=str,
)
def test_truth_values_and_numbers_are_not_mixed(op: Op, args: tuple[Node, ...]) -> None:
    with pytest.raises(GraphError, match="argument"):
        intern(op, args, Axis("events") if op is Op.SUM else None)


def test_unused_nodes_are_freed() -> None:
    gc.collect()
    before = interned()
    node = sin(exp(a * 123.25))
    watch = ref(node)
    assert interned() > before
    del node
    gc.collect()
    assert watch() is None
    assert interned() == before


def test_a_freed_expression_can_be_built_again() -> None:
    key = sin(a * 77.5).key
    gc.collect()
    assert sin(a * 77.5).key == key


def test_threads_agree_on_every_node() -> None:
    size, count = 300, 8
    results: list[list[Node]] = [[] for _ in range(count)]
    start = threading.Barrier(count)

    def build(mine: list[Node]) -> None:
        start.wait()
        for i in range(size):
            mine.append(sin(add(mul(Parameter(f"t{i % 7}", 1.0), float(i + 2)), x)))
            sin(a * (1e6 + i))  # freed at once, while others build the same

    threads = [threading.Thread(target=build, args=(mine,)) for mine in results]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len({id(mine[i]) for mine in results}) == 1 for i in range(size))


def test_building_within_a_finaliser_does_not_deadlock() -> None:
    made: list[Node] = []

    class Finalised:
        def __del__(self) -> None:
            made.append(sin(a * 5.5))

    with interning._lock:
        Finalised()
        gc.collect()
    assert made == [sin(a * 5.5)]


def test_walk_gives_arguments_before_users_and_each_once() -> None:
    root = add(mul(sin(a), x), exp(sin(a)))
    order = list(walk([root, sin(a), root]))
    assert len(order) == len(set(order))
    place = {node: i for i, node in enumerate(order)}
    assert all(place[arg] < place[node] for node in order for arg in node.args)
    assert order[-1] is root


def test_walk_stops_where_told() -> None:
    assert list(walk([exp(sin(a))], stop={sin(a)})) == [sin(a), exp(sin(a))]
    assert list(walk([exp(sin(a))], stop={exp(sin(a))})) == [exp(sin(a))]


def test_leaves_and_border() -> None:
    root = add(mul(sin(a), x), b)
    assert {node.parameter for node in leaves([root], Op.PARAM)} == {a, b}
    assert [node.column for node in leaves([root], Op.COLUMN)] == [x]
    assert set(border([root], event_independent)) == {sin(a), b.node}
    assert border([sin(a)], event_independent) == [sin(a)]


@pytest.mark.parametrize("copier", [copy.copy, copy.deepcopy])
def test_a_copy_is_the_node_itself(copier: Callable[[Node], Node]) -> None:
    assert copier(sin(a)) is sin(a)


def test_nodes_are_not_pickled() -> None:
    with pytest.raises(TypeError, match="use graph"):
        pickle.dumps(sin(a))


def test_representation_is_the_formula() -> None:
    assert repr(sin(a) * x) == "sin(a)*x"


def test_payload_bytes_are_distinct() -> None:
    payloads = [None, 1.0, 2.0, 1, 2, a, b, x, Axis("a"), Axis("b")]
    assert len({payload_bytes(payload) for payload in payloads}) == len(payloads)
