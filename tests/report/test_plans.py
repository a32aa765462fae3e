"""Plans as text."""

from __future__ import annotations

from morefit_py.kernel.plan import plan
from morefit_py.passes.pipeline import ORDERS, run
from morefit_py.report.plans import describe
from tests.passes.cases import mass_model, nested_sum


def test_every_order_and_phase_is_described() -> None:
    case = mass_model()
    optimised = run(case.objective, case.parameters)
    text = describe({order: plan(optimised, order) for order in ORDERS})
    assert text.count("loop over data") == 3
    assert "value, gradient and Hessian" in text
    assert "6 sums" in text


def test_fixed_rows_are_a_loop_of_their_own() -> None:
    case = nested_sum()
    text = describe({0: plan(run(case.objective, case.parameters), 0)})
    assert text.index("loop over nodes") < text.index("loop over data")
