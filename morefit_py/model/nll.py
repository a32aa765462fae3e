"""The negative log-likelihood of a model as one graph."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache

from morefit_py.graph.build import (
    MINUS_ONE,
    ONE,
    ZERO,
    Node,
    add,
    column,
    log,
    mul,
    total,
)
from morefit_py.graph.symbols import WEIGHT, Axis, Observable
from morefit_py.model.binned import Statistic
from morefit_py.model.binned_nll import binned_nll
from morefit_py.model.model import Model
from morefit_py.model.survey import never_underflows
from morefit_py.pdfs.composition.mixture import Mixture
from morefit_py.pdfs.parts.log_sum import log_sum_exp

_INFINITY = float("inf")
WEIGHT_COLUMN = Observable(WEIGHT, 0.0, _INFINITY)


def nll(model: Model, weighted: Collection[str] = (), binned: Mapping[str, Statistic] | None = None) -> Node:
    """sum_c [ nu_c - sum_i w_i log sum_p nu_cp p_cp(x_i) ] + constraints; without nu where not extended.

    `weighted` names the channels whose data carry weights, `binned` those whose data are counts in bins,
    with the statistic that takes the place of the sum over events. Extended maximum likelihood (Barlow, Nucl.
    Instrum. Meth. A 297 (1990) 496), without the constant log N!.
    """
    result = ZERO
    for name, mixture in model.channels.items():
        if binned and name in binned:
            result = add(result, binned_nll(name, mixture, binned[name]))
            continue
        weight = column(WEIGHT_COLUMN) if name in weighted else ONE
        events = total(Axis(name), mul(weight, log_density(mixture)))
        result = add(result, add(mixture.expected(), mul(MINUS_ONE, events)))
    for constraint in model.constraints:
        result = add(result, constraint.nll())
    return result


@lru_cache(maxsize=64)
def log_density(mixture: Mixture) -> Node:
    """log sum_p nu_p p_p(x), as a plain sum where one component never underflows, else by log-sum-exp."""
    if len(mixture.terms) == 1:
        term = mixture.terms[0]
        scale = ONE if term.expected is None else term.expected
        return add(log(scale), term.density.log_density())
    yields = [term.expected for term in mixture.terms if term.expected is not None]
    if not never_underflows(mixture):
        return log_sum_exp(yields, [term.density.log_density() for term in mixture.terms])
    summed = ZERO
    for scale, term in zip(yields, mixture.terms, strict=True):
        summed = add(summed, mul(scale, term.density.density()))
    return log(summed)
