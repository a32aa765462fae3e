from morefit_py.graph.build import ZERO
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import Uniform


def test_costs_nothing_per_event() -> None:
    density = Uniform(Observable("x", 2.0, 6.0))
    assert density.log_shape() is ZERO
    assert evaluate([density.density()], {}) == [0.25]
    assert density.parameters == ()
