"""Tests of morefit_py.spec.densities."""

from collections.abc import Callable
from typing import Any

import pytest

from morefit_py.graph.build import mul
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.pdfs import Chebyshev, Convolution, Exponential, Formula, Fractions, Gaussian, Uniform

Loaded, Problem = Callable[..., Any], Callable[..., str]
BACKGROUND = "{type: exponential, observable: x, params: [slope]}"
X = Observable("x", 0.0, 10.0)

pytestmark = pytest.mark.filterwarnings("ignore:.*'slope' is declared")


def density(loaded: Loaded, text: str, *changes: tuple[str, str]) -> Any:
    model, _ = loaded((BACKGROUND, text), *changes)
    return model.channels["SR"].terms[1].density


def test_values_by_position_and_by_name(loaded: Loaded) -> None:
    for text in (
        "{type: gaussian, observable: x, params: [3.5, 2*sigma]}",
        "{type: gaussian, sigma: 2*sigma, observable: x, mu: 3.5}",
    ):
        found = density(loaded, text)
        assert isinstance(found, Gaussian)
        assert (found.observable, found.mu) == (X, 3.5)
        assert found.sigma is mul(2.0, Parameter("sigma", 1.0, (0.1, 3.0)))


@pytest.mark.parametrize("text", ["params: [0.1, slope]", "coefficients: [0.1, slope]"])
def test_lists_of_values(loaded: Loaded, text: str) -> None:
    found = density(loaded, f"{{type: chebyshev, observable: x, {text}}}")
    assert isinstance(found, Chebyshev)
    assert [getattr(c, "name", c) for c in found.coefficients] == [0.1, "slope"]


def test_no_values(loaded: Loaded) -> None:
    assert isinstance(density(loaded, "{type: uniform, observable: x}"), Uniform)
    assert isinstance(density(loaded, "{type: uniform, observable: x, params: []}"), Uniform)


def test_convolution(loaded: Loaded) -> None:
    text = (
        "{type: convolution, observable: x, base: {type: uniform, observable: t}, method: direct, "
        "resolution: {type: gaussian, observable: d, mu: 0, sigma: sigma}}"
    )
    more = ("- {name: x, bounds: [0, 10]}", "- {name: x, bounds: [0, 10]}\n      - {name: t, bounds: [2, 4]}")
    found = density(loaded, text, (more[0], more[1] + "\n      - {name: d, bounds: [-30, 30]}"))
    assert isinstance(found, Convolution)
    assert (found.method, found.observables) == ("direct", (X,))


def test_fractions(loaded: Loaded) -> None:
    one, two = "{type: uniform, observable: x}", "{type: exponential, observable: x, slope: slope}"
    found = density(loaded, f"{{type: fractions, densities: [{one}, {two}], fractions: [0.25]}}")
    assert isinstance(found, Fractions)
    assert [type(inner) for inner in found.densities] == [Uniform, Exponential]
    assert found.fractions == (0.25,)


@pytest.mark.parametrize("which", ["", "observable: x, ", "observable: [x], "])
def test_formula(loaded: Loaded, which: str) -> None:
    found = density(
        loaded, f"{{type: formula, {which}expression: 'exp(slope*x) * (1 + x^2)'}}".replace("^", "**")
    )
    assert isinstance(found, Formula)
    assert found.observables == (X,)
    assert [parameter.name for parameter in found.parameters] == ["slope"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{type: gaussian, observable: x, params: [slope]}",
            "spec.yaml:26 channels[0].processes[1].pdf.params: gaussian takes 2 params (mu, sigma), not 1",
        ),
        ("{type: exponential, observable: x, params: [1, 2]}", "exponential takes 1 param (slope), not 2"),
        ("{type: uniform, observable: x, params: [1]}", "uniform takes 0 params (none), not 1"),
        (
            "{type: chebyshev, observable: x, params: []}",
            "chebyshev takes at least 1 param (coefficients...), not 0",
        ),
        (
            "{type: gaussian, observable: xx, params: [1, 2]}",
            "pdf.observable: the observable 'xx' is not declared in this channel; did you mean 'x'?",
        ),
        (
            "{type: gaussian, observable: x, params: [1, sigmo]}",
            "pdf.params[1]: the parameter 'sigmo' is not declared; did you mean 'sigma'?",
        ),
        (
            "{type: gaussian, observable: x, params: [1, -2]}",
            "pdf.params[1]: sigma is -2 at the start; it must be > 0",
        ),
        (
            "{type: gaussian, observable: x, mu: 1, sigma: -2*sigma}",
            "pdf.sigma: is -2 at the start; it must be > 0",
        ),
        ("{type: gaussian, observable: x, mu: 1, sigma: slope}", "pdf.sigma: is -0.1 at the start"),
        (
            "{type: gaussian, observable: x, mu: 1, sigma: '2*'}",
            "pdf.sigma: this is not arithmetic (column 3)",
        ),
        (
            "{type: crystal_ball, observable: x, mu: 1, sigma: 1, alpha: 1, n: 1}",
            "pdf.n: is 1 at the start",
        ),
        ("{type: formula, expression: 'x*nothing'}", "pdf.expression: unknown name 'nothing'"),
        ("{type: formula, expression: 'slope + 1'}", "pdf: "),
        (
            "{type: formula, observable: xx, expression: 'x'}",
            "pdf.observable: the observable 'xx' is not declared",
        ),
        (
            "{type: fractions, densities: [{type: uniform, observable: x}], fractions: [0.5]}",
            "pdf.fractions: 1 ",
        ),
        (
            "{type: convolution, observable: x, method: fft, base: {type: uniform, observable: t}, "
            "resolution: {type: uniform, observable: d}}",
            "pdf.method: expected",
        ),
        (
            "{type: fractions, densities: [{type: uniform, observable: z}, {type: uniform, observable: x}], "
            "fractions: [nope]}",
            "pdf.densities[0].observable: the observable 'z' is not declared",
        ),
    ],
)
def test_problems(problem: Problem, text: str, message: str) -> None:
    assert message in problem((BACKGROUND, text))


def test_widths_must_stay_positive_within_their_limits(problem: Problem) -> None:
    assert "pdf.sigma: the lower limit -1 of parameter 'sigma'" in problem(("[0.1, 3]", "[-1, 3]"))


def test_a_name_that_is_both(problem: Problem) -> None:
    change = "{type: formula, expression: 'x*mu'}"
    found = problem((BACKGROUND, change), ("name: x", "name: mu"), ("observable: x", "observable: mu"))
    assert "pdf.expression: 'mu' is both an observable and a parameter; rename one" in found


def test_the_contract_knows_names_only(problem: Problem, contract: str) -> None:
    assert "the parameter '2*lambda' is not declared" in problem(("[lambda]", "[2*lambda]"), base=contract)
    assert "expected the name of a parameter, found 2" in problem(("[lambda]", "[2]"), base=contract)


def test_the_contract_has_formulas(loaded: Loaded, contract: str) -> None:
    text = "{type: formula, observable: x, expression: 'exp(lambda*x)'}"
    model, _ = loaded((BACKGROUND.replace("slope", "lambda"), text), base=contract)
    assert isinstance(model.channels["SR"].terms[0].density, Formula)
