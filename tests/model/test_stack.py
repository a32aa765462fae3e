import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import DataError
from morefit_py.model.stack import Stack

X = mf.Observable("x", 0.0, 1.0)


def data(*values: float, weights: list[float] | None = None) -> mf.Dataset:
    return mf.Dataset.from_numpy({"x": np.array(values)}, weights)


def test_data_sets_come_back_as_they_were() -> None:
    sets = [data(0.1, 0.2), data(0.3), data(0.4, 0.5, 0.6)]
    stack = Stack.of(sets)
    assert len(stack) == 3
    assert stack.rows == 6
    for i, one in enumerate(sets):
        assert stack.one(i)["x"].tolist() == one["x"].tolist()
        assert np.shares_memory(stack.one(i)["x"], stack["x"])
    assert [stack.some([2, 0]).one(i)["x"].tolist() for i in range(2)] == [[0.4, 0.5, 0.6], [0.1, 0.2]]
    assert not stack.is_weighted
    assert stack.problems([X]) == {}


def test_weights_go_along() -> None:
    stack = Stack.of([data(0.1, 0.2, weights=[1.0, 2.0]), data(0.3, weights=[0.5])])
    assert stack.is_weighted
    held = stack.one(1).weights
    assert held is not None
    assert held.tolist() == [0.5]


def test_bins_go_along() -> None:
    edges = {"x": [0.0, 0.5, 1.0]}
    sets = [
        mf.Binned.from_counts(edges, [1, 2], statistic="neyman"),
        mf.Binned.from_counts(edges, [3, 4], statistic="neyman"),
    ]
    stack = Stack.of(sets)
    one = stack.one(1)
    assert isinstance(one, mf.Binned)
    assert one.counts.tolist() == [3, 4]
    assert one.statistic == "neyman"
    assert not stack.is_weighted
    assert Stack.of([mf.Binned.from_counts(edges, [1, 2], [2, 4])]).is_weighted


def test_problems_by_data_set() -> None:
    stack = Stack.of([data(0.1), data(1.5, 0.5), data(), data(np.nan)])
    problems = stack.problems([X])
    assert sorted(problems) == [1, 2, 3]
    assert "outside" in problems[1]
    assert "no events" in problems[2]
    weighted = Stack.of([data(0.1, weights=[1.0]), data(0.2, weights=[0.0])])
    assert "all weights are zero" in weighted.problems([X])[1]


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        ([], "no data sets"),
        ([data(0.1), mf.Dataset.from_numpy({"y": np.ones(1)})], "data set 1"),
        ([data(0.1), data(0.1, weights=[1.0])], "weights must be given for all data sets or for none"),
        ([mf.Binned.from_counts({"x": [0, 1]}, [1]), mf.Binned.from_counts({"x": [0, 2]}, [1])], "bins"),
    ],
)
def test_data_sets_that_are_not_alike(sets: list[mf.Dataset], said: str) -> None:
    with pytest.raises(DataError, match=said):
        Stack.of(sets)
