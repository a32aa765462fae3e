"""Constant arrays of a module: defined once, read back exactly; bisection that reaches every bin."""

from __future__ import annotations

import re

import numpy as np
import pytest

from morefit_py.codegen.arrays import Arrays, _steps, code_length, constant_numbers
from morefit_py.codegen.dialect import Dialect
from morefit_py.codegen.dialects import dialect, dialect_names
from morefit_py.codegen.render import render
from morefit_py.graph.build import column, exp, param, table, total
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.kernel.plan import plan
from morefit_py.passes.pipeline import run

EDGES = np.linspace(-1.0, 2.0, 30) ** 3


def source(name: str) -> str:
    """Two tables of the same edges, one of them twice, of arguments that depend on parameters."""
    x, a, b = Observable("x", 0.0, 1.0), Parameter("a", 1.0), Parameter("b", 2.0)
    rng = np.random.default_rng(2)
    first, second = (rng.normal(size=29) for _ in range(2))
    at = param(a) * column(x)
    term = table(EDGES, first, at) + exp(table(EDGES, first, param(b) * x) * at) * table(EDGES, second, at)
    optimised = run(total(Axis("data"), term) + table(EDGES, first, param(b)), [a, b])
    return render(optimised, {order: plan(optimised, order) for order in (0, 1)}, dialect(name)).text


@pytest.mark.parametrize("name", dialect_names())
def test_each_array_and_function_is_defined_once(name: str) -> None:
    text = source(name)
    constant = re.escape(str(dialect(name).options["constant"]))
    defined = re.findall(rf"^{constant} \w+ (\w+)\[29\] = {{", text, re.M)
    assert sorted(defined) == ["mf_array1", "mf_array2", "mf_array3"]
    functions = re.findall(r"^MF_FUNCTION \w+ (mf_table\w+)\(", text, re.M)
    assert len(functions) == len(set(functions)) >= 2
    assert len(text.splitlines()) == len([line for line in text.splitlines() if len(line) <= 120])


def test_numbers_of_an_array_read_back() -> None:
    arrays = Arrays(Dialect("plain", "txt"))
    values = np.concatenate([EDGES, [5e-324, -1e300, 1.0 / 3.0]])
    assert arrays.name(values) == arrays.name(values.copy()) == "mf_array1"
    assert arrays.name(values[:-1]) == "mf_array2"
    texts = arrays.definitions(lambda path: lambda **held: " ".join(held["lines"]))
    found = [float(number.strip("()")) for number in texts[0].split(", ")]
    assert found == values.tolist()


@pytest.mark.parametrize("bins", [1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 1000])
def test_bisection_reaches_every_bin_and_none_beyond(bins: int) -> None:
    reached = {0}
    for step in _steps(bins):
        reached |= {at + step for at in reached}
    assert reached == set(range(bins))
    assert len(_steps(bins)) == int(np.ceil(np.log2(bins)))


@pytest.mark.parametrize("name", dialect_names())
def test_constant_arrays_are_found_in_a_source(name: str) -> None:
    text = source(name)
    assert constant_numbers(text) == 3 * 29
    without = re.sub(r"mf_array\d\[29\] = {[^}]*}", "", text)
    assert len(without) - 200 < code_length(text) < len(without)
    assert constant_numbers("static const double a[2] = {1.0,\n    2.0};\nint b[3] = {1, 2, 3};") == 2
