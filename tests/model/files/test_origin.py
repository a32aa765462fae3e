"""Tests of morefit_py.model.files.origin."""

import numpy as np
import pytest

from morefit_py.model.files.origin import Origin


def test_rows_of_one_file() -> None:
    origin = Origin()
    origin.add("a", 0, 10, None)
    origin.add("a", 10, 5, None)
    assert [origin.where(row) for row in (0, 9, 14)] == ["row 0", "row 9", "row 14"]
    assert len(origin._pieces) == 1
    with pytest.raises(IndexError):
        origin.where(15)


def test_rows_that_were_selected_in_several_files() -> None:
    rng = np.random.default_rng(1)
    origin = Origin()
    expected = []
    for source in ("a", "b", "c"):
        first = 0
        for count in (13, 0, 8, 5):
            kept = rng.random(count) < 0.4 if count != 5 else None
            origin.add(source, first, count, kept)
            rows = range(count) if kept is None else np.flatnonzero(kept)
            expected += [f"row {first + row} of {source}" for row in rows]
            first += count
    assert [origin.where(row) for row in range(len(expected))] == expected
