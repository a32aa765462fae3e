"""Curves on a grid, on every machine: as NumPy has them, whatever the threads."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from morefit_py.graph.meaning import evaluate
from morefit_py.runtime.axis_data import AxisData, BatchAxis
from morefit_py.runtime.backend import backend
from morefit_py.runtime.choose import Choice
from morefit_py.runtime.program import ObjectiveProgram
from tests.backends.machines import DOUBLE, MACHINES, QUICK, at
from tests.passes.cases import ROWS, curves


def results(choice: Choice, threads: int | None = None) -> list[np.ndarray]:
    """The results of every order, evaluated twice: tables of the call before must not matter."""
    case = curves()
    program = ObjectiveProgram(case.objective, case.parameters, 0)
    executable = choice.backend.compile(program, choice.device)
    if threads is not None:
        executable.threads = threads  # type: ignore[attr-defined]
    data = {"data": AxisData(case.columns["data"], ROWS)}
    for name, axis in program.axes.items():
        if axis.rows:
            data[name] = AxisData(axis.rows, len(next(iter(axis.rows.values()))))
    buffers = executable.upload(data)
    theta = np.array([parameter.init for parameter in case.parameters])
    for order in (0, 1, 2):
        executable.run(buffers, 0.9 * theta, order)
    found = [executable.run(buffers, theta, order) for order in (0, 1, 2)]
    buffers.release()
    return found


@cache
def expected() -> list[np.ndarray]:
    oracle = backend("reference")
    return results(Choice(oracle, oracle.devices()[0], "the oracle"))


@pytest.mark.parametrize("machine", QUICK)
def test_every_order_is_as_numpy_has_it(machine: str, tmp_path: Path) -> None:
    rtol, atol = (1e-11, 1e-10) if machine in DOUBLE else (1e-3, 1e-2)
    with at(machine, tmp_path) as choice:
        for found, wanted in zip(results(choice), expected(), strict=True):
            np.testing.assert_allclose(found, wanted, rtol=rtol, atol=atol)


def test_threads_do_not_matter(tmp_path: Path) -> None:
    with at(next(iter(MACHINES)), tmp_path) as choice:
        for one, many in zip(results(choice, 1), results(choice, 5), strict=True):
            np.testing.assert_array_equal(one, many)


@pytest.mark.parametrize("machine", QUICK)
def test_every_data_set_of_a_batch_has_tables_of_its_own(machine: str, tmp_path: Path) -> None:
    """Three data sets at parameters of their own, evaluated in another order than they lie in."""
    case = curves()
    program = ObjectiveProgram(case.objective, case.parameters, 0)
    offsets = np.array([0, 7, 7 + 20, ROWS])
    data = {"data": BatchAxis(case.columns["data"], ROWS, offsets)}
    for name, axis in program.axes.items():
        if axis.rows:
            data[name] = BatchAxis(axis.rows, len(next(iter(axis.rows.values()))))
    start = np.array([parameter.init for parameter in case.parameters])
    theta, sets = np.outer([1.0, 0.8, 1.2], start), np.array([2, 0, 1])
    names = [parameter.name for parameter in case.parameters]
    wanted = []
    for point, number in zip(theta, sets, strict=True):
        rows = {"x": case.columns["data"]["x"][offsets[number] : offsets[number + 1]]}
        wanted.append(evaluate(program.roots(2), dict(zip(names, point, strict=True)), {"data": rows}))
    with at(machine, tmp_path) as choice:
        executable = choice.backend.compile(program, choice.device)
        buffers = executable.upload_batch(data, 3)
        found = executable.run_batch(buffers, theta, sets, 2)
        buffers.release()
    rtol, atol = (1e-11, 1e-10) if machine in DOUBLE else (1e-3, 1e-2)
    np.testing.assert_allclose(found, wanted, rtol=rtol, atol=atol)
