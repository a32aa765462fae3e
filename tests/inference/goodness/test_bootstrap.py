"""p-values by toys."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import DataError, FitError
from morefit_py.inference.goodness.bootstrap import (
    bootstrap,
    ensemble_of,
    refuse_weights,
    toy_p_value,
    weighted,
)
from morefit_py.model.dataset import Dataset

from .models import X, fitted, peak_on_slope

DATA = mf.sample(peak_on_slope(), seed=1)
FIT, RESULT = fitted(peak_on_slope(), DATA)
BINNED = mf.Binned.from_dataset(DATA, {"x": np.linspace(0.0, 10.0, 21)})  # type: ignore[arg-type]


def test_p_values_count_toys_and_the_data() -> None:
    found = toy_p_value(2.0, np.array([1.0, 2.0, 3.0, np.nan, 0.5]), 7)
    assert found.p_value == 3 / 5
    assert found.error == pytest.approx(np.sqrt(0.6 * 0.4 / 4))
    assert (found.failed, found.statistics.tolist()) == (1, [1.0, 2.0, 3.0, 0.5])
    assert str(found) == "p = 0.6 +- 0.24 by 4 toys, 1 with fits that are not valid left out"
    assert toy_p_value(9.0, np.ones(99), 1).p_value == 0.01
    with pytest.raises(FitError, match="not one fit of a toy is valid"):
        toy_p_value(1.0, np.array([np.nan]), 1)


def test_toys_are_fitted() -> None:
    seen: list[Any] = []

    def number(data: dict[str, Dataset], values: Any, seed: int) -> float:
        seen.append((len(data["d"]), values["n_s"] + values["n_b"], seed))
        return float(len(data["d"]))

    found = bootstrap(FIT, RESULT, number, 1000.0, 20, seed=3)
    sizes, totals, seeds = (np.array(column) for column in zip(*seen, strict=True))
    assert found.statistics.tolist() == sizes.tolist()
    # An extended fit finds as many events as there are.
    assert totals == pytest.approx(sizes, rel=1e-6)
    assert np.mean(sizes) == pytest.approx(len(DATA), abs=4 * np.sqrt(len(DATA) / 20))
    assert len(set(seeds.tolist())) == 20
    again = bootstrap(FIT, RESULT, number, 1000.0, 20, seed=3, processes=2)
    assert again.statistics.tolist() == found.statistics.tolist()


def test_toys_are_like_the_data() -> None:
    fixed = mf.pdfs.Gaussian(X, 5.0, mf.Parameter("width", 1.0, limits=(0.1, 5.0)))
    fit, result = fitted(
        mf.Model({"a": fixed, "b": fixed}), {"a": {"x": [4.0, 5.0, 6.5]}, "b": {"x": [5.0, 7.0]}}
    )
    toy = ensemble_of(fit, result).draw(1)
    assert [len(toy.data[name]) for name in "ab"] == [3, 2]
    fit, result = fitted(peak_on_slope(), BINNED)
    (held,) = ensemble_of(fit, result).draw(1).data.values()
    assert isinstance(held, mf.Binned)
    assert held.edges["x"].tolist() == BINNED.edges["x"].tolist()
    error = mf.Observable("s", 0.0, 5.0)
    rows = {"x": np.linspace(4.0, 6.0, 30), "s": np.linspace(0.5, 2.0, 30)}
    fit, result = fitted(mf.Model({"d": mf.pdfs.Gaussian(X, mf.Parameter("m", 5.0), error)}), rows)
    (held,) = ensemble_of(fit, result).draw(1).data.values()
    assert np.isin(held["s"], rows["s"]).all()


def test_fits_that_fail_are_left_out() -> None:
    few = mf.Model({"d": mf.Parameter("n", 1.0, limits=(0.0, 9.0)) * mf.pdfs.Uniform(X)})
    fit, result = fitted(few, {"x": [1.0]})
    found = bootstrap(fit, result, lambda data, values, seed: 1.0, 0.5, 30, seed=1)
    assert 0 < found.failed < 30
    assert len(found.statistics) == 30 - found.failed


def test_a_model_without_free_parameters() -> None:
    known = mf.compile(mf.pdfs.Gaussian(X, 5.0, 1.0), {"x": np.full(30, 5.0)})
    values = mf.FitResult((), {}, {}, np.zeros((0, 0)), np.zeros((0, 0)), 0.0, 0.0, True)
    found = bootstrap(
        known, values, lambda data, held, seed: float(np.mean(data["data"]["x"])), 5.2, 200, seed=1
    )
    assert np.std(found.statistics) == pytest.approx(1.0 / np.sqrt(30), rel=0.2)


def test_weights_are_refused() -> None:
    assert not weighted(DATA)  # type: ignore[arg-type]
    assert not weighted(BINNED)
    heavy = DATA.with_weights(np.full(len(DATA), 2.0))  # type: ignore[union-attr]
    counted = mf.Binned.from_dataset(heavy, {"x": np.linspace(0.0, 10.0, 21)})
    for data in (heavy, counted):
        assert weighted(data)
        with pytest.raises(DataError, match="here: the data are weighted"):
            refuse_weights("here", data)
    fit, result = fitted(peak_on_slope(), heavy)
    with pytest.raises(DataError, match="toys of channel 'd': the data are weighted"):
        bootstrap(fit, result, partial(lambda *a: 0.0), 1.0, 2, seed=1)
