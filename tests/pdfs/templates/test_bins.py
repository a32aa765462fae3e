"""Edges and contents of templates."""

import numpy as np
import pytest

from morefit_py.errors import ModelError
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.templates.bins import bin_edges, not_negative, numbers, pseudo_count

X = Observable("x", 0.1, 0.7)


def test_the_outer_edges_are_the_bounds_exactly() -> None:
    held = bin_edges("kind", (0.1 + 1e-15, 0.3, 0.7 - 1e-15), X)
    assert (held[0], held[-1]) == (0.1, 0.7)
    with pytest.raises(ModelError, match=r"kind: bin_edges run from 0\.1 to 0\.6"):
        bin_edges("kind", (0.1, 0.6), X)


def test_numbers() -> None:
    np.testing.assert_array_equal(numbers("kind", "name", [1, 2]), [1.0, 2.0])
    np.testing.assert_array_equal(not_negative("kind", "name", [0.0]), [0.0])
    with pytest.raises(ModelError, match=r"kind: name\[1\] is inf; it must be finite"):
        numbers("kind", "name", [1.0, np.inf])


def test_edges_with_no_room_between_them() -> None:
    with pytest.raises(ModelError, match="bin_edges are so close together"):
        bin_edges("kind", (0.0, 1e-320, 0.7), Observable("x", 0.0, 0.7))


def test_a_pseudo_count() -> None:
    assert pseudo_count("kind", 2) == 2.0
    for value in (-0.5, np.nan, np.inf):
        with pytest.raises(ModelError, match=r"kind: pseudo_count is .*; it must be finite and >= 0"):
            pseudo_count("kind", value)
    with pytest.raises(ModelError, match="kind: pseudo_count is 'few'; give a number"):
        pseudo_count("kind", "few")  # type: ignore[arg-type]
