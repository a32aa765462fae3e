"""Every machine computes what the reference does: (machine x model), whatever the number of rows."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from morefit_py.likelihood.likelihood import Likelihood, checked
from morefit_py.runtime.backend import backend
from morefit_py.runtime.choose import Choice
from tests.backends.machines import DOUBLE, MACHINES, QUICK, at
from tests.backends.models import MODELS, Data, compiled, mass_data

Results = tuple[float, NDArray[np.float64], NDArray[np.float64]]

# (value, gradient in units of its curvature, Hessian likewise)
TIGHT = (1e-10, 1e-8, 1e-8)
SINGLE = (3e-6, 1e-2, 1e-3)
ROWS = (1, 7, 8, 9, 4095, 4096, 4097, 20000)


def bound(name: str, choice: Choice, data: Data | None = None) -> Likelihood:
    model, held, program = compiled(name)
    return Likelihood(model, held if data is None else checked(model, data), program, choice)


def points(name: str) -> list[NDArray[np.float64]]:
    """The start, and a point a few per cent away."""
    start = np.array([parameter.init for parameter in compiled(name)[0].parameters])
    return [start, start * (1.0 + 0.03 * np.cos(np.arange(len(start))) * (np.abs(start) < 1000.0))]


def all_orders(found: Likelihood, theta: NDArray[np.float64]) -> Results:
    """Value, gradient and Hessian; the lower orders, which have kernels of their own, must agree."""
    value, gradient, hessian = found.evaluate(theta, 2)
    alone, (first, second, _) = found.evaluate(theta, 0)[0], found.evaluate(theta, 1)
    assert gradient is not None
    assert second is not None
    assert hessian is not None
    assert [alone, first] == pytest.approx([value, value], rel=1e-6, abs=1e-6)
    scale = scales(hessian)
    np.testing.assert_allclose(second / scale, gradient / scale, rtol=1e-6, atol=1e-2)
    return value, second, hessian


@cache
def expected(name: str, point: int, rows: int = 0) -> Results:
    oracle = backend("reference")
    choice = Choice(oracle, oracle.devices()[0], "the oracle")
    return all_orders(bound(name, choice, mass_data(rows) if rows else None), points(name)[point])


def scales(hessian: NDArray[np.float64]) -> NDArray[np.float64]:
    """A size for each parameter's derivatives: the root of its curvature, or what its row needs beyond."""
    roots = np.sqrt(np.abs(np.diag(hessian)))
    others = np.where(roots > 0.0, roots, np.inf)
    found = np.maximum(roots, np.max(np.abs(hessian) / others, axis=1))
    return np.where(found > 0.0, found, 1.0)


def assert_agrees(found: Results, wanted: Results, limits: tuple[float, float, float]) -> None:
    scale = scales(wanted[2])
    slope = wanted[1] / scale
    np.testing.assert_allclose(found[0], wanted[0], rtol=limits[0])
    np.testing.assert_allclose(
        found[1] / scale, slope, rtol=0, atol=limits[1] * max(1.0, np.abs(slope).max())
    )
    area = np.outer(scale, scale)
    np.testing.assert_allclose(found[2] / area, wanted[2] / area, rtol=0, atol=limits[2])


def limits(machine: str) -> tuple[float, float, float]:
    return TIGHT if machine in DOUBLE else SINGLE


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("machine", QUICK)
def test_a_machine_agrees_with_the_reference(machine: str, name: str, tmp_path: Path) -> None:
    with at(machine, tmp_path) as choice:
        held = bound(name, choice)
        for point, theta in enumerate(points(name)):
            assert_agrees(all_orders(held, theta), expected(name, point), limits(machine))
        held.release()


@pytest.mark.parametrize("machine", MACHINES)
def test_any_number_of_rows(machine: str, tmp_path: Path) -> None:
    with at(machine, tmp_path) as choice:
        for rows in ROWS if machine in ("c", "opencl") else ROWS[:6]:
            held = bound("mass", choice, mass_data(rows))
            found = all_orders(held, points("mass")[1])
            assert_agrees(found, expected("mass", 1, rows), limits(machine))
            held.release()
