"""`morefit convert`."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import morefit_py as mf
from morefit_py.cli.main import app

MASS = np.linspace(5000.0, 6000.0, 11)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    columns = {"mass": MASS, "w": MASS / 1000, "_channel": ["SR", "CR"] * 5 + ["SR"]}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    pq.write_table(pa.table({**columns, "_weight": MASS}), tmp_path / "b.parquet")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["convert", *arguments])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output


def test_parquet_to_parquet(folder: Path) -> None:
    said = run("-i", "a.parquet", "-o", "x.parquet", "--observable", "mass:5000:6000")
    assert said == "wrote x.parquet: 11 events with mass\n"
    data = mf.Dataset.from_parquet("x.parquet")
    np.testing.assert_array_equal(data["mass"], MASS)
    assert data.weights is None
    assert data.bounds == {"mass": (5000.0, 6000.0)}


def test_every_option(folder: Path) -> None:
    said = run(
        "--input", "?.parquet", "--output", "x.parquet",
        "--observable", "m:5:6:mass/1000", "--observable", "high:0:1:mass > 5500 ? 1 : 0",
        "--selection", "mass > 5100", "--weight", "2*w", "--max-events", "6", "--input-channel", "SR",
        "--channel", "new", "--manifest", "--no-progress",
    )  # fmt: skip
    assert said == "wrote x.parquet: 6 events with m, high\nwrote x_manifest.json\n"
    kept = np.concatenate([MASS[2::2], MASS[2:3]])
    data = mf.Dataset.from_parquet("x.parquet", channel="new", verify=True)
    np.testing.assert_allclose(data["m"], kept / 1000, rtol=1e-15)
    np.testing.assert_array_equal(data["high"], 1.0 * (kept > 5500))
    assert data.weights is not None
    np.testing.assert_allclose(data.weights, 2 * kept / 1000, rtol=1e-15)
    (entry,) = json.loads(Path("x_manifest.json").read_text())["data_files"]
    assert entry == {
        "path": "x.parquet",
        "sha256": hashlib.sha256(Path("x.parquet").read_bytes()).hexdigest(),
        "n_events": 6,
        "observables": ["m", "high"],
        "has_weights": True,
    }


@pytest.mark.parametrize("tree", ["events", "ntuple"])
def test_root_to_parquet(folder: Path, tree: str) -> None:
    uproot, ak = pytest.importorskip("uproot"), pytest.importorskip("awkward")
    jets = ak.Array([[float(i)] * (i % 3) for i in range(11)])
    with uproot.recreate("a.root") as out:
        out.mktree("events", {"mass": "float64", "jets": "var * float64"})
        out["events"].extend({"mass": MASS, "jets": jets})
        out.mkrntuple("ntuple", {"jets": "var * float64", "mass": "float64"})
        out["ntuple"].extend({"jets": jets, "mass": MASS})
    run(
        "-i", "a.root", "--tree", tree, "-o", "x.parquet", "--observable", "mass:5000:6000",
        "--observable", "jet:0:100:jets[0]", "--selection", "Length$(jets) > 0",
    )  # fmt: skip
    data = mf.Dataset.from_parquet("x.parquet")
    kept = [i for i in range(11) if i % 3]
    np.testing.assert_array_equal(data["mass"], MASS[kept])
    np.testing.assert_array_equal(data["jet"], kept)


def test_what_is_written_can_be_fitted(folder: Path) -> None:
    run("-i", "b.parquet", "-o", "x.parquet", "--observable", "mass:5000:6000")
    x, tau = mf.Observable("mass", 5000, 6000), mf.Parameter("slope", 0.0, limits=(-0.1, 0.1))
    n = mf.Parameter("n", 10, limits=(0, 1e6))
    fit = mf.compile(
        n * mf.pdfs.Exponential(x, tau), mf.Dataset.from_parquet("x.parquet"), backend="reference"
    )
    assert np.isfinite(fit.nll(fit.initial))


GOOD = ("-i", "a.parquet", "-o", "x.parquet", "--observable", "mass:5000:6000")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-i", "c.parquet", *GOOD[2:]), "c.parquet: no such file; did you mean"),
        (("-i", "*.root", *GOOD[2:]), "no file has such a name"),
        ((*GOOD, "-i", "a.parquet"), "is named twice"),
        ((*GOOD, "--observable", "mass:0:1"), "the observable 'mass' is given 2 times"),
        ((*GOOD, "--observable", "m"), "observable 'm': expected name:low:high or name:low:high:expression"),
        ((*GOOD, "--observable", "m:1:x"), "the bounds '1' and 'x' are not numbers"),
        ((*GOOD, "--observable", "m:1:1"), "are not low < high"),
        ((*GOOD, "--observable", ":1:2"), "'' is not a name for an observable"),
        ((*GOOD, "--observable", "_weight:0:10:w"), "a column of events cannot be called '_weight'"),
        ((*GOOD, "--observable", "w:5:5.9"), r"a.parquet: observable 'w': 1 of 11 .* \[5, 5.9\] \(row 10"),
        ((*GOOD, "--observable", "q:0:1:log(5000 - mass)"), "'q': 11 of 11 values are NaN or infinite"),
        ((*GOOD, "--selection", "mass > 7000"), "no row of 11 passes the selection"),
        ((*GOOD, "--selection", "mas > 7000"), "no column 'mas'; did you mean 'mass'"),
        ((*GOOD, "--weight", "mass - 5500"), r"weights: 5 of 11 values are negative \(row 0: -500"),
        ((*GOOD, "--weight", "0"), "all weights are zero"),
        ((*GOOD, "--max-events", "0"), "max_events is 0"),
        ((*GOOD, "--input-channel", "XX"), "no row has _channel 'XX'"),
        ((*GOOD, "--tree", "t"), "cannot be read as a ROOT file"),
        ((*GOOD, "--tree", "t", "--input-channel", "SR"), "only Parquet files have channels"),
        (("-i", "a.parquet", "-o", "a.parquet", *GOOD[4:]), "a.parquet: is one of the files that are read"),
        (("-i", "a.parquet", "-o", "no/x.parquet", *GOOD[4:]), "no/x.parquet: cannot be written"),
    ],
)  # fmt: skip
def test_refusals_leave_nothing_behind(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(mf.MorefitError, match=message):
        run(*arguments)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def test_a_file_without_events(folder: Path) -> None:
    pq.write_table(pa.table({"mass": MASS[:0]}), "none.parquet")
    with pytest.raises(mf.DataError, match=r"none.parquet: there are no events"):
        run("-i", "none.parquet", *GOOD[2:])


def test_a_bar_where_it_is_asked_for(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[Any] = []
    monkeypatch.setattr("morefit_py.model.progress.Bar._show", lambda bar: shown.append(bar.what))
    run(*GOOD, "--progress")
    assert shown == ["reading a.parquet"]


def test_nothing_is_read_without_an_observable(folder: Path) -> None:
    done = CliRunner().invoke(app, ["convert", "-i", "a.parquet", "-o", "x.parquet"])
    assert done.exit_code == 2
    assert not Path("x.parquet").exists()
    assert "morefit_py.cli.convert" in sys.modules
