"""Events that no density of a channel describes."""

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import DataError
from morefit_py.model.inside import check_inside
from morefit_py.pdfs.composition.mixture import as_mixture

X = mf.Observable("x", 0.0, 10.0)
LEFT = mf.pdfs.Truncated(mf.pdfs.Uniform(X), ((0.0, 3.0),))
DATA = mf.Dataset.from_numpy({"x": np.array([1.0, 4.0, 5.0])}, source="toy")


def test_they_are_counted_and_the_first_is_shown() -> None:
    with pytest.raises(DataError, match=r"toy: 2 of 3 events .* channel 'c' .* \(row 1: x = 4\)"):
        check_inside("c", as_mixture(LEFT), DATA)


def test_one_component_that_describes_them_suffices() -> None:
    check_inside("c", 2.0 * LEFT + 3.0 * mf.pdfs.Uniform(X), DATA)
    check_inside("c", as_mixture(mf.fractions([LEFT, mf.pdfs.Uniform(X)], 0.5)), DATA)
