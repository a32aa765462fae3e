"""`morefit fit`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import morefit_py as mf
from morefit_py.cli.main import app
from morefit_py.errors import BackendError, DataError, FitError

SPEC = str(Path(__file__).parents[2] / "specs" / "bmass.yaml")


def test_it_prints_the_result_and_writes_what_is_asked_for(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        app, ["fit", SPEC, "--output", str(tmp_path / "out"), "--json", str(tmp_path / "r" / "fit.json")]
    )
    assert done.exit_code == 0, done.output
    assert "n_sig" in done.output
    assert "wrote" in done.output
    result = json.loads((tmp_path / "r" / "fit.json").read_text())
    assert result["valid"] is True
    assert result["provenance"]["spec"]
    assert json.loads((tmp_path / "out" / "result.json").read_text())["values"] == result["values"]


@pytest.mark.parametrize("minimiser", ["newton", "minuit", "lbfgsb"])
def test_every_minimiser_can_be_asked_for(minimiser: str) -> None:
    done = CliRunner().invoke(app, ["fit", SPEC, "--minimiser", minimiser])
    assert done.exit_code == 0, done.output


def test_minos_errors_are_printed() -> None:
    assert "MINOS" in CliRunner().invoke(app, ["fit", SPEC, "--minos"]).output


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--backend", "cudda"], BackendError),
        (["--minimiser", "newtom"], FitError),
        (["--weighted-errors", "sandwhich"], FitError),
        (["--output", SPEC], DataError),
    ],
)
def test_bad_options_are_errors_with_a_remedy(options: list[str], error: type[Exception]) -> None:
    done = CliRunner().invoke(app, ["fit", SPEC, *options])
    assert isinstance(done.exception, error)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        (["--backend", "cudda"], BackendError),
        (["--minimiser", "newtom"], FitError),
        (["--weighted-errors", "naif"], FitError),
    ],
)
def test_a_wrong_name_is_found_before_the_spec_is_read(options: list[str], error: type[Exception]) -> None:
    done = CliRunner().invoke(app, ["fit", "no-such-spec.yaml", *options])
    assert isinstance(done.exception, error)
    assert "did you mean" in str(done.exception)


@pytest.mark.parametrize(
    ("kind", "named"), [("sandwich", "sandwich"), ("scaled", "scaled"), ("naive", "hesse")]
)
def test_errors_of_weighted_events_can_be_chosen(tmp_path: Path, kind: str, named: str) -> None:
    x = mf.Observable("x", 0.0, 1.0)
    rng = np.random.default_rng(2)
    data = mf.Dataset.from_numpy({"x": rng.beta(2.0, 1.0, 200)}, rng.exponential(1.0, 200))
    data.to_parquet(tmp_path / "data.parquet", [x])
    (tmp_path / "spec.yaml").write_text(_WEIGHTED)
    arguments = ["fit", str(tmp_path / "spec.yaml"), "--json", str(tmp_path / "fit.json")]
    done = CliRunner().invoke(app, [*arguments, "--weighted-errors", kind])
    assert done.exit_code == 0, done.output
    assert "weighted events" in done.output
    assert json.loads((tmp_path / "fit.json").read_text())["covariance_type"] == named


_WEIGHTED = """
schema_version: morefit_spec_v1
model:
  parameters:
    slope: { init: 1.0, limits: [-10, 10] }
channels:
  - name: data
    data: { file: data.parquet }
    observables: [{ name: x, bounds: [0, 1] }]
    processes: [{ name: all, pdf: { type: exponential, observable: x, slope: slope } }]
"""


def test_the_status_follows_the_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("rich.status.Status.update", lambda self, text: shown.append(text))
    monkeypatch.setattr("morefit_py.cli.fitting._TELL_EVERY", 0.0)
    assert CliRunner().invoke(app, ["fit", SPEC]).exit_code == 0
    assert shown[0] == "fitting"
    assert re.fullmatch(r"fitting: \d+ calls?, NLL = -[\d.]+", shown[-1])
