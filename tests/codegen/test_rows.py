"""Passes over rows as they are printed: one for all sums over an axis, what depends on rows alone kept."""

from __future__ import annotations

import re

import numpy as np
import pytest

from morefit_py.codegen.dialects import dialect, dialect_names
from morefit_py.codegen.render import render
from morefit_py.codegen.rows import _kept
from morefit_py.graph.build import Node, exp, inner, log, select, sin, total
from morefit_py.graph.node import walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.kernel.plan import plan
from morefit_py.passes.pipeline import ORDERS, run

x, a, h = Observable("x", 0.0, 1.0), Parameter("a", 0.2), Parameter("h", 0.4)
AXIS = Axis("k", {"k.m": np.linspace(0.0, 1.0, 11), "k.w": np.linspace(1.0, 2.0, 11)})
OTHER = Axis("j */", {"j */.m": np.array([0.5, 0.75])})
m, w, other = Observable("k.m", 0.0, 1.0), Observable("k.w", 1.0, 2.0), Observable("j */.m", 0.0, 1.0)


def source(objective: Node, name: str, orders: tuple[int, ...] = ORDERS) -> str:
    optimised = run(objective, [a, h])
    return render(optimised, {order: plan(optimised, order) for order in orders}, dialect(name)).text


def passes(text: str) -> list[str]:
    return re.findall(r"for \(int row = 0; row < (\d+); \+\+row\)", text)


@pytest.mark.parametrize("name", dialect_names())
def test_value_and_derivatives_share_one_pass_and_its_exponentials(name: str) -> None:
    kernels = inner(AXIS, w * exp(-0.5 * ((x - m - a) / h) ** 2)) / h
    text = source(total(Axis("data"), log(kernels)), name)
    assert passes(text) == ["11"] * 3
    assert len(re.findall(r"\br_e\d+ = ", text)) == 3
    assert len(re.findall(r"mf_array\d\[11\] = {", text)) == 2
    assert text.count("/*") == text.count("*/")


@pytest.mark.parametrize("name", dialect_names())
def test_each_axis_has_a_pass_and_what_needs_another_a_later_one(name: str) -> None:
    first = inner(AXIS, exp(-a * (x - m) ** 2))
    second = inner(OTHER, sin(a * x + other))
    third = inner(AXIS, sin(first * second * m))
    text = source(total(Axis("data"), first * second * third), name, (0,))
    assert sorted(passes(text)) == ["11", "11", "2"]
    assert passes(text)[-1] == "11"


def test_names_inside_a_pass_hide_none_outside() -> None:
    squared = (x - a) ** 2
    root = inner(AXIS, (squared - m) ** 2 * exp(squared * m * a)) + exp(squared * a)
    text = source(total(Axis("data"), root), dialect_names()[0], (2,))
    body = text[text.index("mf_loop") : text.index("MF_EXPORT void mf_loop")]
    names = re.findall(r"const \w+ (\w+) =", body)
    assert len(names) == len(set(names))


def test_what_depends_on_the_rows_alone_is_an_array_where_it_is_dear() -> None:
    root = inner(AXIS, exp(x * log(m + 1.0)) + select(m < 0.5, x * (2.0 * m), x))
    (node,) = [part for part in walk([root]) if part.op is Op.INNER]
    kept = _kept([node.inner.term], node.inner)
    assert set(kept) == {log(m + 1.0), m.node}
    np.testing.assert_array_equal(kept[log(m + 1.0)], np.log(AXIS.rows["k.m"] + 1.0))


def test_what_is_not_finite_in_every_row_is_computed_where_it_is_needed() -> None:
    root = inner(AXIS, select(m > 0.05, x * log(m), x * exp(m)))
    (node,) = [part for part in walk([root]) if part.op is Op.INNER]
    assert set(_kept([node.inner.term], node.inner)) == {m.node, exp(m)}


@pytest.mark.parametrize("name", dialect_names())
def test_chunks_are_short_where_every_event_has_passes_over_rows(name: str) -> None:
    sources = []
    for term in (log(inner(AXIS, exp(a * x * m))), log(1.0 + exp(a * x))):
        optimised = run(total(Axis("data"), term), [a])
        sources.append(render(optimised, {0: plan(optimised, 0)}, dialect(name)))
    assert [held.layout.chunk for held in sources] == [256, dialect(name).chunk]
    assert re.search(r"MF_CHUNK =? ?256", sources[0].text)


@pytest.mark.parametrize("name", [name for name in dialect_names() if dialect(name).group > 1])
def test_values_of_a_group_of_events_lie_side_by_side(name: str) -> None:
    near = inner(AXIS, exp(-((x - m - a) ** 2)))
    term = select(near < h, near, log(near)) * select(near < h, 2.0, sin(near))
    text = source(total(Axis("data"), term), name, (0,))
    assert "bool is1[16];" in text
    assert "is1[at] = rows1[at] < p_h;" in text
    assert "rows1[at] += r_e1;" in text
