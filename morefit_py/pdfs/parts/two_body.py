"""Kinematics of a decay to two bodies, and barriers of angular momentum."""

from __future__ import annotations

from morefit_py.errors import ModelError
from morefit_py.graph.build import Node, Operand, as_node
from morefit_py.pdfs.parts.polynomial import polynomial

# What the squares of Blatt and Weisskopf's barrier factors are inverse to, by angular momentum
# (F. von Hippel and C. Quigg, Phys. Rev. D 5 (1972) 624), in powers of z.
_BARRIERS = (
    (1.0,),
    (1.0, 1.0),
    (9.0, 3.0, 1.0),
    (225.0, 45.0, 6.0, 1.0),
    (11025.0, 1575.0, 135.0, 10.0, 1.0),
)


def squared_momentum(mass: Operand, m_a: Operand, m_b: Operand) -> Node:
    """The momentum squared of either body in the rest frame of `mass`; negative below their threshold."""
    m, total, difference = as_node(mass), as_node(m_a) + m_b, as_node(m_a) - m_b
    # Factorised: the difference of the squares loses digits near the threshold.
    return (m - total) * (m + total) * (m - difference) * (m + difference) / (4.0 * m**2)


def barrier(spin: float, z: Operand) -> Node:
    """One over Blatt and Weisskopf's barrier factor squared, up to a factor, at z = (momentum radius)^2."""
    return polynomial(_BARRIERS[int(spin)], z)


def check_spin(where: str, spin: float) -> None:
    """Raises ModelError for a spin whose barrier is not known."""
    if spin not in range(len(_BARRIERS)):
        raise ModelError(f"{where}: spin is {spin!r}; it must be 0, 1, 2, 3 or 4")
