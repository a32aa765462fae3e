"""Rendered sources: complete, commented, reproducible."""

from __future__ import annotations

import re

import pytest

from morefit_py.codegen.dialects import dialect, dialect_names
from morefit_py.codegen.render import render, template_folder
from morefit_py.kernel.plan import plan
from morefit_py.passes.pipeline import ORDERS, run
from tests.passes.cases import CASES, mass_model

CASE = mass_model()
OPTIMISED = run(CASE.objective, CASE.parameters)
PLANS = {order: plan(OPTIMISED, order) for order in ORDERS}


@pytest.mark.parametrize("name", dialect_names())
def test_the_header_says_what_the_source_is(name: str) -> None:
    text = render(OPTIMISED, PLANS, dialect(name), digest="0123abcd").text
    head = text[: text.index("*/")]
    for said in ("morefit_py", f"dialect {name}", "0123abcd", "n_sig", "factor", "products", "2 exp"):
        assert said in head


@pytest.mark.parametrize("name", dialect_names())
def test_every_phase_has_its_function_and_the_layout_names_it(name: str) -> None:
    source = render(OPTIMISED, PLANS, dialect(name))
    for order in source.layout.orders.values():
        for phase in order.phases:
            if phase.axis is not None or dialect(name).scalars_on_device:
                assert re.search(rf"\b{phase.function}\b", source.text)


@pytest.mark.parametrize("case", CASES)
def test_rendering_twice_gives_the_same_bytes(case: str) -> None:
    texts = set()
    for _ in range(2):
        held = CASES[case]()
        optimised = run(held.objective, held.parameters)
        plans = {order: plan(optimised, order) for order in ORDERS}
        texts.add(render(optimised, plans, dialect(dialect_names()[0])).text)
    assert len(texts) == 1


def test_labels_become_comments() -> None:
    loop = PLANS[0].loops[0]
    labelled = {node: "the shape of it" for node in loop.body if node.op.text == "exp"}
    text = render(OPTIMISED, PLANS, dialect(dialect_names()[0]), labelled).text
    assert "// the shape of it" in text


def test_names_that_are_no_identifiers_are_spelt_as_some() -> None:
    from morefit_py.graph.build import column, exp, param, total
    from morefit_py.graph.symbols import Axis, Observable, Parameter

    odd = Parameter("\\mu (GeV) */ int", 0.5)
    objective = total(Axis("a */ b"), exp(param(odd) * column(Observable("m-1", 0, 1))))
    optimised = run(objective, [odd])
    plans = {0: plan(optimised, 0)}
    for name in dialect_names():
        text = render(optimised, plans, dialect(name)).text
        assert text.count("/*") == text.count("*/")


def test_templates_are_found() -> None:
    assert (template_folder() / "common").is_dir()
