"""Tests of morefit_py.spec.resolve."""

from collections.abc import Callable
from typing import Any

import pytest

from morefit_py.errors import MorefitWarning
from morefit_py.graph.meaning import evaluate

Loaded, Problem = Callable[..., Any], Callable[..., str]
SECOND = """\
  - name: CR
    data: {file: data.parquet, channel: CR}
    observables:
      - {name: x, bounds: [0, 10]}
    processes:
      - name: background
        pdf: {type: exponential, observable: x, params: [slope]}
        yield: n_cr
"""
N_CR = ("    sigma:", "    n_cr: {init: 30, limits: [0, 100]}\n    sigma:")


def two(*changes: tuple[str, str]) -> list[tuple[str, str]]:
    """Changes that add a second channel."""
    return [("channels:\n", "channels:\n" + SECOND), N_CR, *changes]


def test_parameters_keep_the_order_they_are_declared_in(loaded: Loaded) -> None:
    model, _ = loaded()
    assert [parameter.name for parameter in model.parameters] == [
        "n_sig",
        "n_bkg",
        "mu",
        "sigma",
        "slope",
        "alpha",
    ]
    assert model.poi == "n_sig"
    assert model.name == "spec"


def test_constraints(loaded: Loaded) -> None:
    model, _ = loaded()
    at = {"mu": 5.5, "alpha": 2.0}
    gauss = [float(evaluate([c.nll()], at)[0]) - 0.9189385332046727 for c in model.constraints]
    assert gauss == pytest.approx([0.5 - 0.6931471805599453, 2.0])


def test_channels_share_parameters(loaded: Loaded) -> None:
    model, data = loaded(*two())
    assert list(model.channels) == ["CR", "SR"]
    assert {name: len(held) for name, held in data.items()} == {"CR": 50, "SR": 100}
    assert len(model.parameters) == 7


def test_a_channel_left_out_is_read_but_not_fitted(loaded: Loaded) -> None:
    left_out = ("name: CR\n", "name: CR\n    include_in_fit: false\n")
    model, data = loaded(*two(left_out))
    assert list(model.channels) == ["SR"]
    assert len(data) == 100
    assert "n_cr" not in [parameter.name for parameter in model.parameters]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            [("init: -0.1", "init: -7")],
            "spec.yaml:9 model.parameters.slope.init: its start value -7 lies outside its",
        ),
        ([("[-1, 1]", "[1, -1]")], "model.parameters.slope.limits: limits (1, -1) are not low <= high"),
        ([("[-1, 1]", "[-1, .nan]")], "slope.limits[1]: expected a number, which nan is not"),
        (
            [("[-1, 1]}", "[-1, 1], bounds: [-1, 1]}")],
            "slope.bounds: stands beside limits, which mean the same",
        ),
        (
            [("{gaussian: [5, 0.5]}", "{gaussian: [5, 0]}")],
            "constraint: Gaussian constraint on mu: sigma is 0",
        ),
        (
            [("bounds: [0, 10]", "bounds: [10, 0]")],
            "observables[0].bounds: bounds [10, 0] are not low < high",
        ),
        (
            [("poi: n_sig", "poi: n_sgi")],
            "model.poi: the parameter 'n_sgi' is not declared; did you mean 'n_sig'?",
        ),
        ([("poi: n_sig", "poi: n_cr"), N_CR], "model.poi: no density and no yield depends on 'n_cr'"),
        ([("name: SR", "name: SR\n    include_in_fit: false")], "every channel has include_in_fit: false"),
        (two(("name: CR", "name: SR")), "channels[1].name: the channel 'SR' is there already; rename one"),
        (
            [("bounds: [0, 10]}", "bounds: [0, 10]}\n      - {name: x, bounds: [0, 1]}")],
            "observables[1].name: the observable 'x' is there already",
        ),
        ([("    slope:", "    ' slope':"), ("[slope]", "[1]")], "' slope' is not a name: use printable"),
    ],
)
def test_problems(problem: Problem, changes: list[tuple[str, str]], message: str) -> None:
    assert message in problem(*changes)


def test_a_parameter_declared_twice(problem: Problem, contract: str) -> None:
    line = "    - {name: nu, init: 100, bounds: [0, 1000]}\n"
    found = problem((line, line + line), base=contract)
    assert found == (
        "spec.yaml:6 model.parameters[1].name: the parameter 'nu' is declared already; rename one"
    )


def test_one_mistake_is_one_problem(problem: Problem) -> None:
    assert len(problem(("init: -0.1", "init: -7")).splitlines()) == 1


def test_problems_of_all_parts_are_reported_together(problem: Problem) -> None:
    found = problem(
        ("init: -0.1", "init: -7"), ("mu: mu", "mu: mv"), ("file: data", "file: date"), ("poi: n", "poi: m")
    )
    lines = [line.partition(" ")[0] for line in found.splitlines()]
    assert lines == ["spec.yaml:3", "spec.yaml:9", "spec.yaml:13", "spec.yaml:18"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            [("params: [slope]", "params: [-0.1]")],
            "model.parameters.slope: the parameter 'slope' is declared, but noth",
        ),
        (
            [("param: alpha", "param: slope")],
            "model.parameters.alpha: .*'alpha' is declared, but only its constraint",
        ),
        (
            [("bounds: [0, 10]}", "bounds: [0, 10]}\n      - {name: y, bounds: [0, 10]}")],
            r"channels\[0\].observables\[1\]: the observable 'y' is declared, but no density",
        ),
    ],
)
def test_what_is_declared_and_not_used_is_warned_of(
    loaded: Loaded, changes: list[tuple[str, str]], message: str
) -> None:
    with pytest.warns(MorefitWarning, match=message):
        model, _ = loaded(*changes)
    names = [parameter.name for parameter in model.parameters]
    # Without a constraint, a parameter that nothing depends on would have no error.
    assert ("slope" in names) is ("slope" not in message)
    assert "alpha" in names
