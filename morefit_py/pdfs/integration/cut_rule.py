"""A Gauss-Legendre rule between neighbouring cuts, whose places are known only when it is used."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def cut_rule(nodes: int, pieces: int) -> dict[str, Array]:
    """The rule of `nodes` in each of `pieces` between cuts 0 to `pieces`, as columns of one row a node.

    A node lies at the sum of "place i" times cut i, its piece is as wide as the sum of "width i" times cut i;
    "weight" is its weight in a piece of width one. One term thus serves all pieces.
    """
    u, w = np.polynomial.legendre.leggauss(nodes)
    place, width = np.zeros((2, pieces + 1, pieces, nodes))
    for piece in range(pieces):
        place[piece, piece], place[piece + 1, piece] = 0.5 - 0.5 * u, 0.5 + 0.5 * u
        width[piece, piece], width[piece + 1, piece] = -1.0, 1.0
    found = {f"place {i}": held.ravel() for i, held in enumerate(place)}
    found |= {f"width {i}": held.ravel() for i, held in enumerate(width)}
    return found | {"weight": np.tile(0.5 * w, pieces)}
