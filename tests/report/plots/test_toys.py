"""Pulls of toy studies."""

from __future__ import annotations

import numpy as np
import pytest

from morefit_py.errors import FitError
from morefit_py.inference.toys.table import ToyStudy
from morefit_py.report.plots import toys
from morefit_py.report.plots.style import have_matplotlib

pytestmark = pytest.mark.skipif(not have_matplotlib(), reason="matplotlib and mplhep are not installed")


def study(valid: float = 0.9) -> ToyStudy:
    rng = np.random.default_rng(1)
    n = 300
    errors = np.full((n, 2), 0.5)
    values = 2.0 + 0.5 * rng.standard_normal((n, 2))
    nothing = np.full((n, 2), np.nan)
    return ToyStudy(
        parameters=("a", "b"),
        truth={"a": 2.0, "b": 2.0},
        seed=1,
        outcomes="drawn",
        toys=np.arange(n),
        events=np.full(n, 100),
        valid=np.arange(n) < valid * n,
        messages=("",) * n,
        nll=np.zeros(n),
        edm=np.zeros(n),
        values=values,
        errors=errors,
        lower=nothing,
        upper=nothing,
        attempts=np.ones(n, dtype=np.int64),
    )


def test_every_parameter_has_its_pulls() -> None:
    held = study()
    figure = toys(held)
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert len(shown) == 2
    for i, axes in enumerate(shown):
        assert sum(bar.get_height() for bar in axes.patches) == 270
        pulls = (held.values[:270, i] - 2.0) / 0.5
        assert axes.get_title().endswith(f"mean {pulls.mean():.2f}, width {pulls.std(ddof=1):.2f}")
    assert "30 of 300 fits are not valid" in figure.get_suptitle()


def test_one_parameter_and_none() -> None:
    assert len(toys(study(), "b").axes) == 1
    with pytest.raises(FitError, match="the study has no parameter 'c'"):
        toys(study(), "c")
    with pytest.raises(FitError, match="no fit of the study is valid"):
        toys(study(valid=0.0))
