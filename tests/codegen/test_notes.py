"""Headers and comments."""

from __future__ import annotations

from dataclasses import replace

from morefit_py.codegen.notes import describe, header, package_version, results_note, value_notes
from morefit_py.graph.build import ONE, ZERO, column, exp, log, param
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.kernel.plan import plan
from morefit_py.passes.counts import Counts
from morefit_py.passes.pipeline import run, run_scores
from morefit_py.passes.scores import SCORES, EventTerm
from tests.passes.cases import mass_model

CASE = mass_model()
OPTIMISED = run(CASE.objective, CASE.parameters)


def test_results_are_named_by_their_derivatives() -> None:
    made = plan(OPTIMISED, 2)
    assert results_note(made, 0) == "  // nll"
    assert results_note(made, 1) == f"  // d nll / d {made.parameters[0].name}"
    names = [parameter.name for parameter in made.parameters]
    assert results_note(made, 6) == f"  // d2 nll / d {names[0]} d {names[0]}"
    assert results_note(made, made.results - 1) == f"  // d2 nll / d {names[-1]} d {names[-1]}"
    assert results_note(made, made.results) == ""
    assert results_note(replace(made, results=made.results + 1), made.results) == ""


def test_products_of_scores_are_named_by_both() -> None:
    a, b, c = (Parameter(name, 1.0) for name in ("a", "b", "c*/"))
    term = EventTerm(Axis("data"), log(column(Observable("x", 0, 1)) * a + b * c), ONE)
    made = plan(run_scores([term], ZERO, [a, b, c]), SCORES)
    named = ["a and a", "a and b", "a and c* /", "b and b", "b and c* /", "c* / and c* /"]
    assert [results_note(made, slot) for slot in range(7)] == [f"  // scores by {n}" for n in named] + [""]


def test_counts_read_as_a_line() -> None:
    assert describe(Counts({"add": 3, "exp": 2}, 1, 6)) == "3 add, 2 exp; 1 columns read, 6 sums"
    assert describe(Counts({}, 0, 0)).startswith("none")


def test_a_header_cannot_end_its_comment() -> None:
    odd = Parameter("a */ b", 1.0)
    optimised = run(exp(param(odd)), [odd])
    assert not any("*/" in line for line in header(optimised, "any", "digest"))


def test_notes_tie_values_to_the_model() -> None:
    node = exp(param(Parameter("a", 1.0)))
    assert value_notes([node], {node: "shape of it */"}) == {node: "shape of it * /"}
    assert value_notes([node], {}) == {}


def test_the_version_is_known() -> None:
    assert package_version()
