"""Bins that are merged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from morefit_py.inference.goodness.bins import merged, merged_edges, pooled, summed

CONTENTS = st.lists(st.floats(0.0, 20.0), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("expected", "groups"),
    [
        ([6.0, 7.0, 5.0], [0, 1, 2]),
        ([1.0, 4.0, 9.0, 3.0, 1.0], [0, 0, 1, 1, 1]),
        ([1.0, 1.0], [0, 0]),
        ([9.0, 0.0], [0, 0]),
    ],
)
def test_neighbours_are_merged(expected: list[float], groups: list[int]) -> None:
    assert merged(np.array(expected), 5.0).tolist() == groups


@pytest.mark.parametrize(
    ("expected", "groups"),
    [
        ([6.0, 7.0], [0, 1]),
        ([6.0, 3.0, 7.0, 3.0], [0, 2, 1, 2]),
        ([9.0, 1.0, 7.0], [0, 1, 1]),
        ([1.0, 2.0], [0, 0]),
    ],
)
def test_small_bins_of_a_grid_are_pooled(expected: list[float], groups: list[int]) -> None:
    assert pooled(np.array(expected), 5.0).tolist() == groups


@given(CONTENTS)
def test_groups_have_what_they_need_and_lose_nothing(contents: list[float]) -> None:
    values = np.array(contents)
    for grouping in (merged, pooled):
        groups = grouping(values, 5.0)
        sums = summed(groups, values)
        assert sums.sum() == pytest.approx(values.sum())
        assert len(sums) == 1 or sums.min() >= 5.0
        assert sorted(set(groups.tolist())) == list(range(len(sums)))


def test_edges_of_groups() -> None:
    assert merged_edges(np.array([0, 0, 1, 2, 2]), [0, 1, 2, 3, 4, 5]).tolist() == [0, 2, 3, 5]
    assert merged_edges(np.array([0, 0]), [0, 1, 2]).tolist() == [0, 2]
