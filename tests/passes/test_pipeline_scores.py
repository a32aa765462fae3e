"""The pipeline of score products: values kept, the form chosen by cost, sums of squares not taken apart."""

from __future__ import annotations

import numpy as np
import pytest

from morefit_py.graph.build import ONE, Node, column, log, param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.model.model import as_model
from morefit_py.model.nll import log_density
from morefit_py.passes.pipeline import run_scores
from morefit_py.passes.scores import SCORES, EventTerm, scores
from morefit_py.pdfs.backgrounds.exponential import Exponential
from tests.passes.cases import ROWS

X = Observable("x", 0.0, 3.0)
DATA = np.random.default_rng(8).uniform(0.1, 2.9, ROWS)


def nuisances(count: int) -> tuple[EventTerm, tuple[Parameter, ...]]:
    """Two fixed shapes whose yields depend on many parameters."""
    parameters = tuple(Parameter(f"t{k}", 0.1 * k) for k in range(count))
    first: Node = param(parameters[0])
    for k, parameter in enumerate(parameters):
        first = first + (k + 1.0) * param(parameter) ** 2
    second = 3.0 + first * param(parameters[1])
    x = column(X)
    return EventTerm(Axis("data"), log(first * x + second * (3.0 - x)), ONE), parameters


def squares(term: EventTerm, parameters: tuple[Parameter, ...], at: dict[str, float]) -> np.ndarray:
    """The products of the scores as NumPy sums them."""
    roots = scores(term.log_density, [param(parameter) for parameter in parameters])
    held = np.array([np.broadcast_to(v, DATA.shape) for v in evaluate(roots, at, {"": {"x": DATA}})])
    weight = np.broadcast_to(evaluate([term.factor], at, {"": {"x": DATA}})[0], DATA.shape)
    return (held * weight) @ held.T


@pytest.mark.parametrize(("count", "form"), [(3, "scores"), (12, "interface")])
def test_the_form_is_that_of_less_work(count: int, form: str) -> None:
    term, parameters = nuisances(count)
    made = run_scores([term], param(parameters[2]) ** 2 / 8.0, parameters)
    assert made.form == f"data: {form}"
    assert set(made.costs) == {"data: scores", "data: interface"}
    at = {parameter.name: 0.3 + 0.1 * k for k, parameter in enumerate(parameters)}
    found = evaluate(made.roots[SCORES], at, {"data": {"x": DATA}})
    expected = squares(term, parameters, at)
    expected[2, 2] += 0.25
    np.testing.assert_allclose(found, expected[np.triu_indices(count)], rtol=1e-12)


def test_every_pass_is_recorded() -> None:
    term, parameters = nuisances(3)
    made = run_scores([term], ONE, parameters)
    names = [step.name for step in made.steps]
    assert names == ["score products (data: scores)", "factor", "columns", "products"]
    assert all(set(step.counts) == {SCORES} for step in made.steps)


def test_squares_of_small_differences_are_not_taken_apart() -> None:
    """The score of an exponential is x minus its mean: far from zero the sum of squares would cancel."""
    low = 1e7
    x, slope = Observable("x", low, low + 1.0), Parameter("slope", -0.3, limits=(-1.0, 1.0))
    (mixture,) = as_model(Exponential(x, slope)).channels.values()
    made = run_scores([EventTerm(Axis("data"), log_density(mixture), ONE)], ONE, (slope,))
    data = low + np.linspace(0.05, 0.95, 50)
    (found,) = evaluate(made.roots[SCORES], {"slope": -0.3}, {"data": {"x": data}})
    # The mean of the density on [0, 1].
    mean = 1.0 / (1.0 - np.exp(0.3)) + 1.0 / 0.3
    np.testing.assert_allclose(found, np.sum((data - low - mean) ** 2), rtol=1e-7)
