"""Tests of morefit_py.spec.validate: departures from the layout, in words, with their lines."""

from collections.abc import Callable
from typing import Any

import pytest

from morefit_py.errors import SpecError
from morefit_py.pdfs import registry
from morefit_py.spec import layout_v0, layout_v1
from morefit_py.spec.lines import compose
from morefit_py.spec.validate import LAYOUTS, shown, validate

Problem = Callable[..., str]


def test_both_formats_are_known(base: str, contract: str) -> None:
    assert isinstance(validate(compose(base, "s")), layout_v1.Spec)
    assert isinstance(validate(compose(contract, "s")), layout_v0.Spec)
    assert list(LAYOUTS) == ["morefit_spec_v1", "nextstat_unbinned_spec_v0"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "poi: n_sig",
            "pois: n_sig",
            "spec.yaml:3 model.pois: this key is not known here; did you mean 'poi'?",
        ),
        (
            "slope: {init: -0.1",
            "slope: {int: -0.1",
            "model.parameters.slope: the key 'init' is missing; add it",
        ),
        ("slope: {init: -0.1", "slope: {init: x", "slope.init: expected a number, found 'x'"),
        (
            "slope: {init: -0.1",
            "slope: {init: true",
            "slope.init: expected a number, found the truth value true",
        ),
        ("slope: {init: -0.1", "slope: {init: ", "slope.init: expected a number, found nothing"),
        ("slope: {init: -0.1", "slope: {init: .inf", "slope.init: expected a finite number, found inf"),
        ("limits: [-1, 1]", "limits: [-1]", "slope.limits: expected at least 2 items, found 1"),
        ("limits: [-1, 1]", "limits: [-1, 1, 2]", "slope.limits: expected at most 2 items, found 3"),
        (
            "{gaussian: [5, 0.5]}",
            "{gauss: [5, 0.5]}",
            "constraint.gauss: this key is not known here; did you mean 'g",
        ),
        (
            "type: gaussian, mean",
            "type: gausian, mean",
            "unknown constraint type 'gausian'; did you mean 'gaussian'",
        ),
        ("mean: 0, sigma: 1", "mean: 0, sigma: 0", "alpha.constraint.sigma: 0 is not > 0"),
        ("name: SR", "name: 5", "spec.yaml:12 channels[0].name: expected text, found 5"),
        ("name: SR", "name: ''", "channels[0].name: must not be empty"),
        (
            "type: gaussian, obs",
            "type: gausian, obs",
            "pdf.type: unknown pdf type 'gausian'; did you mean 'gaussian'?",
        ),
        (
            "type: gaussian, obs",
            "type: conditional_flow, obs",
            "the pdf type 'conditional_flow' is not supported by this version",
        ),
        ("type: gaussian, obs", "obs", "processes[0].pdf: the key 'type' is missing; add it"),
        ("type: gaussian, obs", "type: 5, obs", "processes[0].pdf.type: expected text, found 5"),
        (
            "{type: gaussian, observable: x, mu: mu, sigma: sigma}",
            "gaussian",
            "expected a mapping with a type, found",
        ),
        ("sigma: sigma}", "sigm: sigma}", "pdf.sigm: this key is not known here; did you mean 'sigma'?"),
        (
            "sigma: sigma}",
            "sigma: [1]}",
            "sigma: expected a number, a parameter or an expression, found a list of 1",
        ),
        (
            "sigma: sigma}",
            "sigma: true}",
            "expected a number, a parameter or an expression, found the truth value",
        ),
        ("type: scaled", "type: skaled", "yield.type: unknown yield type 'skaled'; did you mean 'scaled'?"),
        (
            "yield: n_bkg",
            "yield: [n_bkg]",
            "expected a number, a parameter, an expression or a mapping with a type",
        ),
        ("base_yield: 2", "base_yield: -2", "yield.base_yield: -2 is not >= 0"),
        (
            "type: normsys",
            "type: normsis",
            "modifiers[0].type: unknown modifier type 'normsis'; did you mean 'normsys'?",
        ),
        ("lo: 0.9", "lo: 0", "modifiers[0].lo: 0 is not > 0"),
        ("- {name: x, bounds: [0, 10]}", "[]", "observables: expected at least 1 item, found 0"),
        ("- {name: x, bounds: [0, 10]}", "{}", "observables: expected a list, found a mapping"),
        (
            "data: {file: data.parquet}",
            "data: data.parquet",
            "channels[0].data: expected a mapping, found 'data.parq",
        ),
        (
            "name: SR",
            "name: SR\n    include_in_fit: yes",
            "include_in_fit: expected true or false, found 'yes'",
        ),
    ],
)
def test_departures(problem: Problem, old: str, new: str, message: str) -> None:
    assert message in problem((old, new))


