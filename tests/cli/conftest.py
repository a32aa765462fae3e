"""Commands run in this process, on a small spec and its data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from click.testing import Result
from typer.testing import CliRunner

import morefit_py as mf
from morefit_py.cli.main import app

Morefit = Callable[..., Result]

PEAK = """
schema_version: morefit_spec_v1
model:
  poi: n_sig
  parameters:
    n_sig: {{ init: 300, limits: [0, 2000] }}
    n_bkg: {{ init: 600, limits: [0, 4000] }}
    mu: {{ init: 5, limits: [4, 6], unit: GeV{constraint} }}
    sigma: {{ init: 0.5, limits: [0.1, 2], fixed: {fixed} }}
channels:
  - name: peak
    data: {{ file: data.parquet }}
    observables: [{{ name: m, bounds: [0, 10], unit: GeV }}]
    processes:
      - {{ name: signal, pdf: {{ type: gaussian, observable: m, mu: mu, sigma: sigma }}, yield: n_sig }}
      - {{ name: background, pdf: {{ type: uniform, observable: m }}, yield: n_bkg }}
"""


@pytest.fixture
def morefit() -> Morefit:
    """A command and its arguments, run in this process."""
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def peak(tmp_path: Path) -> Path:
    """A spec: 300 events of a peak on 600 of a flat background, with a column `t` that differs in both."""
    rng = np.random.default_rng(4)
    m = np.concatenate([rng.normal(5.0, 0.5, 300), rng.uniform(0.0, 10.0, 600)])
    t = np.concatenate([rng.normal(2.0, 0.5, 300), rng.normal(-1.0, 1.0, 600)])
    mf.Dataset.from_numpy({"m": m, "t": t}).to_parquet(tmp_path / "data.parquet")
    spec = tmp_path / "peak.yaml"
    spec.write_text(PEAK.format(constraint="", fixed="false"))
    return spec


@pytest.fixture
def constrained(peak: Path) -> Path:
    """The same with a constraint of `mu` and a fixed width."""
    spec = peak.with_name("constrained.yaml")
    spec.write_text(PEAK.format(constraint=", constraint: { gaussian: [5.0, 0.1] }", fixed="true"))
    return spec
