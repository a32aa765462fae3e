"""`morefit toys`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import DataError, FitError
from tests.cli.conftest import Morefit


def test_the_toys_are_those_of_toy_study(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    out = tmp_path / "toys.json"
    done = morefit("toys", peak, "--n-toys", 6, "--seed", 3, "--json", out)
    assert done.exit_code == 0, done.output
    found = json.loads(out.read_text())
    study = mf.toy_study(mf.load(peak)[0], 6, seed=3)
    np.testing.assert_array_equal(found["results"]["poi_hat"], study.values[:, 0])
    np.testing.assert_array_equal(found["results"]["poi_sigma"], study.errors[:, 0])
    np.testing.assert_array_equal(found["results"]["hat"]["mu"], study.values[:, 2])
    np.testing.assert_array_equal(found["results"]["nll"], study.nll)
    assert found["results"]["converged"] == [True] * 6
    assert found["results"]["n_nonconverged"] == 0
    assert (found["gen"], found["n_toys"], found["seed"]) == ("init", 6, 3)
    pulls = (study.values[:, 0] - 300.0) / study.errors[:, 0]
    summary = found["summary"]
    assert summary["mean"] == pytest.approx(np.mean(study.values[:, 0]))
    assert summary["std"] == pytest.approx(np.std(study.values[:, 0], ddof=1))
    assert summary["q50"] == pytest.approx(np.median(study.values[:, 0]))
    assert summary["pull"]["mean"] == pytest.approx(np.mean(pulls))
    assert summary["parameters"]["n_sig"]["pull"]["std"] == pytest.approx(np.std(pulls, ddof=1))
    assert "pull width" in done.output


def test_toys_of_the_fit_and_of_values_that_are_set(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    out = tmp_path / "toys.json"
    options = ["--n-toys", 2, "--gen", "mle", "--set", "mu=5.5", "--json", out]
    assert morefit("toys", peak, *options).exit_code == 0
    truth = json.loads(out.read_text())["truth"]
    assert truth["mu"] == 5.5
    assert truth["n_sig"] == pytest.approx(mf.compile(*mf.load(peak)).minimise().values["n_sig"])


@pytest.mark.parametrize("size", ["200", "peak=200"])
def test_the_size_of_toys(morefit: Morefit, peak: Path, tmp_path: Path, size: str) -> None:
    done = morefit("toys", peak, "--n-toys", 2, "--size", size, "--output", tmp_path / "study")
    assert done.exit_code == 0, done.output
    study = mf.ToyStudy.from_parquet(tmp_path / "study")
    np.testing.assert_array_equal(study.events, [200, 200])


def test_a_study_goes_on(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    folder = tmp_path / "study"
    for number in (2, 5):
        assert (
            morefit("toys", peak, "--n-toys", number, "-o", folder, "--json", tmp_path / "j").exit_code == 0
        )
    parts = sorted(path.name for path in folder.iterdir())
    assert parts == ["toys-00000000-00000001-2.parquet", "toys-00000002-00000004-3.parquet"]
    whole = json.loads((tmp_path / "j").read_text())["results"]["nll"]
    np.testing.assert_array_equal(whole, mf.toy_study(mf.load(peak)[0], 5, seed=42).nll)
    done = morefit("toys", peak, "--n-toys", 5, "--seed", 1, "-o", folder)
    assert isinstance(done.exception, FitError)
    assert "toys of another study" in str(done.exception)


def test_jobs_and_first(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    out = tmp_path / "toys.json"
    done = morefit("toys", peak, "--n-toys", 4, "--first", 2, "--jobs", 2, "--json", out)
    assert done.exit_code == 0, done.output
    study = mf.toy_study(mf.load(peak)[0], 6, seed=42)
    np.testing.assert_allclose(json.loads(out.read_text())["results"]["nll"], study.nll[2:], rtol=1e-12)


def test_constraints_can_be_held(morefit: Morefit, constrained: Path) -> None:
    assert "drawn with each toy" in morefit("toys", constrained, "--n-toys", 2).output
    assert "constraints held" in morefit("toys", constrained, "--n-toys", 2, "--hold-constraints").output


def test_conditional_models_take_rows_of_the_data(morefit: Morefit, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    s = rng.uniform(0.1, 1.0, 400)
    rows = mf.Dataset.from_numpy({"t": rng.normal(0.0, s), "s": s})
    rows.to_parquet(tmp_path / "data.parquet")
    (tmp_path / "spec.yaml").write_text(_CONDITIONAL)
    done = morefit("toys", tmp_path / "spec.yaml", "--n-toys", 8, "--json", tmp_path / "toys.json")
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "toys.json").read_text())["summary"]["mu"]
    assert found["std"] < 0.1
    assert abs(found["mean"]) < 0.1


_CONDITIONAL = """
schema_version: morefit_spec_v1
model:
  parameters:
    mu: { init: 0.0, limits: [-1, 1] }
channels:
  - name: data
    data: { file: data.parquet }
    observables: [{ name: t, bounds: [-10, 10] }, { name: s, bounds: [0.1, 1] }]
    processes: [{ name: all, pdf: { type: gaussian, observable: t, mu: mu, sigma: s } }]
"""


def test_too_many_failures_exit_2(morefit: Morefit, peak: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from morefit_py.inference.toys import study

    fits = study._fits

    def failing(*arguments: object) -> object:
        for found in fits(*arguments):  # type: ignore[arg-type]
            yield replace(found, valid=found.toy > 0)

    monkeypatch.setattr(study, "_fits", failing)
    assert morefit("toys", peak, "--n-toys", 4, "--max-failed", 0.25).exit_code == 0
    done = morefit("toys", peak, "--n-toys", 4, "--max-failed", 0.2)
    assert done.exit_code == 2
    assert "1 fit of 4 not valid" in done.output


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--set", "mu"], "write name=value"),
        (["--set", "mu=five"], "'five' is no number"),
        (["--set", "n_sog=5"], "did you mean 'n_sig'"),
        (["--size", "many"], "a number of events"),
        (["--size", "peek=3"], "did you mean 'peak'"),
    ],
)
def test_bad_options_are_errors(morefit: Morefit, peak: Path, options: list[str], message: str) -> None:
    done = morefit("toys", peak, "--n-toys", 2, *options)
    assert isinstance(done.exception, FitError)
    assert message in str(done.exception)


def test_a_study_is_a_folder(morefit: Morefit, peak: Path) -> None:
    done = morefit("toys", peak, "--output", peak)
    assert isinstance(done.exception, DataError)
    assert "give a folder" in str(done.exception)


def test_the_figure(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    pytest.importorskip("mplhep")
    done = morefit("toys", peak, "--n-toys", 3, "--plot", tmp_path / "pulls.png")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "pulls.png").exists()
