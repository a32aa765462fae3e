import numpy as np
import pytest

from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import BDecay, Decay

T = Observable("t", -2.0, 10.0)


def test_breaks_are_where_the_shape_bends() -> None:
    assert Decay(T, 1.5).breaks() == (0.0,)
    mean, sigma = Parameter("mean", 0.1), Parameter("sigma", 0.05)
    at = [
        evaluate([point], {"mean": 0.1, "sigma": 0.05})[0]
        for point in Decay(T, 1.5, (mean,), (sigma,)).breaks()
    ]
    np.testing.assert_allclose(at, [-0.2, 0.1, 0.4], atol=1e-15)


def test_an_error_per_event_has_no_breaks() -> None:
    error = Observable("error", 0.01, 0.2)
    assert Decay(T, 1.5, (), (error,)).breaks() == ()


def test_both_forms_of_shape_and_integral_agree() -> None:
    density = BDecay(T, 1.5, 0.2, 0.5, c_cos=0.4, means=(0.0,), sigmas=(0.1,), side=0.0)
    roots = [density.shape(), density.log_shape(), density.between(0.1, 0.4), density.log_between(0.1, 0.4)]
    shape, log_shape, between, log_between = evaluate(roots, {}, {"": {"t": np.array([-1.0, 0.0, 3.0])}})
    np.testing.assert_allclose(shape, np.exp(log_shape), rtol=1e-13)
    assert between == pytest.approx(float(np.exp(log_between)), rel=1e-13)
    assert density.normalisation == "closed form"