def test_all_departures_are_reported(problem: Problem) -> None:
    found = problem(("poi: n_sig", "pois: n_sig"), ("lo: 0.9", "low: 0.9"), ("name: x", "name: 7"))
    lines = [line.partition(" ")[0] for line in found.splitlines()]
    assert lines == ["spec.yaml:3", "spec.yaml:15", "spec.yaml:24", "spec.yaml:24"]


def test_parameters_must_be_some(problem: Problem, contract: str) -> None:
    held = contract[contract.index("    - {name: nu") : contract.index("channels:")]
    assert "model.parameters: must not be empty" in problem(
        (held, "    {}\n"), ("nextstat_unbinned_spec_v0", "morefit_spec_v1"), base=contract
    )
    assert "expected a list, found a mapping" in problem((held, "    {}\n"), base=contract)
    assert "expected a list or a mapping of parameters, found 3" in problem(
        (held, "    3\n"), ("nextstat_unbinned_spec_v0", "morefit_spec_v1"), base=contract
    )


@pytest.mark.parametrize("kind", ["flow", "conditional_flow"])
def test_densities_of_the_contract_that_are_not_there_yet(problem: Problem, contract: str, kind: str) -> None:
    assert f"the pdf type {kind!r} is not supported" in problem(("exponential", kind), base=contract)


def test_our_densities_are_no_part_of_the_contract(problem: Problem, contract: str) -> None:
    assert "use schema_version: morefit_spec_v1" in problem(("exponential", "fractions"), base=contract)


def test_our_extras_are_no_part_of_the_contract(problem: Problem, contract: str) -> None:
    assert "key is not known here" in problem(("init: 100", "init: 100, fixed: true"), base=contract)
    assert "'bounds' is missing" in problem((", bounds: [0, 1000]", ""), base=contract)
    assert "'yield' is missing" in problem(
        ("\n        yield: {type: parameter, name: nu}", ""), base=contract
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- 1", "s:1: is a list of 1, not a mapping"),
        ("just text", "s:1: is 'just text', not a mapping"),
        ("model: {}", "s:1: the key 'schema_version' is missing; add schema_version: morefit_spec_v1"),
        (
            "\nschema_version: v7",
            "s:2 schema_version: unsupported schema_version: v7 (expected morefit_spec_v1 or nextst",
        ),
        ("schema_version: [1]", "unsupported schema_version: [1]"),
        ("schema_version: 3", "unsupported schema_version: 3"),
    ],
)
def test_what_is_no_spec(text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        validate(compose(text, "s"))
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        ({}, "a mapping"),
        ([1, 2], "a list of 2"),
        (1.5, "1.5"),
        ("x" * 99, "'" + "x" * 36 + "..."),
    ],
)
def test_values_in_few_words(value: Any, text: str) -> None:
    assert shown(value) == text


def test_every_density_can_be_misspelt(problem: Problem) -> None:
    for name in registry():
        assert f"did you mean {name!r}" in problem(("type: gaussian, obs", f"type: {name}e, obs"))
