"""Closed integrals: found in time and right, or not at all."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import mpmath as mp
import pytest

from morefit_py.graph import integral_process
from morefit_py.graph.build import Node, cos, detach, exp, lgamma, maximum, select, sin, sqrt, total
from morefit_py.graph.integral_process import integrate, respond
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import leaves
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.graph.text import write
from tests.exact import exact

x = Observable("x", 0.0, 3.0, unit="GeV")
p = Parameter("p", 1.1, limits=(0.5, 2.0), unit="1/GeV")
k = Parameter("k", 0.3, limits=(-1.0, 2.0))

# Hard for SymPy, which would think for minutes.
HARD = sin(x**3) * exp(cos(p * x)) / sqrt(1.0 + x**5)


@pytest.mark.parametrize(
    "expression",
    [
        exp(-p * x),
        1.0 + k * x + p * x**2,
        1.0 / (1.0 + ((x - k) / p) ** 2),
        select(x < p, x, p),
        exp(-(((x - k) / p) ** 2) / 2.0),
    ],
    ids=str,
)
def test_closed_forms(expression: Node) -> None:
    found = integrate(expression, x, 0.0, 3.0, seconds=20.0)
    assert found is not None
    assert not leaves([found], Op.COLUMN)
    assert {node.parameter for node in leaves([found], Op.PARAM)} <= {p, k}
    for values in ({"p": 0.6, "k": -0.7}, {"p": 1.9, "k": 1.2}):

        def integrand(t: object, values: dict[str, float] = values) -> object:
            return exact([expression], values | {"x": t})[0][0]

        (value,) = evaluate([found], values)
        assert float(value) == pytest.approx(float(mp.quad(integrand, [0.0, values["p"], 3.0])), rel=1e-9)


def test_what_does_not_depend_on_the_observable_needs_no_search() -> None:
    assert integrate(p * k, x, 1.0, 3.0) is 2.0 * p * k
    assert integrate(sin(Observable("y", 0.0, 1.0)), x, 1.0, 3.0) is None


@pytest.mark.parametrize(
    "expression", [detach(x) * p, total(Axis("nodes"), x) * x, lgamma(x + 1.0) + maximum(x, p)], ids=str
)
def test_what_has_no_closed_form_here(expression: Node) -> None:
    assert integrate(expression, x, 0.0, 3.0, seconds=2.0) is None


def test_the_search_ends_with_its_time() -> None:
    start = time.monotonic()
    assert integrate(HARD, x, 0.0, 3.0, seconds=0.5) is None
    assert time.monotonic() - start < 20.0


def test_a_worker_that_hangs_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integral_process, "_START_UP", 0.0)
    assert integrate(HARD, x, 0.0, 3.0, seconds=0.05) is None


def _answering(text: str) -> Callable[[str, float], str]:
    return lambda request, seconds: text


@pytest.mark.parametrize(
    "answer",
    ["", "nonsense", write([p * 2.0]), write([x.node]), write([p.node, k.node])],
    ids=["nothing", "nonsense", "wrong", "of the observable", "two roots"],
)
def test_answers_that_cannot_be_right_are_dropped(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integral_process, "_ask", _answering(answer))
    assert integrate(exp(-p * x), x, 0.0, 3.0) is None


def test_the_answer_holds_the_callers_own_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = (1.0 - exp(-3.0 * p)) / p
    monkeypatch.setattr(integral_process, "_ask", _answering(write([closed])))
    assert integrate(exp(-p * x), x, 0.0, 3.0) is closed


def test_an_infinite_range_is_checked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integral_process, "_ask", _answering(write([math.sqrt(math.pi) * p])))
    bell = exp(-((x / p) ** 2))
    assert integrate(bell, x, -math.inf, math.inf) is math.sqrt(math.pi) * p
    assert integrate(bell, x, 0.0, math.inf) is None


def test_the_request_is_text() -> None:
    request = integral_process._request(exp(-p * x), x, 0.0, 3.0, 2.0, [p])
    assert request.splitlines()[0] == (
        '{"x": "x", "low": "0x0.0p+0", "high": "0x1.8000000000000p+1", "seconds": 2.0, "signs": {"p": 1}}'
    )
    answer = respond(request)
    assert answer.startswith("morefit graph 1\n")
    assert respond(integral_process._request(HARD * 0.0 + sin(exp(x * x)), x, 0.0, 1.0, 2.0, [])) == ""
