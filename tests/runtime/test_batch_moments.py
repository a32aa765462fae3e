"""Moments of data sets side by side are those of each alone, to the bit."""

import numpy as np

import morefit_py as mf
from morefit_py.likelihood.batch import BatchPrograms
from morefit_py.model.stack import Stack
from morefit_py.runtime.axis_data import BatchAxis
from morefit_py.runtime.batch_moments import batch_moments
from morefit_py.runtime.columns import moment_values
from tests.backends.models import argus


def test_as_of_one_data_set() -> None:
    model, _ = argus()
    rng = np.random.default_rng(1)
    sizes = (1, 700, 200_001, 3)
    stack = Stack.of([mf.Dataset.from_numpy({"m": rng.uniform(1.0, 5.0, size)}) for size in sizes])
    program = BatchPrograms(model, {"data": stack}).objective
    layout = program.source("c").layout
    held = {"data": BatchAxis(stack.columns, stack.rows, stack.offsets)}
    found = batch_moments(layout, program.axes, held, len(sizes))
    assert found.shape[1] > 0
    for i in range(len(sizes)):
        alone = moment_values(layout, program.axes, {"data": held["data"].one(i)})
        assert np.array_equal(found[i], alone)
