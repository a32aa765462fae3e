"""Tests of morefit_py.spec.yields."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from morefit_py.graph.meaning import evaluate

Loaded, Problem = Callable[..., Any], Callable[..., str]

pytestmark = pytest.mark.filterwarnings("ignore:.*'n_bkg' is declared")


def expected(loaded: Loaded, *changes: tuple[str, str], **values: float) -> float:
    model, _ = loaded(*changes)
    at = {parameter.name: parameter.init for parameter in model.parameters} | values
    return float(evaluate([model.channels["SR"].terms[0].expected], at)[0])


@pytest.mark.parametrize("kind", ["normsys", "norm_sys"])
@pytest.mark.parametrize(("alpha", "factor"), [(0.0, 1.0), (2.0, 1.1**2), (-3.0, 0.9**3)])
def test_normsys(loaded: Loaded, kind: str, alpha: float, factor: float) -> None:
    found = expected(loaded, ("type: normsys", f"type: {kind}"), n_sig=70.0, alpha=alpha)
    assert found == pytest.approx(2 * 70.0 * factor)


@pytest.mark.parametrize("kind", ["weightsys", "weight_sys"])
@pytest.mark.parametrize("code", ["", ", interp_code: code0"])
@pytest.mark.parametrize(("alpha", "factor"), [(0.5, 1.05), (-0.5, 0.95), (2.0, 1.2)])
def test_weightsys(loaded: Loaded, kind: str, code: str, alpha: float, factor: float) -> None:
    change = ("type: normsys, param: alpha", f"type: {kind}{code}, param: alpha")
    assert expected(loaded, change, n_sig=50.0, alpha=alpha) == pytest.approx(100.0 * factor)


def test_modifiers_multiply(loaded: Loaded) -> None:
    line = "- {type: normsys, param: alpha, lo: 0.9, hi: 1.1}"
    second = "\n            - {type: weightsys, param: alpha, lo: 0.5, hi: 2, interp_code: code4p}"
    assert expected(loaded, (line, line + second), alpha=1.0) == pytest.approx(100 * 1.1 * 2)
    assert expected(loaded, (line, line + second), alpha=-1.0) == pytest.approx(100 * 0.9 * 0.5)


def test_expressions(loaded: Loaded) -> None:
    changes = (("scale: n_sig", "scale: n_sig*exp(alpha)"), ("param: alpha", "param: 2*alpha"))
    assert expected(loaded, *changes, alpha=0.5) == pytest.approx(100 * np.exp(0.5) * 1.1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("yield: n_bkg", "yield: n_bgk"),
            "yield: the parameter 'n_bgk' is not declared; did you mean 'n_bkg'?",
        ),
        (("yield: n_bkg", "yield: -3"), "yield: the yield is -3 at the start; it must not be negative"),
        (("yield: n_bkg", "yield: n_bkg - 60"), "yield: the yield is -10 at the start"),
        (("scale: n_sig", "scale: n_gis"), "yield.scale: the parameter 'n_gis' is not declared"),
        (
            ("param: alpha", "param: alhpa"),
            "modifiers[0].param: the parameter 'alhpa' is not declared; did you mean",
        ),
        (
            ("n_bkg: {init: 50, limits: [0", "n_bkg: {init: 50, limits: [-1"),
            "yield: the lower limit -1 of the parameter 'n_bkg' lets the yield become negative; set it to 0",
        ),
        (
            ("n_sig: {init: 50, limits: [0", "n_sig: {init: 50, limits: [-.inf"),
            "yield.scale: the lower limit -inf of the parameter 'n_sig' lets the yield become negative",
        ),
    ],
)
def test_problems(problem: Problem, change: tuple[str, str], message: str) -> None:
    assert message in problem(change)


def test_a_yield_without_limits_is_the_users_own_risk(loaded: Loaded) -> None:
    loaded(("n_bkg: {init: 50, limits: [0, 1000]}", "n_bkg: {init: 50}"))
