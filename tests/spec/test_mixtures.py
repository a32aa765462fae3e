"""Tests of morefit_py.spec.mixtures."""

from collections.abc import Callable
from typing import Any

import pytest

from morefit_py.pdfs import Exponential, Fractions, Gaussian

Loaded, Problem = Callable[..., Any], Callable[..., str]

SCALED = """        yield:
          type: scaled
          base_yield: 2
          scale: n_sig
          modifiers:
            - {type: normsys, param: alpha, lo: 0.9, hi: 1.1}
"""
PLAIN = "        yield: n_bkg\n"
BACKGROUND = "      - name: background\n        pdf: {type: exponential, observable: x, params: [slope]}\n"
POI = ("poi: n_sig", "poi: mu")
IGNORED = "ignore:.*is declared"


def test_yields_make_an_extended_mixture(loaded: Loaded) -> None:
    mixture = loaded()[0].channels["SR"]
    assert mixture.extended
    assert [term.name for term in mixture.terms] == ["signal", "background"]


@pytest.mark.filterwarnings(IGNORED)
def test_fractions_make_one_that_is_not(loaded: Loaded) -> None:
    changes = ((SCALED, ""), (PLAIN, "        fraction: 2*alpha + 0.25\n"), POI)
    mixture = loaded(*changes)[0].channels["SR"]
    assert not mixture.extended
    density = mixture.terms[0].density
    assert isinstance(density, Fractions)
    # The process without a fraction is last, as it takes what is left.
    assert [type(inner) for inner in density.densities] == [Exponential, Gaussian]
    assert [parameter.name for parameter in loaded(*changes)[0].parameters] == [
        "mu",
        "sigma",
        "slope",
        "alpha",
    ]


@pytest.mark.filterwarnings(IGNORED)
def test_one_density_alone(loaded: Loaded) -> None:
    mixture = loaded((SCALED, ""), (BACKGROUND + PLAIN, ""), POI)[0].channels["SR"]
    assert not mixture.extended
    assert isinstance(mixture.terms[0].density, Gaussian)
    assert mixture.terms[0].name == "signal"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([(SCALED, "")], "processes[0]: has no yield, but other processes of the channel have; add one"),
        ([(PLAIN, PLAIN + "        fraction: 0.5\n")], "processes[1].fraction: stands beside a yield"),
        ([(SCALED, ""), (PLAIN, "")], "processes: 0 of 2 processes have a fraction"),
        (
            [(SCALED, "        fraction: 0.5\n"), (PLAIN, "        fraction: 0.5\n")],
            "2 of 2 processes have a",
        ),
        ([(SCALED, ""), (PLAIN, "        fraction: 1.5\n")], "fraction: makes the sum exceed 1 at the start"),
        ([(SCALED, ""), (PLAIN, "        fraction: slope\n")], "fraction: is -0.1 at the start"),
        (
            [(SCALED, ""), (PLAIN, "        fraction: nope\n")],
            "fraction: the parameter 'nope' is not declared",
        ),
        ([("name: background", "name: signal")], "processes[1].name: the process 'signal' is there already"),
        (
            [
                ("bounds: [0, 10]}", "bounds: [0, 10]}\n      - {name: y, bounds: [0, 10]}"),
                ("observable: x, params", "observable: y, params"),
            ],
            "processes[1].pdf: does not depend on 'x' as other processes do",
        ),
    ],
)
def test_problems(problem: Problem, changes: list[tuple[str, str]], message: str) -> None:
    assert message in problem(*changes)


def test_a_lone_process_has_no_fraction(problem: Problem) -> None:
    found = problem((SCALED, "        fraction: 0.5\n"), (BACKGROUND + PLAIN, ""))
    assert "processes: 1 of 1 processes have a fraction" in found
