"""Every machine sums the products of scores that differences of the events' logarithms give."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from morefit_py.graph.meaning import evaluate
from morefit_py.likelihood.likelihood import Likelihood
from morefit_py.model.nll import log_density
from morefit_py.runtime.backend import backend
from morefit_py.runtime.choose import Choice
from tests.backends.machines import DOUBLE, MACHINES, QUICK, at
from tests.backends.models import compiled

Matrix = NDArray[np.float64]
# Smooth in every parameter, so that differences are good everywhere.
SMOOTH = ("mass", "polynomials", "argus", "formula", "quadrature", "channels", "far_apart")


def point(name: str) -> NDArray[np.float64]:
    return np.array([parameter.init * 1.01 for parameter in compiled(name)[0].parameters])


@cache
def expected(name: str) -> Matrix:
    """D from fourth-order differences of each event's logarithm, weights squared, and the constraint."""
    model, data, _ = compiled(name)
    names, theta = [parameter.name for parameter in model.parameters], point(name)
    products = np.zeros((len(names), len(names)))
    for channel, dataset in data.items():
        node = log_density(model.channels[channel])

        def logarithms(theta: NDArray[np.float64]) -> NDArray[np.float64]:
            values = dict(zip(names, theta, strict=True))
            columns = {"": dict(dataset.columns)}  # noqa: B023
            return np.broadcast_to(evaluate([node], values, columns)[0], len(dataset))  # noqa: B023

        score = np.empty((len(dataset), len(names)))
        for i, parameter in enumerate(model.parameters):
            size = min(max(abs(theta[i]), 0.1), parameter.high - parameter.low)
            step = 2e-4 * size * np.eye(len(names))[i]
            ahead, further = (logarithms(theta + k * step) - logarithms(theta - k * step) for k in (1, 2))
            score[:, i] = (8.0 * ahead - further) / (12.0 * step[i])
        weights = np.ones(len(dataset)) if dataset.weights is None else dataset.weights
        products += (score * weights[:, None] ** 2).T @ score
    if name == "channels":
        products += np.diag([1.0 / 0.1**2 if held == "ratio" else 0.0 for held in names])
    return products


def found(name: str, choice: Choice) -> Matrix:
    model, data, program = compiled(name)
    held = Likelihood(model, data, program, choice)
    products = held.score_products(point(name))
    held.release()
    return products


def assert_agrees(products: Matrix, name: str, limit: float) -> None:
    wanted = expected(name)
    scale = np.sqrt(np.diag(wanted))
    assert (scale > 0.0).all()
    np.testing.assert_allclose(products / np.outer(scale, scale), wanted / np.outer(scale, scale), atol=limit)
    np.testing.assert_array_equal(products, products.T)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_reference_agrees_with_differences(name: str) -> None:
    oracle = backend("reference")
    assert_agrees(found(name, Choice(oracle, oracle.devices()[0], "tested")), name, 1e-8)


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("machine", QUICK)
def test_a_machine_agrees_with_differences(machine: str, name: str, tmp_path: Path) -> None:
    with at(machine, tmp_path) as choice:
        assert_agrees(found(name, choice), name, 1e-8 if machine in DOUBLE else 1e-3)


@pytest.mark.parametrize("machine", sorted(MACHINES.keys() - set(QUICK)))
def test_work_groups_of_several_items_agree(machine: str, tmp_path: Path) -> None:
    with at(machine, tmp_path) as choice:
        assert_agrees(found("channels", choice), "channels", 1e-8)
