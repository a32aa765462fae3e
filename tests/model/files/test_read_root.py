"""Tests of morefit_py.model.files.read_root."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from morefit_py.errors import DataError
from morefit_py.graph.symbols import Observable
from morefit_py.model.dataset import Dataset
from morefit_py.model.files import read_root

uproot = pytest.importorskip("uproot")
ak = pytest.importorskip("awkward")

MASS = np.linspace(60.0, 120.0, 6)
ETA = np.array([0.0, 1.0, -3.0, 2.0, 2.6, -1.0])
LISTS = [[1.0], [], [1.0, 2.0], [3.0], [4.0], []]
DEEP = [[[1.0], [2.0, 3.0]], [], [[]], [[4.0]], [[], [5.0]], [[6.0, 7.0]]]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("root") / "data.root"
    kinds: dict[str, Any] = {"mass": "float64", "eta": "float32", "n": "int32", "good": "bool"}
    columns = {"mass": MASS, "eta": ETA.astype("f4"), "n": np.arange(6, dtype="i4"), "good": ETA > 0}
    lists = {"jets": "var * float64"}
    with uproot.recreate(path) as out:
        out.mktree("nominal", {**kinds, **lists, "p": ("f8", (3,))})
        out["nominal"].extend({**columns, "jets": ak.Array(LISTS), "p": np.ones((6, 3))})
        fields = {**kinds, **lists, "text": "string", "deep": "var * var * float64"}
        out.mkrntuple("ntuple", dict(sorted(fields.items())))
        held = {**columns, "jets": ak.Array(LISTS), "text": ak.Array(list("abcdef")), "deep": ak.Array(DEEP)}
        out["ntuple"].extend(dict(sorted(held.items())))
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
        ("nominal", ["jets"], {}, "observable 'jets': 'jets' is a list in every row"),
        ("nominal", ["p"], {}, "observable 'p': 'p' is a list in every row"),
        ("ntuple", ["jets"], {}, "'jets' is a list in every row, not one number; write an element of it"),
        ("ntuple", ["text"], {}, r"branch 'text' \(std::string\) does not hold numbers"),
        ("nominal", ["mass"], {"selection": "mass > 500"}, "no row of 6 passes the selection"),
        ("nominal", {"jet": "jets[0]"}, {}, r"2 of 6 selected values .* \(first in row 1\)"),
        ("ntuple", ["mass"], {"weight": "jets[1]"}, "weight: 5 of 6 selected values"),
        ("nominal", {"jet": "jet[0]"}, {}, r"no branch 'jet'; did you mean 'jets'\? \(column 1\)"),
        ("nominal", ["mass"], {"selection": "jets[-1] > 1"}, "the index -1 is negative"),
        ("nominal", ["mass"], {"selection": "mass[0] > 1"}, "not a list; remove the index"),
        ("nominal", ["mass"], {"selection": "jets > 1"}, "selection: 'jets > 1' is a list in every row"),
        ("nominal", ["mass"], {"selection": "mass > 1 +"}, r"not arithmetic \(column 11\)"),
        ("nominal", ["mass"], {"selection": "Smu$(jets) > 1"}, r"did you mean 'Sum\$'"),
    ],
)
def test_refusals(file: Path, tree: str, observables: Any, options: Any, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        Dataset.from_root(file, tree, observables, **options)
    assert str(file) in str(caught.value)


@pytest.mark.parametrize("tree", ["nominal", "ntuple"])
def test_lists(file: Path, tree: str) -> None:
    data = Dataset.from_root(
        file, tree, {"first": "Alt$(jets[0], -1)", "sum": "Sum$(jets)", "size": "Length$(jets)"}
    )
    np.testing.assert_array_equal(data["first"], [row[0] if row else -1.0 for row in LISTS])
    np.testing.assert_array_equal(data["sum"], [sum(row) for row in LISTS])
    np.testing.assert_array_equal(data["size"], [len(row) for row in LISTS])
    kept = Dataset.from_root(file, tree, {"second": "jets[1]"}, selection="jets[1] > 0")
    np.testing.assert_array_equal(kept["second"], [2.0])


def test_arrays_and_lists_of_lists(file: Path) -> None:
    data = Dataset.from_root(file, "nominal", {"p": "p[0] + 2*p[2]"})
    np.testing.assert_array_equal(data["p"], np.full(6, 3.0))
    data = Dataset.from_root(file, "ntuple", {"deep": "deep[0][0]"}, selection="Length$(deep[0]) > 0")
    np.testing.assert_array_equal(data["deep"], [row[0][0] for row in DEEP if row and row[0]])


@pytest.fixture(scope="module")
def pieces(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two files of trees that are compressed in pieces of different sizes."""
    folder: Path = tmp_path_factory.mktemp("pieces")
    for number, sizes in enumerate([[100, 7, 250], [13]]):
        with uproot.recreate(folder / f"{number}.root") as out:
            out.mktree("t", {"x": "float64", "jets": "var * float64"})
            out.mkrntuple("n", {"jets": "var * float64", "x": "float64"})
            begin = 1000.0 * number
            for size in sizes:
                x = begin + np.arange(size)
                jets = ak.unflatten(np.repeat(x, 2), np.full(size, 2))
                out["t"].extend({"x": x, "jets": jets})
                out["n"].extend({"jets": jets, "x": x})
                begin += size
    return folder


