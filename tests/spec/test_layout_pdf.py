"""Tests of morefit_py.spec.layout_pdf."""

from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from morefit_py.graph.build import Operand
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs import Chebyshev, CrystalBall, Density, Formula, Fractions, Uniform, registry
from morefit_py.spec import layout_pdf
from morefit_py.spec.layout_pdf import PDF, PDF_BY_PARAMS, UNSUPPORTED, has_params, values_of

ANY: TypeAdapter[Any] = TypeAdapter(PDF)
BY_PARAMS: TypeAdapter[Any] = TypeAdapter(PDF_BY_PARAMS)


def test_params_are_the_values_in_the_order_of_the_fields() -> None:
    assert [name for name, _ in values_of(CrystalBall)] == ["mu", "sigma", "alpha", "n"]
    assert values_of(Chebyshev) == [("coefficients", "values")]
    assert values_of(Uniform) == []


def test_which_densities_have_params() -> None:
    assert has_params(CrystalBall)
    assert has_params(Uniform)
    assert not has_params(Formula)
    assert not has_params(Fractions)


def test_every_density_has_its_section() -> None:
    assert not UNSUPPORTED & registry().keys()
    for name, density in registry().items():
        assert layout_pdf._form(f"<{name}>") in layout_pdf.all_forms()
        assert f"<{name}>" in layout_pdf._tags()
        assert (f"<{name} params>" in layout_pdf._tags()) is has_params(density)


@pytest.mark.parametrize(
    "section",
    [
        {"type": "gaussian", "observable": "x", "mu": "mu", "sigma": 2.5},
        {"type": "gaussian", "observable": "x", "params": ["mu", "2*sigma"]},
        {"type": "chebyshev", "observable": "x", "coefficients": ["c1", 0.5]},
        {"type": "uniform", "observable": "x"},
        {"type": "uniform", "observable": "x", "params": []},
        {"type": "formula", "expression": "x*mu"},
        {"type": "formula", "observable": ["x", "y"], "expression": "x*y"},
        {
            "type": "fractions",
            "densities": [
                {"type": "uniform", "observable": "x"},
                {"type": "exponential", "observable": "x", "params": [-1]},
            ],
            "fractions": ["f"],
        },
    ],
)
def test_forms_of_our_own_format(section: dict[str, Any]) -> None:
    assert ANY.validate_python(section).type == section["type"]


@pytest.mark.parametrize(
    ("section", "valid"),
    [
        ({"type": "gaussian", "observable": "x", "params": ["mu", "sigma"]}, True),
        ({"type": "gaussian", "observable": "x", "mu": "mu", "sigma": "sigma"}, False),
        ({"type": "uniform", "observable": "x"}, True),
        ({"type": "formula", "observable": "x", "expression": "x"}, True),
        ({"type": "fractions", "densities": [], "fractions": []}, False),
    ],
)
def test_forms_of_the_contract(section: dict[str, Any], valid: bool) -> None:
    if valid:
        assert BY_PARAMS.validate_python(section).type == section["type"]
    else:
        with pytest.raises(ValidationError):
            BY_PARAMS.validate_python(section)


def test_a_new_density_needs_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True, eq=False)
    class Triangle(Density):
        """A triangle over the bounds."""

        observable: Observable
        peak: Operand
        shares: tuple[Operand, ...] = ()
        power: float = 1.0

    # Named only here, so that the registry of the session never holds it.
    monkeypatch.setattr(Triangle, "type", "triangle")
    section = layout_pdf._by_fields(Triangle)
    held = section.model_validate({"type": "triangle", "observable": "x", "peak": "mu", "power": 2})
    assert held.model_dump() == {
        "type": "triangle", "observable": "x", "peak": "mu", "shares": None, "power": 2.0,
    }  # fmt: skip
    assert section.__doc__ == "A triangle over the bounds."
    with pytest.raises(ValidationError):
        section.model_validate({"type": "triangle", "observable": "x"})
