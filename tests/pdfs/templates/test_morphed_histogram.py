"""Histograms that follow systematic variations."""

from typing import Any

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.pdfs import Histogram, MorphedHistogram

X = mf.Observable("x", 0.0, 3.0)
EDGES = (0.0, 1.0, 2.0, 3.0)
FIELDS: dict[str, Any] = {
    "observable": X,
    "bin_edges": EDGES,
    "nominal": (10.0, 20.0, 30.0),
    "alphas": (mf.Parameter("alpha", 0.0, (-5.0, 5.0)),),
    "up": ((14.0, 20.0, 26.0),),
    "down": ((7.0, 20.0, 33.0),),
    "codes": ("code4p",),
}


def test_a_nuisance_parameter_is_measured_by_the_shape() -> None:
    density = MorphedHistogram(**FIELDS)
    data = mf.sample(density, {"alpha": 1.2}, seed=5, size=20000)
    result = mf.compile(density, data).minimise()
    assert result.valid
    assert abs(result.values["alpha"] - 1.2) < 4 * result.errors["alpha"]


def test_without_variations_it_is_a_histogram() -> None:
    plain = MorphedHistogram(X, EDGES, (10.0, 20.0, 30.0), (), (), (), (), 0.5)
    points = {"x": np.array([0.2, 1.7, 3.0])}
    for held in (plain, Histogram(X, EDGES, (10.0, 20.0, 30.0), 0.5)):
        found = mf.compile(held, points).nll(np.zeros(0))
        assert found == pytest.approx(-np.log(np.array([10.5, 20.5, 30.5]) / 61.5).sum(), rel=1e-13)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"codes": ()}, "1 alphas, 1 up, 1 down and 0 codes; give one of each"),
        ({"codes": ("code4",)}, "codes: unknown interp_code 'code4'; did you mean 'code4p'"),
        ({"up": ((14.0, 20.0),)}, r"up\[0\] has 2 values for 3 bins"),
        ({"down": ((-7.0, 20.0, 1.0),)}, r"down\[0\]\[0\] is -7; it must be >= 0"),
        ({"nominal": (0.0, 0.0, 0.0)}, "nominal is zero in every bin"),
        ({"bin_edges": (0.0, 1.0, 2.0, 4.0)}, "run from 0 to 4; they must begin and end at the bounds"),
    ],
)
def test_templates_that_do_not_fit_together(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        MorphedHistogram(**(FIELDS | changes))
