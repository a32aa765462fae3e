"""Tests of morefit_py.spec.sources."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from morefit_py.errors import DataError
from morefit_py.model.columns.disk import mapping

Loaded, Problem = Callable[..., Any], Callable[..., str]
DATA = "{file: data.parquet}"
X = np.linspace(0.5, 9.5, 100)


def test_paths_are_relative_to_the_spec(
    loaded: Loaded, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parent)
    assert len(loaded()[1]) == 100
    assert len(loaded((DATA, f"{{file: {folder / 'data.parquet'}}}"))[1]) == 100


def test_channel_selection_weight_and_expressions(loaded: Loaded) -> None:
    data = loaded((DATA, "{file: data.parquet, channel: CR, selection: x > 5, weight: 2*y}"))[1]
    kept = X[1::2][X[1::2] > 5]
    np.testing.assert_allclose(data["x"], kept)
    np.testing.assert_allclose(data.weights, 2 * (10 - kept))
    shifted = loaded(("{name: x, bounds: [0, 10]}", "{name: x, bounds: [0, 10], expr: 10 - y}"))[1]
    np.testing.assert_allclose(shifted["x"], X)


@pytest.mark.parametrize("name", ["data.pq", "data.parquet", "data.dat"])
def test_format_is_that_of_the_name_or_given(loaded: Loaded, folder: Path, name: str) -> None:
    (folder / "data.parquet").rename(folder / name)
    extra = ", format: parquet" if name.endswith("dat") else ""
    assert len(loaded((DATA, f"{{file: {name}{extra}}}"))[1]) == 100


def test_several_files_and_their_first_events(loaded: Loaded, folder: Path) -> None:
    (folder / "more").mkdir()
    for name in ("a", "b"):
        (folder / "more" / f"{name}.parquet").write_bytes((folder / "data.parquet").read_bytes())
    assert len(loaded((DATA, "{file: more/*.parquet}"))[1]) == 200
    data = loaded((DATA, "{file: [data.parquet, more/b.parquet], selection: x > 5, max_events: 60}"))[1]
    np.testing.assert_allclose(data["x"], np.concatenate([X[50:], X[50:60]]))


def test_columns_on_disk(loaded: Loaded) -> None:
    data = loaded((DATA, "{file: data.parquet, stream: true}"))[1]
    assert mapping(data["x"]) is not None
    np.testing.assert_allclose(data["x"], X)


def test_root_files(loaded: Loaded, folder: Path) -> None:
    uproot = pytest.importorskip("uproot")
    with uproot.recreate(folder / "data.root") as out:
        out.mktree("events", {"mass": "float64", "pt": "float64"})
        out["events"].extend({"mass": X, "pt": X[::-1]})
    changes = (
        (DATA, "{file: data.root, tree: events, selection: pt > 5 && mass > 1, weight: pt}"),
        ("{name: x, bounds: [0, 10]}", "{name: x, bounds: [0, 10], expr: mass}"),
    )
    data = loaded(*changes)[1]
    kept = (X[::-1] > 5) & (X > 1)
    np.testing.assert_array_equal(data["x"], X[kept])
    np.testing.assert_array_equal(data.weights, X[::-1][kept])


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (
            "{file: date.parquet}",
            "channels[0].data.file: date.parquet: no such file; did you mean 'data.parquet'?",
        ),
        ("{file: nowhere/data.parquet}", "nowhere/data.parquet: no such file; the folder"),
        ("{file: .}", "is a directory, not a file"),
        ("{file: data.parquet, tree: t}", "data.tree: a Parquet file has no trees"),
        ("{file: spec.yaml}", "data: a ROOT file needs the name of a tree; add the key 'tree'"),
        ("{file: spec.yaml, tree: t, channel: c}", "data.channel: only Parquet files have channels"),
        ("{file: '*.pq'}", "data.file: *.pq: no file has such a name"),
        ("{file: [data.parquet, data.parquet]}", "data.file: data.parquet: is named twice"),
        ("{file: []}", "data.file: no file is given; name at least one"),
        ("{file: [data.parquet, spec.yaml]}", "data.file: names files of two formats"),
        ("{file: 3}", "data.file: expected a path or a list of paths, found 3"),
        ("{file: [3]}", "data.file[0]: expected text, found 3"),
        ("{file: data.parquet, max_events: 0}", "data.max_events: 0 is not >= 1"),
        ("{file: data.parquet, max_events: 2.5}", "data.max_events: expected a whole number, found 2.5"),
        (
            "{file: data.parquet, max_events: true}",
            "data.max_events: expected a whole number, found the truth",
        ),
        ("{file: data.parquet, stream: 1}", "data.stream: expected true or false, found 1"),
    ],
)
def test_problems(problem: Problem, section: str, message: str) -> None:
    assert message in problem((DATA, section))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            (DATA, "{file: data.parquet, selection: x > 5}"),
            "data.selection: is for ROOT files in this format",
        ),
        ((DATA, "{file: data.parquet, weight: y}"), "data.weight: is for ROOT files in this format"),
        (
            ("bounds: [0, 10]}", "bounds: [0, 10], expr: 2*y}"),
            "observables[0].expr: is for ROOT files in this",
        ),
        ((DATA, "{file: data.parquet, max_events: 5}"), "data.max_events: this key is not known here"),
        ((DATA, "{file: [data.parquet]}"), "data.file: expected text, found a list of 1"),
    ],
)
def test_the_contract_keeps_expressions_for_root(
    problem: Problem, contract: str, change: tuple[str, str], message: str
) -> None:
    assert message in problem(change, base=contract)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ([(DATA, "{file: data.parquet, channel: XX}")], "no row has _channel 'XX'"),
        ([(DATA, "{file: data.parquet, selection: x > 50}")], "no row of 100 passes the selection"),
        ([(DATA, "{file: data.parquet, weight: x - 5}")], "weights: 50 of 100 values are negative"),
        (
            [("bounds: [0, 10]", "bounds: [0, 9]")],
            r"observable 'x': 6 of 100 values are outside \[0, 9\] \(row 94",
        ),
        ([(DATA, "{file: spec.yaml, format: parquet}")], "cannot be read as Parquet"),
        ([(DATA, "{file: spec.yaml, format: root, tree: t}")], "cannot be read as a ROOT file"),
    ],
)
def test_data_that_cannot_be_fitted(loaded: Loaded, changes: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(DataError, match=rf"spec.yaml:13 channels\[0\].data: .*{message}"):
        loaded(*changes)


@pytest.mark.parametrize(
    ("changes", "where", "message"),
    [
        (
            [("name: x", "name: z"), ("observable: x", "observable: z")],
            "observables[0].name",
            "no column 'z'",
        ),
        ([("bounds: [0, 10]", "bounds: [0, 10], expr: x*")], "observables[0].expr", "this is not arithmetic"),
        ([(DATA, "{file: data.parquet, selection: z > 1}")], "data.selection", "no column 'z'"),
        ([(DATA, "{file: data.parquet, weight: y +}")], "data.weight", "this is not arithmetic"),
    ],
)
def test_expressions_that_cannot_be_read(
    loaded: Loaded, folder: Path, changes: list[tuple[str, str]], where: str, message: str
) -> None:
    with pytest.raises(DataError) as caught:
        loaded(*changes)
    assert f" channels[0].{where}: {folder}/data.parquet: {message}" in str(caught.value)


def test_what_is_integrated_over_is_not_in_the_data(loaded: Loaded) -> None:
    """The true value and the difference of a convolution are no columns; their bounds stand all the same."""
    smeared = (
        "{type: convolution, observable: x, base: {type: exponential, observable: t, params: [slope]}, "
        "resolution: {type: gaussian, observable: d, mu: 0, sigma: 0.3}}"
    )
    more = "bounds: [0, 10]}\n      - {name: t, bounds: [0, 12]}\n      - {name: d, bounds: [-2, 2]}"
    model, data = loaded(
        ("{type: exponential, observable: x, params: [slope]}", smeared), ("bounds: [0, 10]}", more)
    )
    assert [x.name for x in model.channels["SR"].observables] == ["x"]
    assert set(data.columns) == {"x"}


def test_columns_beside_the_observables(loaded: Loaded, folder: Path) -> None:
    from morefit_py.spec.load import load

    loaded()
    (spec,) = folder.glob("*.yaml")
    held = load(spec, True)[1]
    assert not isinstance(held, dict)
    assert set(held.columns) == {"x", "y"}
    named = load(spec, ["y"])[1]
    assert not isinstance(named, dict)
    np.testing.assert_allclose(named["y"], 10 - X)
    with pytest.raises(DataError, match=r"unknown|no column"):
        load(spec, ["z"])
