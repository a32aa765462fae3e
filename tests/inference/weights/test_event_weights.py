"""What can be done with event weights: functions, data sets, columns, files, text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

import morefit_py as mf
from morefit_py.errors import DataError
from morefit_py.graph.meaning import evaluate

from .mixtures import fitted


@pytest.fixture(scope="module")
def weights() -> mf.EventWeights:
    return mf.sweights(*fitted())


def test_the_function_is_that_of_the_weights(weights: mf.EventWeights) -> None:
    again = weights.evaluate(weights.data["m"])
    for k, name in enumerate(weights.components):
        assert again[name] == pytest.approx(weights.weights[:, k], rel=1e-12)
        (values,) = evaluate([weights.function(name)], {}, {"": {"m": weights.data["m"]}})
        assert values == pytest.approx(weights.weights[:, k], rel=1e-12)
    assert weights.evaluate(0.5)["signal"].shape == (1,)
    assert weights.evaluate({"m": [0.1, 0.5]})["signal"].shape == (2,)


def test_what_the_function_is_not_of(weights: mf.EventWeights) -> None:
    with pytest.raises(DataError, match="no column 'm'"):
        weights.evaluate({"t": [0.5]})
    with pytest.raises(DataError, match="no component 'sig'; did you mean 'signal'"):
        weights.function("sig")


def test_data_sets_keep_all_columns(weights: mf.EventWeights) -> None:
    data = weights.dataset("signal")
    assert set(data.columns) == {"m", "t", "row"}
    assert data["row"].tolist() == weights.data["row"].tolist()
    assert data.weights is not None
    assert data.weights.tolist() == weights.columns["signal"].tolist() == weights.of("signal").tolist()
    assert data.source.endswith("sWeights of signal")
    both = weights.dataset(["signal", "background"])
    assert both.weights == pytest.approx(np.ones(len(data)), abs=1e-9)
    with pytest.raises(DataError, match="no component 'x'"):
        weights.dataset(["signal", "x"])


def test_written_and_read(weights: mf.EventWeights, tmp_path: Path) -> None:
    weights.write(tmp_path / "w.parquet")
    table = parquet.read_table(tmp_path / "w.parquet")
    assert table.column_names == ["m", "t", "row", "w_signal", "w_background"]
    assert table["w_signal"].to_numpy().tolist() == weights.of("signal").tolist()


def test_columns_are_not_written_over(weights: mf.EventWeights, tmp_path: Path) -> None:
    columns = {**weights.data.columns, "w_signal": weights.data["m"]}
    taken = replace(weights, data=mf.Dataset.from_numpy(columns))
    with pytest.raises(DataError, match="a column 'w_signal' already"):
        taken.write(tmp_path / "w.parquet")


def test_text_and_json(weights: mf.EventWeights) -> None:
    lines = str(weights).splitlines()
    assert lines[0] == f"sWeights of {weights.events} events in m (d)"
    assert f"{weights.yields['signal']:.0f} +- {weights.errors['signal']:.0f}" in lines[1]
    assert lines[3:] == [
        "  sums of weights are yields (in errors): to 1e-09",
        "  weights of an event sum to 1: to 1e-09",
    ]
    loose = replace(weights, checks={"a": 0.02, "b": 0.0})
    assert str(loose).splitlines()[3:] == ["  a: to 1e-01", "  b: to 1e-09"]
    plain = weights.to_dict()
    assert plain["kind"] == "EventWeights"
    assert plain["yields"] == weights.yields
    assert "weights" not in plain


def test_weights_of_two_observables() -> None:
    x, y = mf.Observable("x", 0.0, 1.0), mf.Observable("y", 0.0, 1.0)
    rng = np.random.default_rng(1)
    data = {
        "x": np.concatenate([rng.beta(5, 5, 300), rng.random(300)]),
        "y": np.concatenate([rng.beta(5, 5, 300), rng.random(300)]),
    }
    n = [mf.Parameter(f"n{k}", 300.0, (0.0, 3000.0)) for k in range(2)]
    peaks = [mf.pdfs.Gaussian(z, 0.5, 0.15) for z in (x, y)]
    flat = mf.pdfs.Product((mf.pdfs.Uniform(x), mf.pdfs.Uniform(y)))
    fit = mf.compile(n[0] * mf.pdfs.Product(tuple(peaks)) + n[1] * flat, data)
    found = mf.sweights(fit, fit.minimise())
    assert found.observables == ("x", "y")
    again = found.evaluate(data)
    assert again["product"] == pytest.approx(found.weights[:, 0], rel=1e-12)
    with pytest.raises(DataError, match="functions of x, y; give all by name"):
        found.evaluate(data["x"])
