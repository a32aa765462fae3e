from dataclasses import dataclass

import pytest

from morefit_py import pdfs
from morefit_py.errors import ModelError
from morefit_py.pdfs import fields_of, registry
from morefit_py.pdfs.density import Density


def test_every_density_is_found_and_exported() -> None:
    assert {"argus", "bernstein", "chebyshev", "crystal_ball", "double_crystal_ball"} <= set(registry())
    assert list(registry()) == sorted(registry())
    for density in registry().values():
        assert getattr(pdfs, density.__name__) is density
        assert density.__name__ in dir(pdfs)


def test_kinds_of_fields() -> None:
    assert fields_of(pdfs.CrystalBall) == [
        ("observable", "observable"),
        ("mu", "value"),
        ("sigma", "value"),
        ("alpha", "value"),
        ("n", "value"),
    ]
    assert fields_of(pdfs.Chebyshev) == [("observable", "observable"), ("coefficients", "values")]
    assert fields_of(pdfs.Formula) == [("expression", "expression"), ("variables", "observables")]
    assert fields_of(pdfs.Fractions) == [("densities", "densities"), ("fractions", "values")]


def test_a_field_of_no_kind() -> None:
    @dataclass(frozen=True, eq=False)
    class Odd(Density):
        held: "complex"

    with pytest.raises(ModelError, match="the field 'held' is annotated 'complex'"):
        fields_of(Odd)


def test_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nonexistent'"):
        pdfs.Nonexistent  # noqa: B018
