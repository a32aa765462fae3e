"""An exponential that begins at zero, convolved with a Gaussian of unit width."""

from __future__ import annotations

import math
from dataclasses import dataclass

from morefit_py.graph.build import Node, Operand, log_emg
from morefit_py.pdfs.parts.scaled import Scaled
from morefit_py.pdfs.parts.special import gaussian_integral

_PEAK = 1.0 / math.sqrt(2.0 * math.pi)


@dataclass(frozen=True, eq=False)
class SmearedExponential:
    """exp(-s/kappa)/kappa for s > 0, convolved with a Gaussian of unit width: of integral one.

    For kappa < 0 the mirror image, exp(s/|kappa|)/|kappa| for s < 0; for kappa = 0 the Gaussian, into
    which both pass smoothly.
    """

    kappa: Node

    def log(self, u: Operand) -> Node:
        """The logarithm of the function at u."""
        return log_emg(u, self.kappa)

    def integral(self, low: Operand, high: Operand) -> Scaled:
        """The integral from low to high: that of the Gaussian, less the rise of kappa times the function."""
        gaussian = gaussian_integral(low, high)
        return (
            Scaled(_PEAK * gaussian.factor, gaussian.exponent)
            + Scaled(self.kappa, self.log(low))
            + Scaled(-self.kappa, self.log(high))
        )
