"""Tests of morefit_py.model.files.readers, on a source that is in memory."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from morefit_py.errors import DataError
from morefit_py.graph.symbols import Observable
from morefit_py.model.columns.values import Values
from morefit_py.model.files.readers import Opener, Query, Selected, select, wanted
from morefit_py.model.files.source import Block, Source

HELD = {
    "x": np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]),
    "y": np.array([0.0, 1.0, np.nan, 2.0, np.inf, -1.0, 3.0]),
    "B.mass": np.arange(5.0, 12.0),
    "never": np.zeros(7),
}


class Memory(Source):
    """Columns in blocks of three rows; what is read of it is written down."""

    kind = "branch"

    def __init__(self, name: str, columns: Mapping[str, np.ndarray], read: list[str], **options: Any) -> None:
        self.name, self.columns, self.read = name, columns, read
        self.rows = len(next(iter(columns.values())))
        self.known = columns.keys()
        self.numbers = list(columns)
        self.missing: np.ndarray | None = options.get("missing")
        self.weight = options.get("weight")

    def check(self, names: Sequence[str]) -> None:
        if "never" in names:
            raise DataError(f"{self.name}: 'never' is no number")

    def blocks(self, names: Sequence[str]) -> Iterator[Block]:
        for first in range(0, self.rows, 3):
            here = slice(first, min(first + 3, self.rows))
            self.read += [f"{self.name}:{first}"]
            missing = None if self.missing is None else self.missing[here]
            held = {name: Values(self.columns[name][here], missing) for name in names}
            yield Block(first, here.stop - first, held)


def opener(read: list[str], **files: Any) -> Opener:
    @contextmanager
    def opened(path: Path) -> Iterator[Source]:
        found = files.get(str(path), HELD)
        yield found if isinstance(found, Source) else Memory(str(path), found, read)

    return opened


def run(query: Query, *paths: str, read: list[str] | None = None, **files: Any) -> list[Selected]:
    named = [Path(path) for path in paths or ("here",)]
    read = [] if read is None else read
    return list(select(named, opener(read, **files), query, "all of it", progress=False))


def together(parts: list[Selected], name: str) -> list[float]:
    return [float(value) for part in parts for value in part.columns[name]]


def test_blocks_follow_each_other() -> None:
    parts = run(Query({"z": "2*x + 1", "m": "B.mass", "one": "1"}, weight="x > 2"))
    assert [(part.source, part.first, part.count, part.kept) for part in parts] == [
        ("here", 0, 3, None), ("here", 3, 3, None), ("here", 6, 1, None),
    ]  # fmt: skip
    assert together(parts, "z") == [3, 5, 7, 9, 11, 13, 15]
    assert together(parts, "m") == list(HELD["B.mass"])
    assert together(parts, "one") == [1] * 7
    assert [list(part.weights) for part in parts if part.weights is not None] == [[0, 0, 1], [1, 1, 1], [1]]
    assert {part.most for part in parts} == {7}


def test_selection_keeps_rows_that_are_finite_and_not_zero() -> None:
    parts = run(Query({"x": "x", "inverse": "1/y"}, selection="y"))
    assert together(parts, "x") == [2, 4, 6, 7]
    assert together(parts, "inverse") == [1, 0.5, -1, 1 / 3]
    assert [part.row(0) for part in parts] == ["row 1", "row 3", "row 6"]
    assert [len(part) for part in parts] == [1, 2, 1]


def test_files_one_after_the_other() -> None:
    parts = run(Query({"x": "x", "entry": "Entry$"}, selection="x > 5"), "a", "b")
    assert together(parts, "x") == [6, 7, 6, 7]
    assert together(parts, "entry") == [5, 6, 12, 13]
    assert [part.row(0) for part in parts if len(part)] == ["row 5", "row 6", "row 5", "row 6"]


@pytest.mark.parametrize("most", [1, 3, 4, 6, 7, 8, 13, 100])
def test_the_first_rows_of_a_selection(most: int) -> None:
    read: list[str] = []
    parts = run(Query(["x"], selection="x != 2", max_events=most), "a", "b", read=read)
    expected = [1, 3, 4, 5, 6, 7] * 2
    assert together(parts, "x") == expected[:most]
    # What comes after them is not read.
    assert len(read) == {1: 1, 3: 2, 4: 2, 6: 3, 7: 4, 8: 4}.get(most, 6)


def test_every_file_is_looked_at_before_one_is_read() -> None:
    read: list[str] = []
    with pytest.raises(DataError, match=r"^b: observable 'y': no branch 'y'"):
        run(Query(["x", "y"]), "a", "b", read=read, b={"x": np.zeros(3)})
    with pytest.raises(DataError, match=r"^b: 'never' is no number"):
        run(Query({"z": "x + never"}), "b", read=read)
    assert read == []


def test_default_columns_and_weights_are_those_of_the_first_file() -> None:
    one, two = {"x": np.ones(2), "w": np.ones(2)}, {"w": np.ones(2), "x": np.ones(2), "more": np.ones(2)}
    assert list(run(Query(None), "a", "b", a=one, b=two)[-1].columns) == ["w", "x", "more"]
    with pytest.raises(DataError, match=r"^b: observable 'w': no branch 'w'"):
        run(Query(None), "a", "b", a=one, b={"x": np.ones(2)})
    weighted = Memory("b", one, [], weight="w")
    with pytest.raises(DataError, match=r"^b: only one of this file and a has '_weight'; give a weight"):
        run(Query(["x"]), "a", "b", a=one, b=weighted)
    assert run(Query(["x"], weight="2"), "a", "b", a=one, b=weighted)[0].weights is not None


def test_missing_values_count_only_where_they_are_selected() -> None:
    missing = np.array([False, True, False, False, True, True, False])
    held = {"here": Memory("here", HELD, [], missing=missing)}
    with pytest.raises(
        DataError, match=r"'x': 1 of 3 selected values in rows 0 to 2 are missing \(first in row 1\)"
    ):
        run(Query(["x"]), **held)
    with pytest.raises(DataError, match=r"weight: 2 of 3 .* in rows 3 to 5 are missing \(first in row 4\)"):
        run(Query({"one": "1"}, selection="Entry$ != 1", weight="x"), **held)
    # A selection that is missing keeps nothing.
    assert together(run(Query(["x"], selection="x > 0"), **held), "x") == [1, 3, 4, 7]
    assert together(run(Query({"x": "Alt$(x, -1)"}), **held), "x") == [1, -1, 3, 4, -1, -1, 7]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (Query({"z": "xx + 1"}), "here: observable 'z': no branch 'xx'; did you mean 'x'?"),
        (Query({"x": "x"}, "yy > 1"), "here: selection: no branch 'yy'; did you mean 'y'?"),
        (Query({"x": "x"}, None, "w"), "here: weight: no branch 'w'; known are"),
        (Query({"x": "x"}, "x >"), r"here: selection: this is not arithmetic \(column 4\)"),
        (Query({"x": "x. y"}), "here: observable 'x': a dot"),
        (Query({"z": "exp"}), r"here: observable 'z': 'exp' is a function; write exp\(...\)"),
        (Query({"z": "log(x, 2)"}), "here: observable 'z': log takes 1 argument"),
        (Query({"x": "x"}, "x > 10"), "all of it: no row of 7 passes the selection 'x > 10'; loosen it"),
        (Query([]), "here: no observables"),
        (Query(["x"], max_events=0), "max_events is 0; give a whole number of 1 or more"),
        (Query(["x"], max_events=2.5), "max_events is 2.5"),  # type: ignore[arg-type]
        (Query(["x"], max_events=True), "max_events is True"),
    ],
)
def test_refusals(query: Query, message: str) -> None:
    with pytest.raises(DataError, match=f"^{message}"):
        run(query)


def test_no_rows() -> None:
    none = {"here": {"x": np.zeros(0)}}
    (part,) = run(Query(["x"], selection="x > 1", weight="x"), **none)
    assert len(part) == 0
    assert part.columns["x"].size == 0
    assert part.weights is not None


def test_wanted() -> None:
    assert wanted("here", "x") == {"x": "x"}
    assert wanted("here", ["x", Observable("y", 0, 1)]) == {"x": "x", "y": "y"}
    assert wanted("here", {"x": "2*y"}) == {"x": "2*y"}
    with pytest.raises(DataError, match="here: no observables"):
        wanted("here", [])
