"""Tests of morefit_py.model.files.gather."""

from pathlib import Path

import numpy as np
import pytest

from morefit_py.model.columns.disk import mapping
from morefit_py.model.files.gather import Gathering, gather
from morefit_py.model.files.readers import Selected


def parts(kept: bool) -> list[Selected]:
    found = []
    for first in range(0, 100, 30):
        rows = np.arange(first, min(first + 30, 100), dtype=float)
        mask = rows % 3 == 0 if kept else None
        held = rows[mask] if mask is not None else rows
        found.append(Selected("a", first, len(rows), mask, {"x": held, "_weight": -held}, 2 * held, 100))
    return found


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("stream", [True, False])
def test_parts_are_put_together(tmp_path: Path, kept: bool, stream: bool) -> None:
    columns, weights, origin = gather(parts(kept), tmp_path if stream else None, all_rows=not kept)
    expected = np.arange(0, 100, 3 if kept else 1)
    np.testing.assert_array_equal(columns["x"], expected)
    # A column may be called as weights are in files.
    np.testing.assert_array_equal(columns["_weight"], -1.0 * expected)
    assert weights is not None
    np.testing.assert_array_equal(weights, 2.0 * expected)
    assert (mapping(columns["x"]) is not None) is stream
    assert origin.where(5) == f"row {expected[5]}"


def test_without_weights() -> None:
    gathering = Gathering(None)
    gathering.add({"x": np.ones(2)}, None)
    columns, weights = gathering.finish()
    assert list(columns["x"]) == [1.0, 1.0]
    assert weights is None
