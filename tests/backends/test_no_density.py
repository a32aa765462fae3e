"""A point where a density is negative at an event has no NLL, on every machine."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.likelihood.likelihood import Likelihood, checked, program
from morefit_py.model.model import as_model
from tests.backends.machines import MACHINES, at

X = mf.Observable("x", 0.0, 20.0)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_density_that_is_negative_at_an_event_has_no_nll(machine: str, tmp_path: Path) -> None:
    slope = mf.Parameter("slope", 0.0, limits=(-0.9, 0.9))
    model = as_model(mf.pdfs.Chebyshev(X, (slope,)))
    data = checked(model, mf.Dataset.from_numpy({"x": np.linspace(0.1, 19.9, 500)}))
    with at(machine, tmp_path) as choice:
        held = Likelihood(model, data, program(model, data), choice)
        for order in (0, 1, 2):
            assert np.isfinite(held.evaluate(np.array([0.5]), order)[0])
            assert not np.isfinite(held.evaluate(np.array([1.5]), order)[0])
            assert not np.isfinite(held.evaluate(np.array([-1.5]), order)[0])
        held.release()