EVENTS = np.concatenate([np.arange(357.0), 1000 + np.arange(13.0)])


@pytest.mark.parametrize("tree", ["t", "n"])
@pytest.mark.parametrize("block", [1, 50, 107, 1000])
def test_files_are_read_in_blocks(
    pieces: Path, monkeypatch: pytest.MonkeyPatch, tree: str, block: int
) -> None:
    monkeypatch.setattr(read_root, "BLOCK", block)
    data = Dataset.from_root(pieces / "?.root", tree, {"x": "x", "sum": "Sum$(jets)", "entry": "Entry$"})
    np.testing.assert_array_equal(data["x"], EVENTS)
    np.testing.assert_array_equal(data["sum"], 2 * EVENTS)
    np.testing.assert_array_equal(data["entry"], np.arange(370.0))
    assert data.source == f"{pieces / '?.root'} {tree}"
    files = [pieces / "1.root", pieces / "0.root"]
    some = Dataset.from_root(files, tree, ["x"], selection="x % 2 == 1", max_events=20)
    np.testing.assert_array_equal(some["x"], [*range(1001, 1013, 2), *range(1, 29, 2)])
    # No more is read than one block at a time, whose size is that of the largest piece at least.
    with read_root.root_source(pieces / "0.root", tree) as source:
        counts = [held.count for held in source.blocks(["x"])]
    assert max(counts) <= max(block, 250)
    assert sum(counts) == 357


def test_what_several_files_do_not_have_is_found_before_any_is_read(pieces: Path, file: Path) -> None:
    with pytest.raises(DataError, match=r"data.root: no tree 't'; known are nominal"):
        Dataset.from_root([pieces / "0.root", file], "t", ["x"])
    with pytest.raises(DataError, match=r"no row of 370 passes the selection 'x < 0'"):
        Dataset.from_root(pieces / "*.root", "t", ["x"], selection="x < 0")


def test_short_names_of_branches() -> None:
    paths = ["run", "jet/pt", "jet/eta", "muon/eta", "event./event.x"]
    assert read_root._aliases(paths) == {
        "pt": "jet/pt", "jet.pt": "jet/pt", "jet.eta": "jet/eta", "muon.eta": "muon/eta",
        "event.x": "event./event.x", "event.event.x": "event./event.x",
    }  # fmt: skip


def test_only_needed_branches_are_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    branch = uproot.behaviors.TBranch.TBranch
    original = branch.array

    def array(self: Any, *args: Any, **kwargs: Any) -> Any:
        read.append(self.name)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(branch, "array", array)
    Dataset.from_root(file, "nominal", ["mass"], selection="eta < 2 && mass > 0")
    assert set(read) == {"eta", "mass"}


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


def test_without_awkward(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "awkward", None)
    assert len(Dataset.from_root(file, "nominal", ["mass"], selection="p[0] > 0")) == 6
    with pytest.raises(DataError, match=r"branch 'jets' needs awkward .*pip install \"morefit-py\[root\]\""):
        Dataset.from_root(file, "nominal", {"n": "Length$(jets)"})


def test_without_uproot(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uproot", None)
    with pytest.raises(DataError, match=r"pip install \"morefit-py\[root\]\""):
        Dataset.from_root(file, "nominal", ["mass"])


@pytest.mark.parametrize("tree", ["nominal", "ntuple"])
def test_branches_of_one_number_an_entry(file: Path, tree: str) -> None:
    from morefit_py.model.files.read_root import root_source

    with root_source(file, tree) as source:
        # A tree counts its lists in branches of its own.
        assert {name for name in source.numbers if name != "njets"} == {"mass", "eta", "n", "good"}
