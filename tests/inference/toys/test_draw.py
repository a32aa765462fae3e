import numpy as np

import morefit_py as mf
from tests.inference.toys.models import X, peak


def test_they_are_the_toys_that_are_fitted() -> None:
    study = mf.fit_toys(peak(), 8, seed=3, values={"mean": 5.5}, first=4)
    toys = mf.draw_toys(peak(), 8, 3, {"mean": 5.5}, first=4)
    assert toys.counts("d").tolist() == study.events.tolist()
    found = mf.compile_batch(peak(), toys).minimise()
    assert np.abs((found.values - study.values) / study.errors).max() < 1e-6
    alone = mf.sample(peak(), {"mean": 5.5}, seed=study.seed_of(5))
    assert isinstance(alone, mf.Dataset)
    drawn = toys[1]
    assert isinstance(drawn, mf.Dataset)
    assert np.array_equal(drawn["x"], alone["x"])


def test_of_a_result_and_of_a_size() -> None:
    result = mf.compile(peak(), mf.sample(peak(), seed=1)).minimise()
    toys = mf.draw_toys(peak(), 3, 1, result, size=50)
    assert toys.counts("d").tolist() == [50, 50, 50]
    shape = mf.pdfs.Gaussian(X, mf.Parameter("mean", 5.0), 1.0)
    assert mf.draw_toys(shape, 2, 1, result, size=9).counts("data").tolist() == [9, 9]
