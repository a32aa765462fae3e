"""Steps of a stack of problems are those of each alone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from morefit_py.fit.stacked_steps import ball_steps, box_steps, changes
from morefit_py.fit.trust_region import ball_step, box_step, change, newton_step

Array = NDArray[np.float64]
SETS = 60


def problems(kind: str, size: int) -> tuple[Array, Array]:
    """Hessians in scaled variables, and gradients."""
    rng = np.random.default_rng(size)
    roots = rng.normal(size=(SETS, size, size + 1))
    hessian = roots @ roots.transpose(0, 2, 1)
    gradient = rng.normal(size=(SETS, size)) * rng.choice([0.1, 1.0, 10.0], size=(SETS, 1))
    if kind == "saddle":
        hessian -= np.eye(size) * rng.uniform(0.0, 4.0, (SETS, 1, 1))
    unit = 1.0 / np.sqrt(np.abs(np.diagonal(hessian, axis1=1, axis2=2)))
    hessian = hessian * unit[:, :, None] * unit[:, None, :]
    if kind == "hard":
        # The gradient is perpendicular to the lowest direction.
        values, vectors = np.linalg.eigh(hessian)
        values[:, 0] = -0.5
        hessian = np.einsum("tij,tj,tkj->tik", vectors, values, vectors)
        lowest = vectors[:, :, 0]
        gradient -= np.einsum("tj,tj->t", gradient, lowest)[:, None] * lowest
    if kind == "diagonal":
        hessian = np.stack([np.diag(rng.choice([-1.0, 1.0], size)) for _ in range(SETS)])
    return hessian, gradient


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("kind", ["bowl", "saddle", "hard", "diagonal"])
def test_in_a_ball(kind: str, size: int) -> None:
    hessian, gradient = problems(kind, size)
    radius = np.random.default_rng(1).uniform(0.1, 5.0, SETS)
    found = ball_steps(hessian, gradient, radius)
    for i in range(SETS):
        alone = ball_step(hessian[i], gradient[i], radius[i])
        # In the hard case two steps are equally good.
        assert change(hessian[i], gradient[i], found[i]) == pytest.approx(
            change(hessian[i], gradient[i], alone), rel=1e-6, abs=1e-9
        )
        assert np.linalg.norm(found[i]) <= radius[i] * (1.0 + 1e-9)
        if kind in ("bowl", "saddle"):
            np.testing.assert_allclose(found[i], alone, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("kind", ["bowl", "saddle", "diagonal"])
def test_in_a_ball_and_a_box(kind: str, size: int) -> None:
    hessian, gradient = problems(kind, size)
    rng = np.random.default_rng(2)
    radius = rng.uniform(0.1, 5.0, SETS)
    lower = -rng.choice([0.0, 0.3, 1.0, np.inf], (SETS, size))
    upper = rng.choice([0.0, 0.3, 1.0, np.inf], (SETS, size))
    found = box_steps(hessian, gradient, lower, upper, radius)
    assert (found >= lower).all()
    assert (found <= upper).all()
    hits = 0
    for i in range(SETS):
        held = ((lower[i] >= 0.0) & (gradient[i] > 0.0)) | ((upper[i] <= 0.0) & (gradient[i] < 0.0))
        newton = None if held.any() else newton_step(hessian[i], gradient[i])
        alone = box_step(hessian[i], gradient[i], lower[i], upper[i], radius[i], newton)
        np.testing.assert_allclose(found[i], alone, rtol=1e-5, atol=1e-6)
        hits += bool(np.any(alone == lower[i]) or np.any(alone == upper[i]))
    assert hits > SETS // 3


def test_what_a_step_changes() -> None:
    hessian, gradient = problems("saddle", 3)
    step = np.random.default_rng(3).normal(size=gradient.shape)
    alone = [change(h, g, s) for h, g, s in zip(hessian, gradient, step, strict=True)]
    np.testing.assert_allclose(changes(hessian, gradient, step), alone, rtol=1e-12, atol=1e-12)
