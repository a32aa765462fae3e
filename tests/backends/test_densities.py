"""Every density on every machine: value, gradient and Hessian of its log-likelihood, as NumPy has them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from morefit_py.likelihood.likelihood import Likelihood, checked, program
from morefit_py.model.dataset import Dataset
from morefit_py.model.model import Model, as_model
from morefit_py.model.sampling import sample
from morefit_py.runtime.backend import backend
from morefit_py.runtime.choose import Choice
from morefit_py.runtime.program import Program
from tests.backends.machines import DOUBLE, QUICK, at
from tests.backends.test_agreement import Results, all_orders, assert_agrees
from tests.pdfs.cases import ORDINARY

_EVENTS = 97
_HERE = ("c",)
_BY_TYPE = {case.density.type: case for case in ORDINARY}
# In single precision a log-likelihood keeps five digits or so, where its terms do not cancel.
DOUBLE_LIMITS, SINGLE_LIMITS = (1e-11, 1e-8, 1e-8), (3e-5, 1e-1, 1e-2)


@cache
def compiled(kind: str) -> tuple[Model, dict[str, Dataset], Program]:
    """The density, events that follow it, and its program, made once for all machines."""
    density = _BY_TYPE[kind].density
    model = as_model(density)
    events = sample(density, seed=3, size=_EVENTS)
    held = checked(model, events)
    return model, held, program(model, held)


def on(choice: Choice, kind: str) -> Results:
    model, held, made = compiled(kind)
    likelihood = Likelihood(model, held, made, choice)
    try:
        return all_orders(likelihood, likelihood.initial)
    finally:
        likelihood.release()


@cache
def expected(kind: str) -> Results:
    oracle = backend("reference")
    return on(Choice(oracle, oracle.devices()[0], "the oracle"), kind)


# The others take longer to compile: of all densities they are asked in a study.
_FEW = ("gaussian", "double_crystal_ball", "argus", "chebyshev", "histogram", "formula")


def _is_quick(machine: str, kind: str) -> bool:
    return kind in _FEW or (machine in _HERE and kind != "convolution")


_ASKED = [
    pytest.param(machine, kind, marks=() if _is_quick(machine, kind) else pytest.mark.study)
    for machine in QUICK
    for kind in _BY_TYPE
]


@pytest.mark.parametrize(("machine", "kind"), _ASKED)
def test_a_density_is_the_same_on_every_machine(machine: str, kind: str, tmp_path: Path) -> None:
    if not compiled(kind)[0].parameters:
        pytest.skip("it has no parameters: there is nothing to fit")
    limits = DOUBLE_LIMITS if machine in DOUBLE else SINGLE_LIMITS
    with at(machine, tmp_path) as choice:
        assert_agrees(on(choice, kind), expected(kind), limits)
