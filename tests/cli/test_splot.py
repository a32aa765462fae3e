"""`morefit splot`."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

import morefit_py as mf
from morefit_py.errors import DataError, ModelError
from tests.cli.conftest import Morefit


def test_the_weights_single_out_the_signal_in_a_column_that_was_not_fitted(
    morefit: Morefit, peak: Path, tmp_path: Path
) -> None:
    out = tmp_path / "weights.parquet"
    done = morefit("splot", peak, "--output", out, "--json", tmp_path / "weights.json")
    assert done.exit_code == 0, done.output
    found = {name: np.array(column) for name, column in pq.read_table(out).to_pydict().items()}
    data = pq.read_table(peak.parent / "data.parquet").to_pydict()
    assert list(found) == ["m", "t", "w_signal", "w_background"]
    np.testing.assert_array_equal(found["t"], data["t"])
    np.testing.assert_array_equal(found["m"], data["m"])
    np.testing.assert_allclose(found["w_signal"] + found["w_background"], 1.0, atol=1e-9)
    # The true means of t in signal and background are 2 and -1.
    for name, truth in (("w_signal", 2.0), ("w_background", -1.0)):
        w = found[name]
        mean = np.average(found["t"], weights=w)
        error = np.sqrt(np.sum(w**2 * (found["t"] - mean) ** 2)) / np.sum(w)
        assert abs(mean - truth) < 4 * error
    result = mf.compile(*mf.load(peak)).minimise()
    yields = json.loads((tmp_path / "weights.json").read_text())["yields"]
    assert yields["signal"] == pytest.approx(result.values["n_sig"], rel=1e-6)
    assert np.sum(found["w_signal"]) == pytest.approx(yields["signal"])


def test_only_the_columns_that_are_named(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    rows = mf.Dataset.from_parquet(peak.parent / "data.parquet")
    mf.Dataset.from_numpy({**rows.columns, "p": rows["t"] + 1}).to_parquet(peak.parent / "data.parquet")
    out = tmp_path / "weights.parquet"
    assert morefit("splot", peak, "--output", out, "--column", "p").exit_code == 0
    assert pq.read_schema(out).names == ["p", "m", "w_signal", "w_background"]
    done = morefit("splot", peak, "--output", out, "--column", "q")
    assert isinstance(done.exception, DataError)
    assert "'q'" in str(done.exception)


def test_weights_of_a_saved_fit(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    assert morefit("fit", peak, "--json", tmp_path / "fit.json").exit_code == 0
    for name, options in {"again": [], "saved": ["--result", tmp_path / "fit.json"]}.items():
        assert morefit("splot", peak, "--output", tmp_path / name, *options).exit_code == 0
    again, saved = (pq.read_table(tmp_path / name)["w_signal"].to_numpy() for name in ("again", "saved"))
    np.testing.assert_allclose(again, saved, atol=1e-6)


def test_errors(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    done = morefit("splot", peak, "--output", tmp_path)
    assert isinstance(done.exception, DataError)
    assert "is a folder" in str(done.exception)
    done = morefit("splot", peak, "--output", tmp_path / "w.parquet", "--channel", "peek")
    assert isinstance(done.exception, ModelError)
    assert "did you mean 'peak'" in str(done.exception)
    assert morefit("splot", peak).exit_code == 2
