"""The Hypatia density: a generalised hyperbolic core between two power-law tails."""

from __future__ import annotations

from dataclasses import dataclass

from morefit_py.errors import ModelError
from morefit_py.graph.build import (
    Node,
    Operand,
    as_node,
    clamp,
    log,
    log1p,
    logical_and,
    maximum,
    minimum,
    select,
    sqrt,
)
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.density import Density
from morefit_py.pdfs.fields import POSITIVE, Domain, start_values
from morefit_py.pdfs.parts.hyperbolic import RULE, HyperbolicCore
from morefit_py.pdfs.parts.power_tail import JoinedPower
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.student import StudentCore


@dataclass(frozen=True, eq=False)
class Hypatia(Density):
    """exp(beta d) r^(lambd - 1/2) K_(lambd - 1/2)(zeta r), d = observable - mu, for -a sigma < d < a2 sigma.

    r^2 = 1 + d^2/(A sigma)^2 with A^2 = zeta K_lambd(zeta)/K_(lambd + 1)(zeta), so that sigma is the core's
    standard deviation for beta = 0. Beyond are powers n and n2 of the distance that join with equal value and
    slope. mu and sigma in the observable's unit, beta in its inverse. With zeta the number 0 the core is
    exp(beta d) (1 + d^2/sigma^2)^(lambd - 1/2), lambd < 0. D. Martinez Santos and F. Dupertuis, NIM A 764
    (2014) 150; fields and conventions, also of the limit, are those of RooFit's RooHypatia2.
    Raises ModelError for a zeta that is 0 without being that number, and for a limit without lambd < 0.
    """

    type = "hypatia"
    domains = {
        "zeta": Domain(0.0, closed=True),
        "sigma": POSITIVE,
        "a": POSITIVE,
        "n": POSITIVE,
        "a2": POSITIVE,
        "n2": POSITIVE,
    }

    observable: Observable
    lambd: Operand
    zeta: Operand
    beta: Operand
    sigma: Operand
    mu: Operand
    a: Operand
    n: Operand
    a2: Operand
    n2: Operand

    def __post_init__(self) -> None:
        super().__post_init__()
        zeta = as_node(self.zeta)
        if self._is_limit:
            if start_values(as_node(self.lambd)).max() >= 0.0:
                raise ModelError(f"{self.type}: lambd is not negative at the start, which zeta = 0 asks for")
        elif start_values(zeta).min() == 0.0 or (zeta.op is Op.PARAM and zeta.parameter.low == 0.0):
            raise ModelError(
                f"{self.type}: zeta reaches 0, where the core has another form; "
                "keep it above, or give the number 0 for that form"
            )

    @property
    def normalisation(self) -> str:
        return RULE

    @property
    def _is_limit(self) -> bool:
        zeta = as_node(self.zeta)
        return zeta.op is Op.CONST and zeta.value == 0.0

    @property
    def _core(self) -> HyperbolicCore | StudentCore:
        tilt = as_node(self.beta) * self.sigma
        if self._is_limit:
            return StudentCore(-2.0 * as_node(self.lambd), tilt * self._unit)
        return HyperbolicCore(self.lambd, self.zeta, tilt)

    @property
    def _unit(self) -> Node:
        """The core's unit of length in sigma."""
        return sqrt(-0.5 / as_node(self.lambd)) if self._is_limit else as_node(1.0)

    @property
    def _joins(self) -> tuple[Node, Node]:
        return -as_node(self.a) / self._unit, as_node(self.a2) / self._unit

    @property
    def _tails(self) -> tuple[JoinedPower, JoinedPower]:
        core, (left, right) = self._core, self._joins
        return (
            JoinedPower(self.n, core.log_value(left), core.slope(left)),
            JoinedPower(self.n2, core.log_value(right), -core.slope(right)),
        )

    def _t(self, x: Operand) -> Node:
        return (as_node(x) - self.mu) / (as_node(self.sigma) * self._unit)

    def log_shape(self) -> Node:
        t, (left, right), (lower, upper) = self._t(self.observable), self._joins, self._tails
        below, above = t < left, t > right
        beyond = select(
            below, lower.steepness * (left - t), select(above, upper.steepness * (t - right), 0.0)
        )
        log_z = log1p(beyond)
        core = self._core.log_value(clamp(t, left, right))
        return select(below, lower.log_value(log_z), select(above, upper.log_value(log_z), core))

    def log_between(self, low: Operand, high: Operand) -> Node:
        low, high, (left, right), (lower, upper) = self._t(low), self._t(high), self._joins, self._tails
        below, above, across = low < left, high > right, logical_and(low < right, high > left)
        start, stop = (select(across, clamp(t, left, right), end) for t, end in ((low, left), (high, right)))
        whole = self._core.integral(start, stop)
        whole = Scaled(whole.factor, whole.exponent, across)
        for tail, present, near, far in (
            (lower, below, left - high, left - low),
            (upper, above, low - right, high - right),
        ):
            near = maximum(near, 0.0)
            whole = whole + tail.integral(near, select(present, far - near, 0.0), present)
        return log(as_node(self.sigma) * self._unit) + whole.log()

    def breaks(self) -> tuple[Operand, ...]:
        sigma = as_node(self.sigma)
        return self.mu - self.a * sigma, self.mu + self.a2 * sigma

    def room(self) -> Node:
        """A tail can only join where the core falls away from the peak."""
        core, (left, right) = self._core, self._joins
        return minimum(core.slope(left), -core.slope(right))
