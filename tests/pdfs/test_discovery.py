import subprocess
import sys
from dataclasses import dataclass

import pytest

from morefit_py import pdfs
from morefit_py.errors import ModelError
from morefit_py.pdfs import fields_of, registry
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.discovery import density_of


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


def test_each_density_is_found_by_its_type() -> None:
    assert {name: density_of(name) for name in pdfs.registry()} == pdfs.registry()
    assert density_of("nonsense") is None


def test_a_density_is_found_without_the_others() -> None:
    code = """
import sys
from morefit_py.pdfs.discovery import density_of
assert density_of("landau").type == "landau"
assert "morefit_py.pdfs.peaks.voigtian" not in sys.modules
assert density_of("emg").type == "emg"
assert "morefit_py.pdfs.peaks.voigtian" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_field_of_no_kind() -> None:
    @dataclass(frozen=True, eq=False)
    class Odd(Density):
        held: "complex"

    with pytest.raises(ModelError, match="the field 'held' is annotated 'complex'"):
        fields_of(Odd)


def test_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nonexistent'"):
        pdfs.Nonexistent  # noqa: B018
