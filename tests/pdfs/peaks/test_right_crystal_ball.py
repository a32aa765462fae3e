import numpy as np
import pytest
from scipy.stats import crystalball

from morefit_py.errors import ModelError
from morefit_py.graph.build import param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import CrystalBall, RightCrystalBall

X, MIRRORED = Observable("mass", 5000.0, 6000.0), Observable("mass", -6000.0, -5000.0)
VALUES = {"mu": 5280.0, "sigma": 20.0, "alpha": 1.3, "n": 3.0}
PARAMETERS = tuple(Parameter(name, value) for name, value in VALUES.items())
ROWS = np.array([5000.5, 5253.9, 5270.0, 5310.0, 5999.0])


def test_agrees_with_scipy() -> None:
    value = evaluate([RightCrystalBall(X, *PARAMETERS).density()], VALUES, {"": {"mass": ROWS}})[0]
    scaled = crystalball(1.3, 3.0, loc=-5280.0, scale=20.0)
    expected = scaled.pdf(-ROWS) / (scaled.cdf(-5000.0) - scaled.cdf(-6000.0))
    np.testing.assert_allclose(value, expected, rtol=1e-10)


@pytest.mark.parametrize("mu", [4000.0, 4980.0, 5280.0, 6100.0, 9000.0])
def test_is_the_mirror_image_with_its_derivatives(mu: float) -> None:
    roots = []
    for density in (RightCrystalBall(X, *PARAMETERS), CrystalBall(MIRRORED, *PARAMETERS)):
        found = derivatives(density.log_density(), [param(p) for p in PARAMETERS], order=2)
        roots.append([density.log_density(), *found.gradient, *found.hessian.values()])
    right = evaluate(roots[0], VALUES | {"mu": mu}, {"": {"mass": ROWS}})
    left = evaluate(roots[1], VALUES | {"mu": -mu}, {"": {"mass": -ROWS}})
    signs = [1.0, -1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]
    for sign, a, b in zip(signs, right, left, strict=True):
        np.testing.assert_allclose(a, sign * np.asarray(b), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("name", "value"), [("sigma", 0.0), ("alpha", -1.0), ("n", 1.0)])
def test_outside_its_domain(name: str, value: float) -> None:
    with pytest.raises(
        ModelError, match=f"right_crystal_ball: {name} is {value:g} at the start; it must be >"
    ):
        RightCrystalBall(X, **(VALUES | {name: value}))
