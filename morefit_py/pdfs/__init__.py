"""Densities: one file and one class each, in the folder of its family."""

from morefit_py.pdfs.backgrounds.argus import Argus
from morefit_py.pdfs.backgrounds.bernstein import Bernstein
from morefit_py.pdfs.backgrounds.chebyshev import Chebyshev
from morefit_py.pdfs.backgrounds.exponential import Exponential
from morefit_py.pdfs.backgrounds.uniform import Uniform
from morefit_py.pdfs.composition.formula import Formula
from morefit_py.pdfs.composition.fractions import Fractions, fractions, recursive_fractions
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.discovery import fields_of, registry
from morefit_py.pdfs.peaks.crystal_ball import CrystalBall
from morefit_py.pdfs.peaks.double_crystal_ball import DoubleCrystalBall
from morefit_py.pdfs.peaks.gaussian import Gaussian

__all__ = [
    "Argus", "Bernstein", "Chebyshev", "CrystalBall", "Density", "DoubleCrystalBall", "Exponential",
    "Formula", "Fractions", "Gaussian", "Mixture", "Uniform", "fields_of", "fractions", "recursive_fractions",
    "registry",
]  # fmt: skip


def __getattr__(name: str) -> type[Density]:
    """The density class of that name, for one whose file is not imported above."""
    if name[:1].isupper():
        for found in registry().values():
            if found.__name__ == name:
                return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *(found.__name__ for found in registry().values())})
