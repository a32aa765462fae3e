"""Small specs of one model, each with data of its own, where other processes can import what makes them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

import morefit_py as mf

SPEC = """\
schema_version: morefit_spec_v1
model:
  parameters:
    n_sig: { init: 40, limits: [0, 500] }
    n_bkg: { init: 60, limits: [0, 500] }
    mu: { init: 5, limits: [4, 6] }
channels:
  - name: peak
    data: { file: NAME.parquet }
    observables: [{ name: m, bounds: [0, 10] }]
    processes:
      - { name: signal, pdf: { type: gaussian, observable: m, mu: mu, sigma: 0.5 }, yield: n_sig }
      - { name: background, pdf: { type: uniform, observable: m }, yield: n_bkg }
"""


def write_specs(folder: Path, names: Sequence[str]) -> Path:
    """A spec and its data for each name; the data follow from the number of the name."""
    folder.mkdir()
    for number, name in enumerate(names):
        write_data(folder / f"{name}.parquet", number)
        (folder / f"{name}.yaml").write_text(SPEC.replace("NAME", name))
    return folder


def write_data(path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    m = np.concatenate([rng.normal(5.0, 0.5, 40), rng.uniform(0.0, 10.0, 60 + seed)])
    mf.Dataset.from_numpy({"m": m}).to_parquet(path)
