"""`morefit contour`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import morefit_py as mf
from morefit_py.errors import FitError
from tests.cli.conftest import Morefit


def test_the_profile_rises_by_the_quantile_of_chi_squared(
    morefit: Morefit, peak: Path, tmp_path: Path
) -> None:
    out = tmp_path / "contour.json"
    options = [
        "--cl",
        0.5,
        "--cl",
        0.9,
        "--points",
        8,
        "--json",
        out,
        "--output",
        tmp_path / "contour.parquet",
    ]
    done = morefit("contour", peak, "--parameters", "mu", "sigma", *options)
    assert done.exit_code == 0, done.output
    found = json.loads(out.read_text())
    assert [line["cl"] for line in found["contours"]] == [0.5, 0.9]
    fit = mf.compile(*mf.load(peak))
    result = fit.minimise()
    assert found["minimum"] == pytest.approx([result.values["mu"], result.values["sigma"]])
    assert found["nll_hat"] == pytest.approx(result.nll)
    for line in found["contours"]:
        for mu, sigma in line["points"][::3]:
            n = _best_yields(fit, mu, sigma)
            # Half the quantile of a chi-squared with two degrees of freedom.
            assert fit.nll(n) - result.nll == pytest.approx(-np.log(1 - line["cl"]), abs=1e-4)
    table = pq.read_table(tmp_path / "contour.parquet").to_pydict()
    assert table["mu"] == [point[0] for line in found["contours"] for point in line["points"]]
    assert table["cl"] == [0.5] * 8 + [0.9] * 8
    assert "90 %: mu from" in done.output


def _best_yields(fit: mf.CompiledFit, mu: float, sigma: float) -> np.ndarray:
    """The two yields at their minimum, by Newton's method."""
    theta = np.array([300.0, 600.0, mu, sigma])
    for _ in range(20):
        theta[:2] -= np.linalg.solve(fit.hessian(theta)[:2, :2], fit.gradient(theta)[:2])
    return theta


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--parameters", "mu", "sigmar"], "no parameter 'sigmar'"),
        (["--parameters", "mu", "mu"], "two different free parameters"),
        (["--parameters", "mu", "sigma", "--cl", "68"], "a probability lies between 0 and 1"),
    ],
)
def test_bad_options_are_errors(morefit: Morefit, peak: Path, options: list[str], message: str) -> None:
    done = morefit("contour", peak, *options)
    assert isinstance(done.exception, FitError)
    assert message in str(done.exception)


def test_the_figure(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    pytest.importorskip("mplhep")
    done = morefit(
        "contour", peak, "--parameters", "mu", "sigma", "--points", 8, "--plot", tmp_path / "contour.pdf"
    )
    assert done.exit_code == 0, done.output
    assert (tmp_path / "contour.pdf").read_bytes().startswith(b"%PDF")
