"""Data in bins."""

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import DataError
from morefit_py.model.binned import COUNT, VARIANCE, Binned, high_name, low_name

X, Y = mf.Observable("x", 0.0, 4.0), mf.Observable("y", -1.0, 1.0)
DATA = mf.Dataset.from_numpy({"x": [0.5, 0.7, 3.9, 4.0], "y": [-1.0, 0.5, 0.5, 0.2]}, [1.0, 2.0, 0.5, 3.0])


def test_events_are_counted() -> None:
    held = Binned.from_dataset(mf.Dataset(DATA.columns), {"x": 4, "y": [-1, 0, 1]}, (X, Y))
    np.testing.assert_array_equal(held.counts, [[1, 1], [0, 0], [0, 0], [0, 2]])
    np.testing.assert_array_equal(held[VARIANCE], held[COUNT])
    assert (len(held), held.sum_of_weights, held.effective_events) == (8, 4.0, 4.0)
    np.testing.assert_array_equal(held[low_name("x")], np.repeat([0, 1, 2, 3], 2))
    np.testing.assert_array_equal(held[high_name("y")], np.tile([0, 1], 4))


def test_weighted_events_have_their_variances() -> None:
    held = Binned.from_dataset(DATA, {"x": [0.0, 2.0, 4.0]})
    np.testing.assert_array_equal(held.counts, [3.0, 3.5])
    np.testing.assert_array_equal(held[VARIANCE], [5.0, 9.25])
    assert held.effective_events == pytest.approx(6.5**2 / 14.25)


def test_digests_tell_contents_and_statistics_apart() -> None:
    first = Binned.from_counts({"x": [0, 1, 2]}, [3, 4])
    assert first.digest == Binned.from_counts({"x": [0, 1, 2]}, [3.0, 4.0]).digest
    others = (
        Binned.from_counts({"x": [0, 1, 2]}, [4, 3]),
        Binned.from_counts({"x": [0, 1, 3]}, [3, 4]),
        Binned.from_counts({"x": [0, 1, 2]}, [3, 4], [3, 5]),
        Binned.from_counts({"x": [0, 1, 2]}, [3, 4], statistic="neyman"),
    )
    assert len({first.digest, *(other.digest for other in others)}) == 5


@pytest.mark.parametrize(
    ("edges", "counts", "message"),
    [
        ({"x": [0, 1, 1]}, [1, 2], "the edges of 'x' are not finite numbers that ascend"),
        ({"x": [0, np.inf]}, [1], "the edges of 'x' are not finite"),
        ({"x": [0, 1, 2]}, [1, 2, 3], r"counts have shape \(3,\), the edges make \(2,\) bins"),
        ({"x": [0, 1, 2]}, [1, -2], r"counts in bin \(1,\) are -2; they must be finite and >= 0"),
        ({"x": [0, 1, 2]}, [np.nan, 1], r"counts in bin \(0,\) are nan"),
        ({"x": [0, 1, 2]}, ["a", "b"], "counts are no array of numbers"),
    ],
)
def test_bins_that_are_none(edges: dict[str, list[float]], counts: list[float], message: str) -> None:
    with pytest.raises(DataError, match=message):
        Binned.from_counts(edges, counts)


def test_events_are_never_dropped() -> None:
    with pytest.raises(DataError, match=r"2 of 4 values of 'x' lie outside the bins \[0, 3\]"):
        Binned.from_dataset(DATA, {"x": [0, 1, 3]})
    with pytest.raises(DataError, match="no column 'z'"):
        Binned.from_dataset(DATA, {"z": [0, 1]})
    with pytest.raises(DataError, match="5 bins of 'x' need its Observable, or give edges"):
        Binned.from_dataset(DATA, {"x": 5})
    with pytest.raises(DataError, match="unknown statistic 'poison'; did you mean 'poisson'"):
        Binned.from_dataset(DATA, {"x": 5}, (X,), statistic="poison")  # type: ignore[arg-type]


def test_bins_are_those_of_the_model() -> None:
    held = Binned.from_counts({"x": [0, 1, 4]}, [1, 2])
    held.check([X])
    with pytest.raises(DataError, match="bins in 'x', which the model has not"):
        held.check([Y])
    with pytest.raises(DataError, match="no bins in 'y'"):
        held.check([X, Y])
    with pytest.raises(DataError, match=r"the bins in 'x' cover \[0, 4\], its bounds are \[0, 5\]"):
        held.check([mf.Observable("x", 0.0, 5.0)])
    with pytest.raises(DataError, match="all bins are empty"):
        Binned.from_counts({"x": [0, 4]}, [0]).check([X])
