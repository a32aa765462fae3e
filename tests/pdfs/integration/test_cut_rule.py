"""A rule between cuts, against integrals of polynomials that change at the cuts."""

import numpy as np

from morefit_py.pdfs.integration.cut_rule import cut_rule

CUTS = np.array([-3.0, -0.5, 0.25, 0.25, 4.0])


def placed(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Where the nodes lie between the cuts, and their weights."""
    rows = cut_rule(nodes, len(CUTS) - 1)
    t = sum(rows[f"place {i}"] * cut for i, cut in enumerate(CUTS))
    width = sum(rows[f"width {i}"] * cut for i, cut in enumerate(CUTS))
    return t, width * rows["weight"]


def test_exact_for_what_is_a_polynomial_between_cuts() -> None:
    t, weights = placed(4)
    exact = (0.25**8 - 3.0**8) / 8.0 + 2.0 * (4.0**8 - 0.25**8) / 8.0
    found = np.sum(weights * np.where(t < 0.25, t**7, 2.0 * t**7))
    np.testing.assert_allclose(found, exact, rtol=1e-14)


def test_nodes_lie_in_their_pieces_and_pieces_of_no_width_count_nothing() -> None:
    t, weights = placed(5)
    pieces = t.reshape(-1, 5)
    low, high = CUTS[:-1, None], CUTS[1:, None]
    assert np.all((pieces >= low) & (pieces <= high))
    assert np.all(np.diff(pieces[[0, 1, 3]]) > 0.0)
    assert np.all(weights[10:15] == 0.0)
    np.testing.assert_allclose(weights.sum(), 7.0, rtol=1e-15)
