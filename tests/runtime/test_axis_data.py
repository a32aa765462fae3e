import numpy as np

from morefit_py.runtime.axis_data import BatchAxis

ROWS = np.arange(10.0)


def test_rows_of_one_data_set() -> None:
    held = BatchAxis({"x": ROWS}, 10, np.array([0, 3, 3, 10]))
    assert [held.one(i).columns["x"].tolist() for i in range(3)] == [[0, 1, 2], [], [3, 4, 5, 6, 7, 8, 9]]
    assert [held.one(i).rows for i in range(3)] == [3, 0, 7]
    assert held.one(0).columns["x"].base is not None
    assert held.bounds(3).tolist() == [[0, 3], [3, 3], [3, 10]]
    assert held.longest == 7


def test_rows_that_are_everyones() -> None:
    held = BatchAxis({"node": ROWS}, 10)
    assert held.one(5).rows == 10
    assert held.bounds(2).tolist() == [[0, 10], [0, 10]]
    assert held.longest == 10
