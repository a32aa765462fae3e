from morefit_py.graph.build import ONE
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs.parts.reach import above, room_between

A = Parameter("a", 2.0)


def test_above_is_zero_below_the_threshold() -> None:
    assert [evaluate([above(5.0, A)], {"a": a})[0] for a in (2.0, 5.0, 8.0)] == [3.0, 0.0, 0.0]


def test_room_is_that_between_ends_of_parameters() -> None:
    assert evaluate([room_between(A, 5.0)], {"a": 7.0})[0] == -2.0
    assert room_between(Observable("e", 0.0, 1.0), 5.0) is ONE
