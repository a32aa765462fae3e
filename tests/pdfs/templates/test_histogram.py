"""Densities constant in bins."""

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.pdfs import Histogram

X = mf.Observable("x", 100.0, 160.0)
EDGES, CONTENT = (100.0, 110.0, 125.0, 130.0, 145.0, 160.0), (5.0, 9.0, 0.0, 4.0, 2.0)


def density(x: float, held: Histogram) -> float:
    return float(evaluate([held.density()], {}, {"": {"x": np.array([x])}})[0][0])


def test_heights_and_edges() -> None:
    held = Histogram(X, EDGES, CONTENT)
    for x, exact in ((100.0, 0.025), (109.9, 0.025), (110.0, 0.03), (127.0, 0.0), (160.0, 2 / 20 / 15)):
        assert density(x, held) == pytest.approx(exact, rel=1e-14)
    filled = Histogram(X, EDGES, CONTENT, 0.5)
    assert density(127.0, filled) == pytest.approx(0.5 / 22.5 / 5.0, rel=1e-14)
    assert evaluate([held.log_density()], {}, {"": {"x": np.array([127.0])}})[0][0] == -np.inf


def test_an_event_in_an_empty_bin_is_told_before_the_fit() -> None:
    n = mf.Parameter("n", 10.0, (0.0, 100.0))
    model = n * Histogram(X, EDGES, CONTENT)
    result = mf.compile(model, {"x": [101.0, 150.0]}).minimise()
    assert result.values["n"] == pytest.approx(2.0)
    with pytest.raises(mf.FitError, match=r"inf|not finite"):
        mf.compile(model, {"x": [101.0, 127.0]}).minimise()


def test_a_template_needs_no_more_than_a_column_in_the_kernel() -> None:
    n, k = mf.Parameter("n", 10.0, (0.0, 100.0)), mf.Parameter("k", 10.0, (0.0, 100.0))
    model = n * Histogram(X, EDGES, CONTENT, 0.5) + k * mf.pdfs.Uniform(X)
    fit = mf.compile(model, {"x": np.linspace(101.0, 159.0, 50)})
    assert fit.audit().precomputed_columns


@pytest.mark.parametrize(
    ("edges", "content", "pseudo_count", "message"),
    [
        (EDGES[1:], CONTENT[1:], 0.0, r"run from 110 to 160; they must begin and end at the bounds"),
        (EDGES, CONTENT[1:], 0.0, "bin_content has 4 values for 5 bins"),
        (EDGES, (-1.0, *CONTENT[1:]), 0.0, r"bin_content\[0\] is -1; it must be >= 0"),
        (EDGES, (0.0,) * 5, 0.0, "bin_content is zero in every bin"),
        (EDGES, CONTENT, -0.1, r"pseudo_count is -0.1; it must be finite and >= 0"),
        (EDGES, ("a",) * 5, 0.0, "bin_content holds something that is no number"),
        ((100.0,), (), 0.0, "do not ascend, or there are fewer than two"),
    ],
)
def test_histograms_that_are_none(
    edges: tuple[float, ...], content: tuple[float, ...], pseudo_count: float, message: str
) -> None:
    with pytest.raises(ModelError, match=message):
        Histogram(X, edges, content, pseudo_count)
