"""Loops in stages, and sums of logarithms as logarithms of products."""

from __future__ import annotations

from pathlib import Path

import mpmath as mp
import numpy as np
import pytest
from numpy.typing import NDArray

from morefit_py.codegen.blocks import LOGARITHMS
from morefit_py.codegen.dialects import dialect, dialect_names
from morefit_py.codegen.render import render
from morefit_py.graph.build import Node, add, column, exp, log, mul, param, total
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.kernel.plan import plan
from morefit_py.passes.pipeline import run
from morefit_py.runtime.backend import AxisData
from morefit_py.runtime.program import ObjectiveProgram
from tests.backends.machines import at

Values = NDArray[np.float64]
INF, NAN = float("inf"), float("nan")
RNG = np.random.default_rng(3)
AXIS, X = Axis("rows"), column(Observable("x", -INF, INF))
SCALE = Parameter("scale", 1.0)
TINY = 5e-324
# A whole block and more on either side, and several chunks.
ROWS = (1, 7, 511, 512, 513, 4096, 10_000)


def summed(objective: Node, x: Values, folder: Path, scale: float = 1.0, order: int = 0) -> Values:
    """The results of an objective on rows of x."""
    with at("c", folder) as choice:
        program = ObjectiveProgram(objective, (SCALE,), 0)
        executable = choice.backend.compile(program, choice.device)
    buffers = executable.upload({AXIS.name: AxisData({"x": x}, len(x))})
    return executable.run(buffers, np.array([scale]), order)


def sum_of_logs() -> Node:
    return total(AXIS, log(mul(param(SCALE), X)))


def exact(x: Values) -> float:
    with mp.workdps(40):
        return float(mp.fsum(mp.log(mp.mpf(float(value))) for value in x))


SAMPLES = {
    "densities": np.exp(RNG.normal(-8.0, 3.0, ROWS[-1])),
    "near one": 1.0 + 1e-3 * RNG.normal(size=ROWS[-1]),
    "of all sizes": 2.0 ** RNG.uniform(-1021.0, 1023.0, ROWS[-1]),
    "largest mantissas": np.full(ROWS[-1], np.nextafter(2.0, 0.0)) * 2.0 ** RNG.integers(-9, 9, ROWS[-1]),
    "largest": np.full(ROWS[-1], np.finfo(float).max),
    "smallest normal": np.full(ROWS[-1], np.finfo(float).tiny),
    "some subnormal": np.where(RNG.random(ROWS[-1]) < 0.01, 3 * TINY, RNG.random(ROWS[-1])),
    "all subnormal": TINY * RNG.integers(1, 2**52, ROWS[-1]).astype(float),
}


@pytest.mark.parametrize("sample", SAMPLES)
def test_sums_of_logarithms(sample: str, tmp_path: Path) -> None:
    """Against mpmath: within half a unit of rounding for each row, and the rounding of the sum itself."""
    for rows in ROWS:
        x = SAMPLES[sample][:rows]
        expected = exact(x)
        (found,) = summed(sum_of_logs(), x, tmp_path)
        eps = np.finfo(float).eps
        assert abs(found - expected) <= 0.5 * eps * rows + 2 * eps * abs(expected)


@pytest.mark.parametrize(
    "values",
    [
        (0.0,),
        (-0.0,),
        (INF,),
        (NAN,),
        (-1.0,),
        (-1.0, -1.0),
        (-INF,),
        (0.0, INF),
        (0.0, -1.0),
        (INF, -2.0),
        (TINY, 0.0),
    ],
    ids=str,
)
def test_what_has_no_finite_logarithm(values: tuple[float, ...], tmp_path: Path) -> None:
    """Zeros, infinities and negative numbers among others give what logarithms one by one would."""
    with np.errstate(all="ignore"):
        expected = np.sum(np.log(values))
    for place in (0, 300, 700, 4095, 4096, 8190):
        x = RNG.uniform(0.5, 2.0, 8200)
        x[place : place + len(values)] = values
        (found,) = summed(sum_of_logs(), x, tmp_path)
        np.testing.assert_equal(found, expected)


def test_an_irregular_row_spoils_nothing_beside_it(tmp_path: Path) -> None:
    x = RNG.uniform(0.5, 2.0, 5000)
    x[[3, 1500, 4999]] = TINY
    (found,) = summed(sum_of_logs(), x, tmp_path)
    assert found == pytest.approx(exact(x), rel=1e-15)


def test_logarithms_with_other_uses_are_taken_as_such(tmp_path: Path) -> None:
    value = log(mul(param(SCALE), X))
    objective = add(total(AXIS, value), total(AXIS, mul(value, exp(mul(param(SCALE), X)))))
    x = RNG.uniform(0.1, 3.0, 777)
    (found,) = summed(objective, x, tmp_path, 1.25)
    y = 1.25 * x
    assert found == pytest.approx(float(np.sum(np.log(y) * (1.0 + np.exp(y)))), rel=1e-13)


def test_weighted_logarithms_are_taken_as_such(tmp_path: Path) -> None:
    x = RNG.uniform(0.1, 3.0, 777)
    (found,) = summed(total(AXIS, mul(X, log(add(X, param(SCALE))))), x, tmp_path, 2.0)
    assert found == pytest.approx(float(np.sum(x * np.log(x + 2.0))), rel=1e-13)


@pytest.mark.parametrize("rows", ROWS)
def test_stages_leave_what_one_loop_would(rows: int, tmp_path: Path) -> None:
    """A chain of dear operations, whose value and derivatives need values of all stages."""
    a = param(SCALE)
    objective = total(AXIS, log(add(exp(mul(a, log(add(a, mul(X, X))))), exp(mul(-1.0, mul(a, X))))))
    x, scale = RNG.uniform(-2.0, 2.0, rows), 0.7
    value, slope, bend = summed(objective, x, tmp_path, scale, 2)
    with mp.workdps(30):

        def term(p: mp.mpf, at: float) -> mp.mpf:
            return mp.log((p + at * at) ** p + mp.exp(-p * at))

        few = x[:513]
        want = [sum(mp.diff(lambda p, at=at: term(p, at), scale, n) for at in few.tolist()) for n in range(3)]
    if rows <= len(few):
        np.testing.assert_allclose([value, slope, bend], [float(part) for part in want], rtol=1e-12)
    else:
        with np.errstate(all="ignore"):
            shape = np.log((scale + x * x) ** scale + np.exp(-scale * x))
        assert value == pytest.approx(float(shape.sum()), rel=1e-13)


@pytest.mark.parametrize("name", dialect_names())
def test_products_only_where_the_dialect_has_blocks(name: str) -> None:
    optimised = run(sum_of_logs(), [SCALE])
    text = render(optimised, {0: plan(optimised, 0)}, dialect(name)).text
    assert (LOGARITHMS in text) == bool(dialect(name).block)


def test_many_kept_values_make_blocks_short() -> None:
    a = param(SCALE)
    terms = [exp(mul(a, mul(float(k), X))) for k in range(1, 40)]
    objective = total(AXIS, log(sum(terms[1:], start=terms[0])))
    optimised = run(objective, [SCALE])
    text = render(optimised, {0: plan(optimised, 0)}, dialect("c")).text
    assert "from += 64)" in text
