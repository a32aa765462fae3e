"""The reference evaluates the graph as the model made it, before any pass."""

from __future__ import annotations

import numpy as np
import pytest

from morefit_py.backends.reference import BACKEND
from morefit_py.graph.meaning import evaluate
from morefit_py.likelihood.likelihood import Likelihood
from morefit_py.runtime.choose import Choice
from tests.backends.models import compiled


def test_it_is_always_there() -> None:
    (device,) = BACKEND.devices()
    assert device.usable
    assert device.rank == BACKEND.best_rank


def test_its_value_is_the_meaning_of_the_objective() -> None:
    model, data, program = compiled("channels")
    held = Likelihood(model, data, program, Choice(BACKEND, BACKEND.devices()[0], "asked for"))
    values = dict(zip(held.parameters, held.initial, strict=True))
    columns = {name: dict(held.columns) | {"_weight": held.weights} for name, held in data.items()}
    (value,) = evaluate([program.objective], values, columns)
    assert held.evaluate(held.initial, 0)[0] == value
    held.release()


def test_its_derivatives_follow_its_differences() -> None:
    model, data, program = compiled("formula")
    held = Likelihood(model, data, program, Choice(BACKEND, BACKEND.devices()[0], "asked for"))
    theta = held.initial
    _, gradient, hessian = held.evaluate(theta, 2)
    assert gradient is not None
    assert hessian is not None
    for i, at in enumerate(theta):
        step = np.eye(len(theta))[i] * 1e-4 * abs(at)
        up, down = held.evaluate(theta + step, 1), held.evaluate(theta - step, 1)
        assert (up[0] - down[0]) / (2 * step[i]) == pytest.approx(gradient[i], rel=1e-5, abs=1e-5)
        assert up[1] is not None
        assert down[1] is not None
        np.testing.assert_allclose((up[1] - down[1]) / (2 * step[i]), hessian[i], rtol=1e-5, atol=1e-6)
