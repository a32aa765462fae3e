"""The angular distribution of B0 -> K*0 mu+ mu-."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from morefit_py.errors import ModelError
from morefit_py.graph.build import ZERO, Node, Operand, as_node, cos, log, sin, sqrt
from morefit_py.graph.symbols import Observable
from morefit_py.pdfs.angular.terms import Terms, legendre
from morefit_py.pdfs.density import Density

# The integrals are exact up to these degrees of the acceptance.
HIGHEST = 40
_FULL = ((-1.0, 1.0), (-1.0, 1.0), (-math.pi, math.pi))


@dataclass(frozen=True, eq=False)
class KStarMuMu(Density):
    """The CP-averaged decay rate in cos theta_l, cos theta_K and phi (in radians), LHCb's angular convention.

    (1 - fs) 9/(32 pi) [3/4 (1 - fl) sin^2 K + fl cos^2 K + 1/4 (1 - fl) sin^2 K cos 2l - fl cos^2 K cos 2l
    + s3 sin^2 K sin^2 l cos 2phi + s4 sin 2K sin 2l cos phi + s5 sin 2K sin l cos phi
    + 4/3 afb sin^2 K cos l + s7 sin 2K sin l sin phi + s8 sin 2K sin 2l sin phi
    + s9 sin^2 K sin^2 l sin 2phi] + 3/(16 pi) [fs sin^2 l + ss1 sin^2 l cos K + ss2 sin 2l sin K cos phi
    + ss3 sin l sin K cos phi + ss4 sin l sin K sin phi + ss5 sin 2l sin K sin phi], the second part being
    the S wave and its interference (LHCb, JHEP 02 (2016) 104). `acceptance` multiplies it: rows (i, j, k, c)
    of a sum of c P_i(cos theta_l) P_j(cos theta_K) P_k(phi/pi) of Legendre polynomials. What depends on the
    angles depends on the data alone. Raises ModelError for angles beyond their ranges, and for rows that
    are none.
    """

    type = "k_star_mu_mu"

    cos_l: Observable
    cos_k: Observable
    phi: Observable
    fl: Operand
    s3: Operand
    s4: Operand
    s5: Operand
    afb: Operand
    s7: Operand
    s8: Operand
    s9: Operand
    fs: Operand = 0.0
    ss1: Operand = 0.0
    ss2: Operand = 0.0
    ss3: Operand = 0.0
    ss4: Operand = 0.0
    ss5: Operand = 0.0
    acceptance: tuple[tuple[float, ...], ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for x, (low, high) in zip(self.observables, _FULL, strict=True):
            if x.low < low - 1e-12 or x.high > high + 1e-6:
                raise ModelError(
                    f"{self.type}: the bounds [{x.low:g}, {x.high:g}] of {x.name!r} leave [{low:g}, {high:g}]"
                )
        for i, row in enumerate(self.acceptance):
            where = f"{self.type}: acceptance[{i}]"
            if len(row) != 4 or not all(n >= 0 and float(n).is_integer() for n in row[:3]):
                raise ModelError(f"{where}: {row} is no row (i, j, k, c) of degrees >= 0 and c")
            if max(row[:3]) > HIGHEST or not math.isfinite(row[3]):
                raise ModelError(f"{where}: {row}: degrees go to {HIGHEST}, and c is finite")

    @cached_property
    def _angular(self) -> Terms:
        """Factors of parameters by functions of the angles."""
        l, k, phi = (x.node for x in self.observables)  # noqa: E741 - the lepton's angle goes by its letter
        sin2_l, sin2_k = 1.0 - l**2, 1.0 - k**2
        sin_l, sin_k = sqrt(sin2_l), sqrt(sin2_k)
        twice_l = 2.0 * l**2 - 1.0
        crossed, bare = 4.0 * k * sin_k * l * sin_l, 2.0 * k * sin_k * sin_l
        flat = 0.25 * sin2_k * (3.0 + twice_l)
        p_wave = [
            (as_node(1.0), flat),
            (as_node(self.fl), k**2 * (1.0 - twice_l) - flat),
            (as_node(self.s3), sin2_k * sin2_l * cos(2.0 * phi)),
            (as_node(self.s4), crossed * cos(phi)),
            (as_node(self.s5), bare * cos(phi)),
            (as_node(self.afb), (4.0 / 3.0) * sin2_k * l),
            (as_node(self.s7), bare * sin(phi)),
            (as_node(self.s8), crossed * sin(phi)),
            (as_node(self.s9), sin2_k * sin2_l * sin(2.0 * phi)),
        ]
        s_wave = [
            (as_node(self.fs), sin2_l),
            (as_node(self.ss1), sin2_l * k),
            (as_node(self.ss2), 2.0 * l * sin_l * sin_k * cos(phi)),
            (as_node(self.ss3), sin_l * sin_k * cos(phi)),
            (as_node(self.ss4), sin_l * sin_k * sin(phi)),
            (as_node(self.ss5), 2.0 * l * sin_l * sin_k * sin(phi)),
        ]
        share = (1.0 - as_node(self.fs)) * (9.0 / (32.0 * math.pi))
        held = [(share * factor, function) for factor, function in p_wave]
        held += [(factor * (3.0 / (16.0 * math.pi)), function) for factor, function in s_wave]
        return Terms(self.observables, 2, tuple((f, g) for f, g in held if f is not ZERO), self._efficiency())

    def _efficiency(self) -> Node:
        if not self.acceptance:
            return as_node(1.0)
        l, k, phi = self.observables  # noqa: E741
        total = ZERO
        for i, j, n, c in self.acceptance:
            total = total + c * legendre(int(i), l) * legendre(int(j), k) * legendre(int(n), phi / math.pi)
        return total

    def shape(self) -> Node:
        return self._angular.value() * self._angular.efficiency

    def log_shape(self) -> Node:
        return log(self._angular.value()) + log(self._angular.efficiency)

    def integral(self) -> Node:
        return self._angular.integral()


def optimised(
    fl: Operand, p1: Operand, p2: Operand, p3: Operand, p4: Operand, p5: Operand, p6: Operand, p8: Operand
) -> dict[str, Node]:
    """The fields fl, s3, ..., s9 of `KStarMuMu` by the optimised observables P1 to P3 and P'4 to P'8.

    P1 = 2 s3/(1 - fl), P2 = 2/3 afb/(1 - fl), P3 = -s9/(1 - fl), P'4,5,8 = s4,5,8/sqrt(fl (1 - fl)) and
    P'6 = s7/sqrt(fl (1 - fl)) (S. Descotes-Genon et al., JHEP 05 (2013) 137, as LHCb defines them).
    """
    f = as_node(fl)
    rest, root = 1.0 - f, sqrt(f * (1.0 - f))
    return {
        "fl": f,
        "s3": rest * p1 / 2.0,
        "s4": root * p4,
        "s5": root * p5,
        "afb": 1.5 * rest * p2,
        "s7": root * p6,
        "s8": root * p8,
        "s9": -1.0 * rest * p3,
    }
