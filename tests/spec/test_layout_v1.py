"""Tests of morefit_py.spec.layout_v1: the ways our own format has beside the contract's."""

from collections.abc import Callable
from typing import Any

import pytest

from morefit_py.graph.meaning import evaluate

Loaded = Callable[..., Any]


def parameter(loaded: Loaded, name: str, *changes: tuple[str, str]) -> Any:
    model, _ = loaded(*changes)
    return next(parameter for parameter in model.parameters if parameter.name == name)


def test_parameters_as_a_mapping(loaded: Loaded) -> None:
    change = (
        "mu: {init: 5, limits: [2, 8]",
        "mu: {init: 5, bounds: [2, 8], unit: MeV, latex: '\\mu', fixed: true",
    )
    mu = parameter(loaded, "mu", change)
    assert (mu.init, mu.limits, mu.unit, mu.latex, mu.fixed) == (5.0, (2.0, 8.0), "MeV", "\\mu", True)


def test_parameters_as_a_list(loaded: Loaded) -> None:
    names = ("n_sig", "n_bkg", "mu", "sigma", "slope", "alpha")
    model, _ = loaded(*((f"    {name}: {{", f"    - {{name: {name}, ") for name in names))
    assert [parameter.name for parameter in model.parameters] == list(names)
    assert len(model.constraints) == 2


def test_a_parameter_needs_no_limits(loaded: Loaded) -> None:
    assert parameter(loaded, "slope", (", limits: [-1, 1]", "")).limits is None


@pytest.mark.parametrize("form", ["{gaussian: [0, 1]}", "{type: gaussian, mean: 0, sigma: 1}"])
def test_constraints_in_both_forms(loaded: Loaded, form: str) -> None:
    model, _ = loaded(("{type: gaussian, mean: 0, sigma: 1}", form))
    value = evaluate([model.constraints[1].nll()], {"alpha": 2.0})[0]
    assert value == pytest.approx(2.0 + 0.9189385332046727)


@pytest.mark.filterwarnings("ignore:.*'n_bkg' is declared")
@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("n_bkg", 50.0),
        ("120.5", 120.5),
        ("2*n_bkg + 1", 101.0),
        ("{type: fixed, value: 3}", 3.0),
        ("{type: parameter, name: n_bkg}", 50.0),
        ("{type: scaled, base_yield: 4, scale: n_bkg**2}", 10000.0),
    ],
)
def test_yields_in_every_form(loaded: Loaded, text: str, value: float) -> None:
    model, _ = loaded(("yield: n_bkg", f"yield: {text}"))
    expected = model.channels["SR"].terms[1].expected
    assert evaluate([expected], {"n_bkg": 50.0})[0] == pytest.approx(value)


def test_titles_and_units(loaded: Loaded) -> None:
    changes = (
        ("model:\n", "title: A title\nnotes: |\n  Two\n  lines.\nmodel:\n"),
        ("bounds: [0, 10]}", "bounds: [0, 10], unit: mm, latex: x_1}"),
    )
    model, _ = loaded(*changes)
    assert model.name == "A title"
    assert (model.observables["SR"][0].unit, model.observables["SR"][0].latex) == ("mm", "x_1")
