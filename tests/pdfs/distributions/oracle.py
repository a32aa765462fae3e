"""Log densities of many digits, from a textbook formula and the numeric integral of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import mpmath as mp
import numpy as np

from morefit_py.graph.meaning import evaluate
from morefit_py.pdfs.density import Density


def log_density(density: Density, at: dict[str, float], rows: Sequence[float]) -> np.ndarray:
    """What the package says."""
    columns = {"": {density.x.name: np.array(rows, dtype=float)}}
    return np.asarray(np.broadcast_to(evaluate([density.log_density()], at, columns)[0], len(rows)))


def exact(
    formula: Callable[[Any], Any], bounds: Sequence[Any], rows: Sequence[float], digits: int = 30
) -> list[float]:
    """The formula over its integral, in `digits`; `bounds` are the ends with points to cut the range at."""
    with mp.workdps(digits):
        ends = [mp.mpf(end) for end in bounds]
        whole = mp.log(mp.quad(lambda x: mp.exp(formula(x)), ends))
        return [float(formula(mp.mpf(x)) - whole) for x in rows]
