"""Every density, held to what makes it one: a new file is tested by having a case."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.stats import kstest

from morefit_py.graph.build import ZERO, param
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node
from morefit_py.graph.symbols import Observable
from morefit_py.model.sampling import sample
from morefit_py.passes.differentiate import derivatives
from morefit_py.pdfs import fields_of, registry

from .cases import CASES, SEVERAL, Case

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))

# Weights of the central difference of eighth order (Fornberg, Math. Comp. 51 (1988) 699).
_STEPS = np.array([1, 2, 3, 4])
_WEIGHTS = np.array([4 / 5, -1 / 5, 4 / 105, -1 / 280])


def test_every_density_has_a_case() -> None:
    assert {case.density.type for case in CASES} | SEVERAL == set(registry())


def test_every_density_has_a_schema() -> None:
    for kind, density in registry().items():
        assert density.type == kind
        assert fields_of(density)


@every_case
def test_log_density_is_the_formula_over_its_integral(case: Case) -> None:
    x = case.grid()
    with np.errstate(divide="ignore"):
        expected = np.log(case.shape(x) / case.normalisation)
    # Far in a tail the formula itself underflows; the density's files test what is there.
    held = expected > -600
    assert held.any()
    np.testing.assert_allclose(case.log_density(x)[held], expected[held], rtol=1e-9, atol=1e-9)


@every_case
def test_density_is_the_exponential_of_log_density(case: Case) -> None:
    x = case.grid()
    density, log_density, shape, log_shape = evaluate(
        [case.density.density(), case.density.log_density(), case.density.shape(), case.density.log_shape()],
        case.values,
        {"": {case.density.x.name: x}},
    )
    held = np.broadcast_to(log_shape, x.shape) > -600
    if np.exp(evaluate([case.density.log_integral()], case.values)[0]) > 1e-250:
        np.testing.assert_allclose(
            np.broadcast_to(density, x.shape)[held],
            np.broadcast_to(np.exp(log_density), x.shape)[held],
            rtol=1e-9,
        )
    np.testing.assert_allclose(
        np.broadcast_to(shape, x.shape)[held], np.broadcast_to(np.exp(log_shape), x.shape)[held], rtol=1e-9
    )


@every_case
def test_integral_is_one(case: Case) -> None:
    nodes, weights = case.panels
    assert np.sum(weights * np.exp(case.log_density(nodes))) == pytest.approx(1.0, abs=2e-9)


@every_case
def test_integral_between_two_points(case: Case) -> None:
    x = case.density.x
    edges = x.low + x.width * np.array([0.0, 0.11, 0.4, 0.43, 0.77, 1.0])
    low, high = Observable("_low", x.low, x.high), Observable("_high", x.low, x.high)
    columns = {"": {"_low": edges[:-1], "_high": edges[1:]}}
    parts = evaluate([case.density.between(low, high)], case.values, columns)[0]
    whole = evaluate([case.density.integral()], case.values)[0]
    for part, a, b in zip(np.broadcast_to(parts, (5,)), edges[:-1], edges[1:], strict=True):
        nodes, weights = case.rule(a, b)
        assert part / whole == pytest.approx(np.sum(weights * np.exp(case.log_density(nodes))), abs=2e-9)


@every_case
def test_nowhere_negative(case: Case) -> None:
    x = case.density.x
    rows = np.linspace(x.low, x.high, 513)
    value = evaluate([case.density.shape()], case.values, {"": {x.name: rows}})[0]
    assert np.all(value >= 0)
    assert np.all(np.isfinite(value))


@cache
def _derivatives(case: Case) -> tuple[list[Node], list[Node], dict[tuple[int, int], Node]]:
    wrt = [param(parameter) for parameter in case.density.parameters]
    found = derivatives(case.density.log_density(), wrt, order=2)
    return wrt, found.gradient, found.hessian


def _step(case: Case, name: str) -> float:
    scales = {"mu": 20.0, "slope": 1e-3, "wide": 60.0, "sigma": case.values.get("sigma", 1.0), **case.scales}
    return 2e-3 * scales.get(name, min(1.0, abs(case.values[name]) or 1.0))


def _difference(case: Case, roots: list[Node], name: str, x: np.ndarray) -> np.ndarray:
    """The derivative of expressions by one parameter, shape (roots, rows)."""
    h, total = _step(case, name), 0.0
    for step, weight in zip(_STEPS, _WEIGHTS, strict=True):
        for sign in (1.0, -1.0):
            moved = case.values | {name: case.values[name] + sign * step * h}
            values = evaluate(roots, moved, {"": {case.density.x.name: x}})
            total = total + sign * weight * np.stack([np.broadcast_to(v, x.shape) for v in values]) / h
    return np.asarray(total)


def _interior(case: Case) -> np.ndarray:
    """Rows away from the breaks, which no difference may straddle."""
    x = case.grid(23)
    clear = np.full(x.shape, True)
    for point in case.breaks:
        clear &= np.abs(x - point) > 0.02 * case.density.x.width
    return x[clear]


def _on_an_edge(case: Case) -> bool:
    """Whether a parameter sits where its domain or a join ends, so that a difference would cross it."""
    return any(word in case.name for word in ("n near 1", "no power", "join at", "zero at", "small power"))


@every_case
def test_gradient_and_hessian_agree_with_differences(case: Case) -> None:
    x = _interior(case)
    wrt, gradient, hessian = _derivatives(case)
    columns = {"": {case.density.x.name: x}}
    exact = [np.broadcast_to(value, x.shape) for value in evaluate(gradient, case.values, columns)]
    second = evaluate(list(hessian.values()), case.values, columns)
    assert all(np.all(np.isfinite(value)) for value in [*exact, *second])
    if _on_an_edge(case):
        return
    held = case.log_density(x) > -500
    for i, node in enumerate(wrt):
        name = node.parameter.name
        scale = _step(case, name)
        numeric = _difference(case, [case.density.log_density(), *gradient], name, x[held])
        np.testing.assert_allclose(
            scale * exact[i][held], scale * numeric[0], rtol=1e-6, atol=1e-9, err_msg=name
        )
        for j in range(len(wrt)):
            entry = hessian.get((min(i, j), max(i, j)))
            value = 0.0 if entry is None else second[list(hessian).index((min(i, j), max(i, j)))]
            both = scale * _step(case, wrt[j].parameter.name)
            np.testing.assert_allclose(
                both * np.broadcast_to(value, x.shape)[held],
                both * numeric[1 + j],
                rtol=1e-5,
                atol=1e-9,
                err_msg=f"{name}, {wrt[j].parameter.name}",
            )


@pytest.mark.parametrize(
    "case", [c for c in CASES if c.smooth and c.breaks], ids=lambda case: case.name.replace(" ", "-")
)
def test_value_and_slope_are_continuous_at_the_joins(case: Case) -> None:
    x = case.density.x
    found = derivatives(case.density.log_density(), [x.node], order=2)
    roots = [found.gradient[0], found.hessian.get((0, 0), ZERO)]
    for point in case.breaks:
        hair = 1e-9 * x.width
        sides = np.array([point - hair, point + hair])
        below, above = case.log_density(sides)
        (left, right), curvature = evaluate(roots, case.values, {"": {x.name: sides}})
        assert below == pytest.approx(above, abs=abs(left) * 4 * hair + 1e-11)
        assert left == pytest.approx(right, rel=1e-5, abs=float(np.max(np.abs(curvature))) * 4 * hair)


@every_case
def test_events_follow_the_density(case: Case) -> None:
    x = case.density.x
    events = sample(case.density, seed=7, size=100_000)[x.name]
    assert events.shape == (100_000,)
    assert events.min() >= x.low
    assert events.max() <= x.high
    nodes, weights = case.panels
    parts = weights * case.shape(nodes) / case.normalisation
    content = np.cumsum(parts) - 0.5 * parts
    # Of some hundred cases, one fails by chance once in hundreds of seeds; a distance of 0.008 is seen.
    assert kstest(events, lambda at: np.interp(at, nodes, content)).pvalue > 1e-5
