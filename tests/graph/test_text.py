"""The canonical text: read back node for node, the same in every process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from morefit_py.errors import GraphError
from morefit_py.graph.build import ZERO, add, const, exp, intern, mul, polygamma, select, sin, table, total
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.graph.text import digest, read, write
from tests.strategies import INNERS, OBSERVABLES, PARAMETERS, WITH_ROWS, Example, expressions, property_test

ROOT = Path(__file__).resolve().parents[2]
x = Observable("x", 0.0, 1.0, unit="GeV")
a, b = Parameter("a", 1.0, limits=(0.0, 2.0)), Parameter("b", 1.0)
NAMES = {parameter.name: parameter for parameter in PARAMETERS}
AXES = {held.axis.name: held.axis for held in INNERS}
COLUMNS = {observable.name: observable for observable in OBSERVABLES}


@property_test(150)
@given(expressions(operations=WITH_ROWS))
def test_text_is_read_back_node_for_node(example: Example) -> None:
    roots = [example.node, example.raw]
    assert read(write(roots), NAMES, AXES, COLUMNS) == roots


def test_the_form_of_the_text() -> None:
    lines = write([add(mul(2.0, a), x)]).splitlines()
    assert lines[0] == "morefit graph 1"
    assert sorted(lines[1:-1]) == sorted(
        ["const 0x1.0000000000000p+1", 'param "a"', "mul 0 1", lines[4], "add 2 3"]
    )
    assert lines[4] == 'column ["x", "0x0.0p+0", "0x1.0000000000000p+0"]'
    assert lines[-1] == "roots 4"


def test_parameters_are_their_names_alone() -> None:
    other = Parameter("a", 0.5, limits=(0.0, 1.0), unit="GeV")
    assert write([sin(a)]) == write([sin(other)])
    assert digest([sin(a)]) == digest([sin(other)]) != digest([sin(b)])
    assert read(write([sin(a)]), {"a": other}) == [sin(other)]
    assert read(write([sin(a)]))[0].args[0].parameter == Parameter("a", 0.0)


def test_observables_keep_their_bounds() -> None:
    assert read(write([x.node]), observables={"x": x}) == [x.node]
    assert read(write([x.node]))[0].column == Observable("x", 0.0, 1.0)
    with pytest.raises(GraphError, match="other bounds"):
        read(write([x.node]), observables={"x": Observable("x", 0.0, 2.0)})


def test_axes_are_compared_by_their_rows() -> None:
    nodes = Axis("nodes", {"x": np.array([0.25, 0.75])})
    root = total(nodes, exp(a * x)) + total(Axis("events of 2 (b)"), x)
    text = write([root])
    assert read(text, {"a": a}, {"nodes": nodes}, {"x": x}) == [root]
    assert digest([root]) != digest([total(Axis("nodes"), exp(a * x)) + total(Axis("events of 2 (b)"), x)])
    with pytest.raises(GraphError, match="axis 'nodes'"):
        read(text)


def test_names_of_all_kinds() -> None:
    names = ["a b", 'quote"d', "µ_B⁰", "back\\slash", "[1, 2]", "roots 0"]
    roots = [sin(Parameter(name, 0.0)) for name in names]
    assert read(write(roots)) == roots
    assert write(roots).isascii()


def test_tables_are_written_whole() -> None:
    root = table((0.0, 0.1, 2.0), (1.0 / 3.0, -2.5), a * x)
    assert read(write([root]), {"a": a}, observables={"x": x}) == [root]
    assert digest([root]) != digest([table((0.0, 0.1, 2.0), (1.0 / 3.0, -2.0), a * x)])


def test_special_numbers() -> None:
    roots = [const(float("inf")), const(-float("inf")), const(5e-324), const(0.1), ZERO]
    assert read(write(roots)) == roots


def test_shared_parts_and_repeated_roots() -> None:
    shared = sin(a * x)
    text = write([shared, exp(shared), shared])
    assert len(text.splitlines()) == 2 + len(list(walk([exp(shared)])))
    assert text.splitlines()[-1] == "roots 3 4 3"


@pytest.mark.parametrize(
    "line",
    [
        "what 0",
        "sin",
        "sin 0 0",
        "sin 5",
        "sin -1",
        "sin zero",
        "sin ٠",
        "add 0",
        "const",
        "const nan",
        "const 0x1p5000",
        "const pi",
        "param a",
        "param 5",
        'param ""',
        "column 5",
        'column ["y", "0x0p+0"]',
        'column ["y", "0x1p+0", "0x0p+0"]',
        "ipow 0",
        "ipow two 0",
        f"ipow {2**70} 0",
        "polygamma -1 0",
        "sum 0",
        'sum ["events", "00"] 0',
        "not 0",
        "table 0",
        "inner 0",
        'inner ["near", "00", "morefit graph 1\\nroots"] 0',
        "table [] 0",
        'table [["0x0p+0","0x1p+0"],["0x1p+0"]]',
        'table [["0x1p+0","0x0p+0"],["0x1p+0"]] 0',
        'table [["0x0p+0","0x1p+0"],["nan"]] 0',
        "select 0 0 0",
        "",
        "[" * 5000,
    ],
)
def test_text_that_write_did_not_make_is_refused(line: str) -> None:
    with pytest.raises(GraphError):
        read(f'morefit graph 1\nparam "a"\n{line}\nroots 1\n')


@pytest.mark.parametrize(
    "text", ["", "morefit graph 1", "morefit graph 2\nroots\n", "morefit graph 1\nsin 0\n"]
)
def test_other_files_are_refused(text: str) -> None:
    with pytest.raises(GraphError, match="not a graph"):
        read(text)


def test_no_roots() -> None:
    assert read(write([])) == []


_SCRIPT = """
import sys
from morefit_py.graph.build import exp, intern, mul, polygamma, select, sin, total
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.graph.text import digest
if sys.argv[1] == "other":  # another history: names, order and intermediate expressions
    for name in "zyxwvutsrqponmlkjihgfedcba":
        sin(Parameter(name, 1.0) * 3.0)
x, y = Observable("x", 0.0, 1.0), Observable("y", -1.0, 1.0)
a, b, c = (Parameter(name, 1.0) for name in "abc")
terms = [exp(-a * x) / b, sin(c * y + x) * a, select(x < a, b * y, c), polygamma(1, a * b), x * y * a * b]
if sys.argv[1] == "other":
    terms.reverse()
root = total(Axis("events"), sum(terms[1:], terms[0]) if sys.argv[1] == "none" else sum(sorted(
    terms, key=lambda node: node.key), terms[0] * 0.0))
print(digest([root]))
"""


def test_digests_are_the_same_in_every_process() -> None:
    found = set()
    for seed, history in (("0", "this"), ("1", "other"), ("4242", "this")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", _SCRIPT, history]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        found.add(done.stdout)
    assert len(found) == 1
    assert len(found.pop().strip()) == 64


def test_raw_nodes_keep_their_order_of_arguments() -> None:
    raw = intern(Op.MUL, (x.node, a.node))
    assert read(write([raw]), {"a": a}, observables={"x": x}) == [raw]
    assert raw is not mul(a, x)
    assert write([polygamma(2, a), select(x < a, 1.0, 2.0)])
