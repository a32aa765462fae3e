"""Parameters whose fitted value says nothing until they are unblinded."""

from __future__ import annotations

import math
from hashlib import sha256

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node


def blinded(value: Operand, text: str, scale: float) -> Node:
    """A value minus a hidden offset: use it where the parameter stood, and what is fitted is shifted.

    The fitted parameter is the true one plus an offset between -scale and scale, uniformly distributed,
    that follows from `text` alone, so that all who use the same text share it; errors are untouched. To
    unblind, fit the parameter itself. The offset stands in kernel sources as a number.
    Raises ModelError for an empty text, and unless the scale is positive.
    """
    if not isinstance(text, str) or not text:
        raise ModelError(f"blinded: {text!r} cannot hide a value; give a text that names the analysis")
    if not (math.isfinite(scale) and scale > 0):
        raise ModelError(f"blinded: the scale is {scale}; it must be > 0, some times the expected error")
    return as_node(value) - offset(text, scale)


def offset(text: str, scale: float) -> float:
    """The number that `blinded` hides."""
    part = int.from_bytes(sha256(text.encode()).digest()[:8], "little") / 2.0**64
    return scale * (2.0 * part - 1.0)
