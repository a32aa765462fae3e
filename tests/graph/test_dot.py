"""Graphviz text of graphs."""

from __future__ import annotations

import re

from hypothesis import given

from morefit_py.graph.build import add, exp, polygamma, select, sin, table, total
from morefit_py.graph.dot import dot
from morefit_py.graph.node import walk
from morefit_py.graph.symbols import Axis, Observable, Parameter
from tests.strategies import WITH_ROWS, Example, expressions, property_test

x, a = Observable("x", 0.0, 1.0), Parameter("a", 1.0)

_NODE = re.compile(r'  n(\d+) \[label="((?:[^"\\\n]|\\.)*)", fillcolor="(#[0-9a-f]{6})"(, peripheries=2)?\];')
_EDGE = re.compile(r'  n(\d+) -> n(\d+)(?: \[label="\w+"\])?;')


def _parse(text: str) -> tuple[dict[str, str], list[tuple[str, str]], set[str]]:
    """Labels, edges and outlined nodes; fails where a line is no DOT."""
    head, *lines, foot = text.splitlines()
    assert head == "digraph morefit {"
    assert foot == "}"
    labels, edges, roots = {}, [], set()
    for line in lines:
        if node := _NODE.fullmatch(line):
            labels[node[1]] = node[2]
            roots |= {node[1]} if node[4] else set()
        elif edge := _EDGE.fullmatch(line):
            edges.append((edge[1], edge[2]))
        else:
            assert line.startswith(("  rankdir=", "  node [", "  // "))
    return labels, edges, roots


@property_test(60)
@given(expressions(operations=WITH_ROWS))
def test_every_node_and_argument_appears(example: Example) -> None:
    nodes = list(walk([example.node]))
    labels, edges, roots = _parse(dot([example.node]))
    assert len(labels) == len(nodes)
    assert len(edges) == sum(len(node.args) for node in nodes)
    assert {end for edge in edges for end in edge} <= set(labels)
    assert len(roots) == 1


def test_shared_nodes_stand_once() -> None:
    shared = sin(a * x)
    labels, edges, roots = _parse(dot([add(exp(shared), shared), shared]))
    assert list(labels.values()).count("sin") == 1
    assert len(roots) == 2
    assert len(edges) == 6


def test_stages_have_their_colours() -> None:
    text = dot([add(2.0, sin(a * x))])
    assert len(set(re.findall(r'fillcolor="(#\w+)"', text))) == 4
    for stage in ("COMPILE", "CALL", "DATASET", "EVENT"):
        assert f"// {stage}: #" in text


def test_labels_are_added_and_escaped() -> None:
    strange = Parameter('a "quoted" \\ name', 1.0)
    labels, _, _ = _parse(dot([sin(strange)], {sin(strange): 'the "sine"'}))
    assert set(labels.values()) == {'a \\"quoted\\" \\\\ name', 'sin\\nthe \\"sine\\"'}


def test_operations_say_what_they_are() -> None:
    step = table((0.0, 1.0, 2.0), (3.0, 4.0), a)
    root = total(Axis("events"), select(x < step, x**3 * a, polygamma(1, a) ** x))
    labels, _, _ = _parse(dot([root]))
    told = {"sum over events", "select", "<", "^3", "*", "polygamma 1", "table of 2 bins", "^", "x", "a"}
    assert told == set(labels.values())
    assert '[label="then"]' in dot([root])


def test_nothing() -> None:
    assert _parse(dot([])) == ({}, [], set())
