"""A small spec with data, and what loading it with changes gives."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from morefit_py.errors import SpecError
from morefit_py.spec.load import load

BASE = """\
schema_version: morefit_spec_v1
model:
  poi: n_sig
  parameters:
    n_sig: {init: 50, limits: [0, 1000]}
    n_bkg: {init: 50, limits: [0, 1000]}
    mu: {init: 5, limits: [2, 8], constraint: {gaussian: [5, 0.5]}}
    sigma: {init: 1, limits: [0.1, 3]}
    slope: {init: -0.1, limits: [-1, 1]}
    alpha: {init: 0, limits: [-5, 5], constraint: {type: gaussian, mean: 0, sigma: 1}}
channels:
  - name: SR
    data: {file: data.parquet}
    observables:
      - {name: x, bounds: [0, 10]}
    processes:
      - name: signal
        pdf: {type: gaussian, observable: x, mu: mu, sigma: sigma}
        yield:
          type: scaled
          base_yield: 2
          scale: n_sig
          modifiers:
            - {type: normsys, param: alpha, lo: 0.9, hi: 1.1}
      - name: background
        pdf: {type: exponential, observable: x, params: [slope]}
        yield: n_bkg
"""
CONTRACT = """\
schema_version: nextstat_unbinned_spec_v0
model:
  poi: nu
  parameters:
    - {name: nu, init: 100, bounds: [0, 1000]}
    - {name: lambda, init: -0.1, bounds: [-1, 1]}
channels:
  - name: SR
    data: {file: data.parquet}
    observables:
      - {name: x, bounds: [0, 10]}
    processes:
      - name: all
        pdf: {type: exponential, observable: x, params: [lambda]}
        yield: {type: parameter, name: nu}
"""
Change = tuple[str, str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    x = np.linspace(0.5, 9.5, 100)
    columns = {"x": x, "y": x[::-1].copy(), "_channel": ["SR", "CR"] * 50}
    pq.write_table(pa.table(columns), tmp_path / "data.parquet")
    return tmp_path


def changed(text: str, changes: tuple[Change, ...]) -> str:
    for old, new in changes:
        assert text.count(old) >= 1, old
        text = text.replace(old, new)
    return text


@pytest.fixture
def loaded(folder: Path) -> Callable[..., Any]:
    """Loads the small spec with changes."""

    def do(*changes: Change, base: str = BASE) -> Any:
        (folder / "spec.yaml").write_text(changed(base, changes))
        return load(folder / "spec.yaml")

    return do


@pytest.fixture
def problem(loaded: Callable[..., Any], folder: Path) -> Callable[..., str]:
    """What is wrong with the small spec after changes, without the folder it is in."""

    def do(*changes: Change, base: str = BASE) -> str:
        with pytest.raises(SpecError) as caught:
            loaded(*changes, base=base)
        return str(caught.value).replace(f"{folder}/", "")

    return do


@pytest.fixture
def base() -> str:
    return BASE


@pytest.fixture
def contract() -> str:
    return CONTRACT
