import numpy as np
import pytest

from morefit_py.model.toys import Toys

X = np.arange(10.0)
ONE = Toys((7, 8, 9), {"d": {"x": X, "y": -X}}, {"d": np.array([0, 4, 4, 10])})
TWO = Toys((7, 8), {"a": {"x": X}, "b": {"y": X[:3]}}, {"a": np.array([0, 4, 10]), "b": np.array([0, 0, 3])})


def test_toys_are_slices() -> None:
    assert len(ONE) == 3
    toy = ONE[2]
    assert toy["x"].tolist() == [4.0, 5.0, 6.0, 7.0, 8.0, 9.0]  # type: ignore[union-attr]
    assert np.shares_memory(toy["y"], ONE.columns["d"]["y"])  # type: ignore[arg-type]
    assert len(ONE[1]) == 0
    assert ONE.counts("d").tolist() == [4, 0, 6]


def test_a_toy_of_several_channels() -> None:
    toy = TWO[-1]
    assert isinstance(toy, dict)
    assert toy["a"]["x"].tolist() == X[4:].tolist()
    assert toy["b"]["y"].tolist() == [0.0, 1.0, 2.0]
    assert list(ONE.channels_of(0)) == ["d"]
    assert ONE.channels_of(0)["d"].source == "toy 7 of channel 'd'"


def test_toys_that_are_not_there() -> None:
    with pytest.raises(IndexError):
        ONE[3]
    assert [len(ONE[i]) for i in range(len(ONE))] == [4, 0, 6]
