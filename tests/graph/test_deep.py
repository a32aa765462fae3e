"""Graphs 100,000 nodes deep: built, walked, written, read, evaluated and freed without recursion."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from morefit_py.graph.bounds import bounds
from morefit_py.graph.build import Node, add, cos, exp, log, mul, select, sin, sqrt
from morefit_py.graph.dot import dot
from morefit_py.graph.formula import formula
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import walk
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.graph.text import read, write

ROOT = Path(__file__).resolve().parents[2]
DEPTH = 100_000
x, p = Observable("x", 0.0, 1.0), Parameter("p", 1.0, limits=(0.5, 2.0))

CHAINS: dict[str, Callable[[Node, int], Node]] = {
    "function": lambda node, i: sin(node),
    "sum": lambda node, i: add(node, sin(p * float(i + 2))),
    "product": lambda node, i: mul(node, cos(x * float(i + 2))),
    "mixed": lambda node, i: sqrt(add(mul(node, x), p)),
    "selection": lambda node, i: select(x < i / DEPTH, node, cos(node)),
    "mask": lambda node, i: mul(node, select(sin(x * float(i + 2)) < 0.9, 1.0, 0.0)),
}


def _chain(name: str, depth: int) -> Node:
    node = p.node if name in ("sum", "function") else add(x, 0.5)
    for i in range(depth):
        node = CHAINS[name](node, i)
    return node


@pytest.mark.parametrize("name", CHAINS)
def test_everything_works_on_a_deep_graph(name: str) -> None:
    depth = DEPTH if name == "function" else DEPTH // 10
    node = _chain(name, depth)
    count = sum(1 for _ in walk([node]))
    assert count > depth
    text = write([node])
    assert read(text, {"p": p}) == [node]
    (value,) = evaluate([node], {"p": 1.25}, {"": {"x": [0.25, 0.75]}})
    low, high = bounds(node)
    assert low <= min(value.ravel()) <= max(value.ravel()) <= high
    assert len(formula(node)) <= 400
    assert dot([node]).count(" -> ") == sum(len(part.args) for part in walk([node]))
    for rule in (lambda n: mul(n, n), lambda n: add(n, 2.0 * n), log, exp, lambda n: 1.0 / n):
        assert rule(node) is not None


def test_deep_graphs_are_freed_in_a_thread_with_a_small_stack() -> None:
    script = f"""
import gc, sys, threading
sys.path.insert(0, {str(ROOT)!r})
from tests.graph.test_deep import CHAINS, DEPTH, _chain
from morefit_py.graph.node import interned
def work():
    for name in CHAINS:
        node = _chain(name, DEPTH if name == "function" else DEPTH // 5)
        before = interned()
        del node
        gc.collect()
        print(name, before, interned())
threading.stack_size(256 * 1024)
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines()]
    assert [name for name, _, _ in lines] == list(CHAINS)
    for _, before, after in lines:
        assert int(before) > DEPTH // 5
        assert int(after) < 100


def test_a_deep_graph_alive_at_the_end_of_a_process() -> None:
    script = f"""
import sys
sys.path.insert(0, {str(ROOT)!r})
from tests.graph.test_deep import _chain
node = _chain("function", {DEPTH})
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_building_is_quick() -> None:
    start = time.thread_time()
    node = x.node
    for i in range(33_000):
        node = exp(mul(add(node, p), 0.5 + i * 1e-5))
    spent = time.thread_time() - start
    count = sum(1 for _ in walk([node]))
    assert count > 100_000
    # About 4 microseconds a node; the limit is for slow machines.
    assert spent / count < 4e-5
