"""Every density at ordinary points and at the edges of its domain, a file a family."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from .case import Case

FAMILIES = sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name != "case")
CASES: list[Case] = [case for family in FAMILIES for case in import_module(f"{__name__}.{family}").CASES]

ORDINARY = [
    next(case for case in CASES if case.density.type == kind)
    for kind in sorted({c.density.type for c in CASES})
]

# Of several observables: `test_several_observables.py` has their cases.
SEVERAL = {"product", "k_star_mu_mu", "spherical_harmonics"}
