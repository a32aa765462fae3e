"""`morefit scan`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from iminuit import Minuit

import morefit_py as mf
from morefit_py.errors import FitError
from tests.cli.conftest import Morefit


def test_the_profile_is_that_of_minuit(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    json_file, table = tmp_path / "out" / "scan.json", tmp_path / "scan.parquet"
    done = morefit("scan", peak, "--points", 5, "--json", json_file, "--output", table)
    assert done.exit_code == 0, done.output
    found = json.loads(json_file.read_text())
    fit = mf.compile(*mf.load(peak))
    minuit = Minuit(fit.nll, fit.initial, grad=fit.gradient, name=fit.parameters)
    minuit.errordef, minuit.tol = Minuit.LIKELIHOOD, 1e-4
    minuit.migrad()
    assert (found["parameter"], found["poi_index"]) == ("n_sig", 0)
    assert found["mu_hat"] == pytest.approx(minuit.values["n_sig"], abs=0.01)
    assert minuit.fval is not None
    assert found["nll_hat"] == pytest.approx(minuit.fval, abs=1e-5)
    minimum = minuit.fval
    for point in found["points"]:
        minuit.values["n_sig"], minuit.fixed["n_sig"] = point["mu"], True
        minuit.migrad()
        assert point["nll_mu"] == pytest.approx(minuit.fval, abs=1e-5)
        above = point["mu"] >= found["mu_hat"]
        assert point["q_mu"] == pytest.approx(2 * (minuit.fval - minimum) if above else 0.0, abs=1e-4)
        assert point["converged"]
        assert point["n_iter"] > 0
    held = pq.read_table(table).to_pydict()
    assert held["n_sig"] == [point["mu"] for point in found["points"]]
    assert held["nll"] == [point["nll_mu"] for point in found["points"]]
    assert set(held) == {*fit.parameters, "nll", "delta_nll", "valid", "calls"}


def test_it_begins_and_ends_where_it_is_told(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    json_file = tmp_path / "scan.json"
    done = morefit(
        "scan", peak, "--parameter", "mu", "--start", 4.8, "--stop", 5.2, "--points", 3, "--json", json_file
    )
    assert done.exit_code == 0, done.output
    assert [point["mu"] for point in json.loads(json_file.read_text())["points"]] == [4.8, 5.0, 5.2]
    assert "5.2" in done.output


def test_by_default_three_errors_inside_the_limits(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    text = peak.read_text().replace("limits: [4, 6]", "limits: [4.95, 6]")
    peak.write_text(text)
    done = morefit("scan", peak, "--parameter", "mu", "--points", 4, "--json", tmp_path / "scan.json")
    assert done.exit_code == 0, done.output
    values = [point["mu"] for point in json.loads((tmp_path / "scan.json").read_text())["points"]]
    result = mf.compile(*mf.load(peak)).minimise()
    assert values[0] == 4.95
    assert values[-1] == pytest.approx(result.values["mu"] + 3 * result.errors["mu"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--parameter", "n_sic"], "did you mean 'n_sig'"),
        (["--start", "500", "--stop", "100"], "start below stop"),
        (["--start", "-500"], "inside its limits"),
        (["--result", "none.json"], "none.json: cannot be read"),
    ],
)
def test_bad_options_are_errors(morefit: Morefit, peak: Path, options: list[str], message: str) -> None:
    done = morefit("scan", peak, *options)
    assert isinstance(done.exception, FitError)
    assert message in str(done.exception)


def test_a_parameter_must_be_named_without_one_of_interest(morefit: Morefit, peak: Path) -> None:
    peak.write_text(peak.read_text().replace("  poi: n_sig\n", ""))
    done = morefit("scan", peak)
    assert isinstance(done.exception, FitError)
    assert "no parameter of interest" in str(done.exception)


def test_the_figure(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    pytest.importorskip("mplhep")
    done = morefit("scan", peak, "--points", 5, "--plot", tmp_path / "scan.png")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "scan.png").stat().st_size > 1000
    two = ["--parameter", "mu", "--parameter", "sigma", "--points", 4]
    done = morefit("scan", peak, *two, "--plot", tmp_path / "grid.png")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "grid.png").stat().st_size > 1000


def test_weighted_events_rise_by_one_at_an_error(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    data = mf.Dataset.from_parquet(peak.parent / "data.parquet")
    data.with_weights(np.full(len(data), 0.5)).to_parquet(peak.parent / "data.parquet")
    assert morefit("fit", peak, "--json", tmp_path / "fit.json").exit_code == 0
    result = mf.FitResult.load(tmp_path / "fit.json")
    at = result.values["mu"] + result.errors["mu"]
    done = morefit(
        "scan", peak, "--parameter", "mu", "--start", at, "--stop", 5.5, "--points", 2,
        "--result", tmp_path / "fit.json", "--json", tmp_path / "scan.json",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert json.loads((tmp_path / "scan.json").read_text())["points"][0]["q_mu"] == pytest.approx(1, abs=0.05)


def test_a_grid_of_two_parameters(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    names = ["--parameter", "mu", "--parameter", "sigma"]
    ends = ["--start", 4.9, "--start", 0.45, "--stop", 5.1, "--stop", 0.6, "--points", 3, "--points", 4]
    files = ["--json", tmp_path / "scan.json", "--output", tmp_path / "scan.parquet"]
    done = morefit("scan", peak, *names, *ends, *files)
    assert done.exit_code == 0, done.output
    fit = mf.compile(*mf.load(peak))
    result = fit.minimise()
    table = pq.read_table(tmp_path / "scan.parquet").to_pydict()
    assert len(table["mu"]) == 12
    assert [table[name][5] for name in ("mu", "sigma")] == pytest.approx([5.0, 0.5])
    # With mass and width held the yields are at their minimum: their gradient vanishes.
    for i in (0, 5, 11):
        theta = np.array([table[name][i] for name in fit.parameters])
        assert fit.nll(theta) - result.nll == pytest.approx(table["delta_nll"][i], abs=1e-6)
        np.testing.assert_allclose(fit.gradient(theta)[:2], 0.0, atol=1e-3)
    found = json.loads((tmp_path / "scan.json").read_text())
    assert found["mu_hat"] == pytest.approx([result.values["mu"], result.values["sigma"]])
    np.testing.assert_array_equal(np.ravel(found["delta"]), table["delta_nll"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--parameter", "mu", "--parameter", "sigma", "--start", "5"], "give one for each parameter"),
        (["--parameter", "mu", "--parameter", "sigma", "--parameter", "n_sig"], "along one, or over two"),
        (["--parameter", "mu", "--parameter", "mu", "--points", "3"], "given twice"),
    ],
)
def test_bad_grids_are_errors(morefit: Morefit, peak: Path, options: list[str], message: str) -> None:
    done = morefit("scan", peak, *options)
    assert isinstance(done.exception, FitError)
    assert message in str(done.exception)
