import numpy as np

import morefit_py as mf
from morefit_py.likelihood.batch import BatchPrograms
from morefit_py.model.stack import Stack
from morefit_py.runtime.arranged import arranged, arranged_batch
from morefit_py.runtime.axis_data import BatchAxis
from tests.backends.models import quadrature


def test_one_is_a_batch_of_one() -> None:
    model, _ = quadrature()
    rng = np.random.default_rng(1)
    sets = [mf.Dataset.from_numpy({"x": rng.uniform(-1.0, 2.0, size)}) for size in (3, 10_000, 1)]
    stack = Stack.of(sets)
    program = BatchPrograms(model, {"data": stack}).objective
    layout = program.source("c").layout
    rows = BatchAxis(stack.columns, stack.rows, stack.offsets)
    nodes = {
        name: BatchAxis(axis.rows, len(next(iter(axis.rows.values()))))
        for name, axis in program.axes.items()
        if axis.rows
    }
    many = arranged_batch(layout, program.axes, {"data": rows, **nodes}, 3)
    assert many.sets == 3
    assert many.bounds["data"].tolist() == [[0, 3], [3, 10_003], [10_003, 10_004]]
    assert many.chunks("data") == -(-10_000 // layout.chunk)
    for i in range(3):
        alone = {"data": rows.one(i), **{name: held.whole for name, held in nodes.items()}}
        one = arranged(layout, program.axes, alone)
        assert one.sets == 1
        assert len(layout.moment_expressions(program.axes)) > 0
        assert one.bounds["data"].tolist() == [[0, len(sets[i])]]
        for order in layout.orders.values():
            assert np.array_equal(one.states(order)[0], many.states(order)[i])
        begin, end = many.bounds["data"][i]
        for whole, part in zip(many.columns("data"), one.columns("data"), strict=True):
            assert np.array_equal(whole[begin:end], part)
