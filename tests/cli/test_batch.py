"""`morefit batch`."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from pyarrow import parquet

import morefit_py as mf
from morefit_py.errors import FitError, SpecError
from tests.cli.conftest import Morefit

MANIFEST = """
schema_version: morefit_batch_v1
fits:
  - spec: peak.yaml
  - spec: peak.yaml
    name: right
    set: { channels.peak.data.selection: m > 5, model.parameters.mu.init: 5.1 }
  - { spec: peak.yaml, name: minuit, minimiser: minuit }
"""


def test_each_fit_has_a_folder_and_a_row(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    peak.with_name("all.yaml").write_text(MANIFEST)
    done = morefit("batch", peak.with_name("all.yaml"), "--output", out)
    assert done.exit_code == 0, done.output
    assert "3 fits: 3 valid, 0 invalid, 0 failed; 3 fitted now, 0 there" in done.output
    assert f"wrote {out / 'summary.parquet'}" in done.output
    alone = tmp_path / "alone"
    assert morefit("fit", peak, "--output", alone).exit_code == 0
    drawn = {name for name in os.listdir(alone) if name.endswith(".png")}
    assert set(os.listdir(out / "fits" / "peak")) == {*os.listdir(alone), "record.json"} - drawn
    held, other = (mf.FitResult.load(f / "result.json") for f in (out / "fits" / "peak", alone))
    assert (held.values, held.errors, held.nll) == (other.values, other.errors, other.nll)
    assert held.provenance == other.provenance
    table = parquet.read_table(out / "summary.parquet").to_pydict()
    assert table["name"] == ["peak", "right", "minuit"]
    assert table["events"][1] < table["events"][0]
    assert mf.FitResult.load(out / "fits" / "minuit" / "result.json").minimiser == "minuit"


def test_it_goes_on(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    assert morefit("batch", peak, "-o", tmp_path / "out").exit_code == 0
    done = morefit("batch", peak, "-o", tmp_path / "out")
    assert "0 fitted now, 1 there" in done.output
    done = morefit("batch", peak, "-o", tmp_path / "out", "--minos", "--weighted-errors", "naive")
    assert "1 fitted now, 0 there" in done.output
    assert mf.FitResult.load(tmp_path / "out" / "fits" / "peak" / "result.json").asymmetric_errors


def test_fits_that_failed_or_are_not_valid_exit_2(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    flat = peak.read_text().replace("gaussian, observable: m, mu: mu, sigma: sigma", "uniform, observable: m")
    flat = flat.replace("mu: { init", "mu: { fixed: true, init").replace("fixed: false", "fixed: true")
    peak.with_name("flat.yaml").write_text(flat)
    mf.Dataset.from_numpy({"m": [11.0]}).to_parquet(peak.with_name("far.parquet"))
    peak.with_name("far.yaml").write_text(peak.read_text().replace("data.parquet", "far.parquet"))
    with pytest.warns(mf.MorefitWarning):
        done = morefit("batch", peak.with_name("flat.yaml"), peak, "--output", tmp_path / "one")
    assert done.exit_code == 2
    assert "flat: not valid (" in done.output
    done = morefit("batch", peak.with_name("far.yaml"), peak, "--output", tmp_path / "two")
    assert done.exit_code == 2
    assert "far: failed (" in done.output
    counts = json.loads((tmp_path / "two" / "summary.json").read_text())["counts"]
    assert counts == {"valid": 1, "invalid": 0, "failed": 1}


def test_problems_are_told_before_any_work(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    done = morefit("batch", peak, "no-such.yaml", "--output", tmp_path / "out")
    assert isinstance(done.exception, SpecError)
    assert not (tmp_path / "out").exists()
    done = morefit("batch", peak, "--output", tmp_path / "out", "--minimiser", "newtom")
    assert isinstance(done.exception, FitError)


def test_files_outside_are_allowed_if_asked_for(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    folder = tmp_path / "manifests"
    folder.mkdir()
    (folder / "all.yaml").write_text(MANIFEST.replace("peak.yaml", "../peak.yaml"))
    done = morefit("batch", folder / "all.yaml", "--output", tmp_path / "out")
    assert isinstance(done.exception, SpecError)
    assert "outside the manifest's folder" in str(done.exception)
    done = morefit("batch", folder / "all.yaml", "--output", tmp_path / "out", "--allow-outside")
    assert done.exit_code == 0, done.output


def test_figures(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    pytest.importorskip("mplhep")
    assert morefit("batch", peak, "--output", tmp_path / "out", "--plots").exit_code == 0
    assert (tmp_path / "out" / "fits" / "peak" / "peak_m.png").exists()
