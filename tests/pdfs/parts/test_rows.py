"""Fixed rows that a density sums over."""

import numpy as np

from morefit_py.graph.build import total
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.parts.rows import fixed_rows

A = Parameter("a", 2.0)


def test_sums_over_the_rows() -> None:
    axis, rows = fixed_rows("test", {"u": np.array([1.0, 2.0]), "v": np.array([3.0, 5.0])})
    assert evaluate([total(axis, A * rows["u"] * rows["v"])], {"a": 2.0}) == [26.0]


def test_equal_rows_are_one_axis_and_others_do_not_mix() -> None:
    first, again = (fixed_rows("test", {"u": np.array([1.0, 2.0])}) for _ in range(2))
    other = fixed_rows("test", {"u": np.array([1.0, 3.0])})
    assert first[0] == again[0]
    assert first[1]["u"] is again[1]["u"]
    assert first[0] != other[0]
    assert first[1]["u"] is not other[1]["u"]
