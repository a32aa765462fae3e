"""The folder a fit leaves."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import DataError
from morefit_py.report.folder import check_folder, write_folder
from morefit_py.report.plots.style import have_matplotlib

X = mf.Observable("x", 0.0, 1.0)


@pytest.fixture(scope="module")
def fit() -> mf.CompiledFit:
    n = mf.Parameter("n", 9, limits=(0, 99))
    model = n * mf.pdfs.Exponential(X, mf.Parameter("s", 0.1, limits=(-9, 9)))
    return mf.compile(model, {"x": np.linspace(0.05, 0.8, 9)})


def test_everything_is_written_and_named(fit: mf.CompiledFit, tmp_path: Path) -> None:
    result = fit.minimise()
    written = write_folder(tmp_path / "deep" / "er", fit, result)
    names = {path.name for path in written}
    assert {"result.json", "audit.json"} <= names
    assert all(path.stat().st_size for path in written)
    held = mf.FitResult.from_json((tmp_path / "deep" / "er" / "result.json").read_text())
    assert held.values == result.values
    audit = json.loads((tmp_path / "deep" / "er" / "audit.json").read_text())
    assert audit["model_digest"] == result.provenance["model"]
    if have_matplotlib():
        assert "data_x.png" in names
    for path in written:
        if path.stem == "kernel":
            assert path.read_text() == fit.source()


def test_a_file_in_the_way_is_told_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(DataError, match="choose another output folder"):
        check_folder(tmp_path / "out")
