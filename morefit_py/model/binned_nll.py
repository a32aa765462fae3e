"""What is minimised for data in bins: the likelihood of counts, or chi2/2."""

from __future__ import annotations

import math

from morefit_py.errors import ModelError
from morefit_py.graph.build import ONE, ZERO, Node, add, column, lgamma, log, mul, select, total
from morefit_py.graph.symbols import Axis, Observable
from morefit_py.model.binned import COUNT, VARIANCE, Statistic, high_name, low_name
from morefit_py.pdfs.composition.fractions import Fractions
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.pdfs.composition.product import Product
from morefit_py.pdfs.density import Density

COUNT_COLUMN = Observable(COUNT, 0.0, math.inf)
VARIANCE_COLUMN = Observable(VARIANCE, 0.0, math.inf)


def binned_nll(channel: str, mixture: Mixture, statistic: Statistic) -> Node:
    """The sum over the bins of a channel of what `statistic` says, n observed and nu expected.

    "poisson": nu - n log nu + log n!, without nu and n! where the model is not extended (nu is then the
    probability of the bin). "pearson": (n - nu)^2/(2 nu). "neyman": (n - nu)^2/(2 s^2), s^2 the observed
    variance. Raises ModelError for chi2 of a model that is not extended, and for densities that have no
    integral over a bin.
    """
    n, nu = column(COUNT_COLUMN), expected(mixture)
    axis = Axis(channel)
    if statistic != "poisson":
        if not mixture.extended:
            raise ModelError(f"channel {channel!r}: chi2 needs expected counts; give every component a yield")
        squares = (n - nu) ** 2 / 2.0
        if statistic == "pearson":
            return total(axis, squares / nu)
        s = column(VARIANCE_COLUMN)
        return total(axis, select(s > 0.0, squares / select(s > 0.0, s, 1.0), ZERO))
    # A bin without events contributes nothing to the logarithms, whatever is expected there.
    logarithms = select(n > 0.0, n * log(nu), ZERO)
    if not mixture.extended:
        return total(axis, -logarithms)
    return total(axis, nu - logarithms + lgamma(n + 1.0))


def expected(mixture: Mixture) -> Node:
    """The expected count of a bin, or its probability where the model is not extended."""
    found = ZERO
    for term in mixture.terms:
        scale = ONE if term.expected is None else term.expected
        found = add(found, mul(scale, probability(term.density)))
    return found


def probability(density: Density) -> Node:
    """The integral of a normalised density over a bin, in terms of the columns with the bin's edges.

    Raises ModelError for a density of several observables that is no product.
    """
    match density:
        case Fractions():
            parts = zip(density.weights(), density.densities, strict=True)
            found = ZERO
            for weight, part in parts:
                found = add(found, mul(weight, probability(part)))
            return found
        case Product():
            found = ONE
            for part in density.components:
                found = mul(found, probability(part))
            return found
    if density.given:
        raise ModelError(
            f"{density.type}: it is conditional on {density.given[0].name!r}, so its bins have no integral"
        )
    if len(density.observables) > 1:
        raise ModelError(
            f"{density.type}: a density of several observables is integrated over bins only as a product"
        )
    x = density.x
    low, high = (Observable(name, x.low, x.high) for name in (low_name(x.name), high_name(x.name)))
    return density.between(low, high) / density.integral()
