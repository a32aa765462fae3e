"""Fixed rows that a density sums over: the bins of a template, the centres of kernels."""

from __future__ import annotations

import math
from collections.abc import Mapping
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from morefit_py.graph.build import Node, column
from morefit_py.graph.symbols import Axis, Observable

Array = NDArray[np.float64]


def fixed_rows(kind: str, values: Mapping[str, Array]) -> tuple[Axis, dict[str, Node]]:
    """An axis with these columns, and the nodes that stand for them, their names its own."""
    digest = sha256()
    for name, held in values.items():
        digest.update(name.encode() + b"\0" + np.ascontiguousarray(held, dtype="<f8").tobytes())
    axis = f"{kind} {digest.hexdigest()[:12]}"
    rows = {f"{axis}.{name}": np.array(held, dtype=np.float64) for name, held in values.items()}
    nodes = {name: column(Observable(f"{axis}.{name}", -math.inf, math.inf)) for name in values}
    return Axis(axis, rows), nodes
