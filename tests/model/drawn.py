"""Events drawn by a part of a plan, for a toy of any seed."""

import numpy as np

from morefit_py.model.choosing import Exceeded, Part
from morefit_py.model.numbers import Numbers, keys


def drawn(
    part: Part, size: int, names: str, seed: int = 4, given: dict[str, np.ndarray] | None = None
) -> tuple[dict[str, np.ndarray], list[Exceeded]]:
    """The columns of these one-letter names, and what exceeded its envelope."""
    numbers = Numbers(keys([seed]), np.zeros(1, np.int64), np.array([0, size]), channel=0)
    columns = {name: np.full(size, np.nan) for name in names} | (given or {})
    exceeded = part.draw(numbers, np.arange(size), columns)
    return columns, exceeded
