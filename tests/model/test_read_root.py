"""Tests of morefit_py.model.read_root."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from morefit_py.errors import DataError
from morefit_py.graph.symbols import Observable
from morefit_py.model.dataset import Dataset

uproot = pytest.importorskip("uproot")
ak = pytest.importorskip("awkward")

MASS = np.linspace(60.0, 120.0, 6)
ETA = np.array([0.0, 1.0, -3.0, 2.0, 2.6, -1.0])
LISTS = [[1.0], [], [1.0, 2.0], [3.0], [4.0], []]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("root") / "data.root"
    kinds: dict[str, Any] = {"mass": "float64", "eta": "float32", "n": "int32", "good": "bool"}
    columns = {"mass": MASS, "eta": ETA.astype("f4"), "n": np.arange(6, dtype="i4"), "good": ETA > 0}
    lists = {"jets": "var * float64"}
    with uproot.recreate(path) as out:
        out.mktree("nominal", {**kinds, **lists, "p": ("f8", (3,))})
        out["nominal"].extend({**columns, "jets": ak.Array(LISTS), "p": np.ones((6, 3))})
        out.mkrntuple("ntuple", {**kinds, **lists})
        out["ntuple"].extend({**columns, "jets": ak.Array(LISTS)})
        out["histogram"] = np.histogram(MASS)
    return path


@pytest.mark.parametrize("tree", ["nominal", "ntuple", "nominal;1"])
def test_branches_by_name(file: Path, tree: str) -> None:
    data = Dataset.from_root(file, tree, [Observable("mass", 60, 120), "eta", "n", "good"])
    np.testing.assert_array_equal(data["mass"], MASS)
    np.testing.assert_array_equal(data["eta"], ETA.astype("f4").astype("f8"))
    np.testing.assert_array_equal(data["n"], np.arange(6.0))
    np.testing.assert_array_equal(data["good"], 1.0 * (ETA > 0))
    assert data.weights is None
    assert data.source == f"{file} {tree}"


@pytest.mark.parametrize("tree", ["nominal", "ntuple"])
def test_selection_weight_and_expressions(file: Path, tree: str) -> None:
    data = Dataset.from_root(
        file, tree, {"m": "mass/1000"}, selection="n > 0 && abs(eta) < 2.5", weight="1 + good"
    )
    keep = (np.arange(6) > 0) & (np.abs(ETA) < 2.5)
    np.testing.assert_allclose(data["m"], MASS[keep] / 1000, rtol=1e-15)
    assert data.weights is not None
    np.testing.assert_array_equal(data.weights, 1.0 + (ETA[keep] > 0))


@pytest.mark.parametrize(
    ("tree", "observables", "options", "message"),
    [
        ("nominl", ["mass"], {}, "no tree 'nominl'; did you mean 'nominal'?"),
        ("histogram", ["mass"], {}, "'histogram' is a TH1D, not a tree; known are nominal, ntuple"),
        ("nominal", ["mas"], {}, "observable 'mas': no branch 'mas'; did you mean 'mass'?"),
        ("nominal", ["mass"], {"weight": "etaa"}, "weight: no branch 'etaa'; did you mean 'eta'?"),
        ("nominal", ["jets"], {}, r"branch 'jets' \(double\[\]\) does not hold one number per event"),
        ("nominal", ["p"], {}, r"branch 'p' \(double\[3\]\) does not hold one number per event"),
        ("ntuple", ["jets"], {}, r"branch 'jets' \(std::vector<double>\) does not hold one number"),
        ("nominal", ["mass"], {"selection": "mass > 500"}, "no row of 6 passes the selection"),
        ("nominal", ["mass"], {"selection": "jets[0] > 1"}, "arrays"),
    ],
)
def test_refusals(file: Path, tree: str, observables: Any, options: Any, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        Dataset.from_root(file, tree, observables, **options)
    assert str(file) in str(caught.value)


def test_only_needed_branches_are_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    branch = uproot.behaviors.TBranch.TBranch
    original = branch.array

    def array(self: Any, *args: Any, **kwargs: Any) -> Any:
        read.append(self.name)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(branch, "array", array)
    Dataset.from_root(file, "nominal", ["mass"], selection="eta < 2 && mass > 0")
    assert sorted(read) == ["eta", "mass"]


@pytest.mark.parametrize("content", [b"", b"root", b"PAR1" * 200])
def test_what_is_not_a_root_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.root"
    path.write_bytes(content)
    with pytest.raises(DataError, match="cannot be read as a ROOT file"):
        Dataset.from_root(path, "nominal", ["mass"])


@pytest.mark.parametrize("part", [0.1, 0.5, 0.9])
def test_truncated_file(tmp_path: Path, file: Path, part: float) -> None:
    whole = file.read_bytes()
    path = tmp_path / "cut.root"
    path.write_bytes(whole[: int(part * len(whole))])
    with pytest.raises(DataError, match="truncated"):
        Dataset.from_root(path, "ntuple", ["mass"])


def test_missing_file(file: Path) -> None:
    with pytest.raises(DataError, match=r"no such file; did you mean 'data.root'"):
        Dataset.from_root(file.with_name("dat.root"), "nominal", ["mass"])


def test_without_uproot(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uproot", None)
    with pytest.raises(DataError, match=r"pip install \"morefit-py\[root\]\""):
        Dataset.from_root(file, "nominal", ["mass"])
