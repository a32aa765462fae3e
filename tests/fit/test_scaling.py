import numpy as np

from morefit_py.fit.scaling import curvatures


def test_magnitude_of_the_diagonal():
    found = curvatures(np.ones(2), np.ones(2), np.diag([4.0, -9.0]))
    assert found.tolist() == [4.0, 9.0]


def test_stand_ins_without_curvature():
    x, gradient = np.array([5.0, 5.0, 0.0]), np.array([3.0, 0.0, 0.0])
    assert curvatures(x, gradient, np.zeros((3, 3))).tolist() == [9.0, 1 / 25, 1.0]
