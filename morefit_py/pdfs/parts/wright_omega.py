"""The solution of omega + log(omega) = x."""

from __future__ import annotations

from morefit_py.graph.build import Node, Operand, as_node, detach, exp, log, maximum, minimum, select

# Below, omega is exp(x) to all digits and no longer matters beside one.
_LEAST = -100.0


def wright_omega(operand: Operand) -> Node:
    """omega > 0 with omega + log(omega) = x, for any real x (constant below -100).

    From an approximation good to a tenth, by two steps of fourth order (P. Lawrence, R. Corless,
    D. Jeffrey, ACM Trans. Math. Softw. 38 (2012) 20). Derivatives are those of the second step: the first
    only finds where it starts.
    """
    x = maximum(operand, _LEAST)
    # A Pade form of Lambert's function at zero, and its behaviour far from it.
    z = exp(minimum(x, 1.0))
    near = z * (1.0 + 4.0 / 3.0 * z) / (1.0 + (7.0 / 3.0 + 5.0 / 6.0 * z) * z)
    far = maximum(x, 1.0)
    start = select(x < 1.0, near, far - log(far) * far / (1.0 + far))
    return _step(detach(_step(start, x)), x)


def _step(omega: Operand, x: Node) -> Node:
    """The root from an approximation of it: the error is raised to its fourth power."""
    omega = as_node(omega)
    z = x - omega - log(omega)
    more = 1.0 + omega
    q = 2.0 * more * (more + 2.0 / 3.0 * z)
    return omega * (1.0 + z / more * (q - z) / (q - 2.0 * z))
