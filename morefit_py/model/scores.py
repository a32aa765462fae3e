"""What the score products of a model are made of: events or bins by channel, and constraints."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from morefit_py.graph.build import ONE, ZERO, Node, add, column, ipow, log, select
from morefit_py.graph.symbols import Axis
from morefit_py.model.binned import Statistic
from morefit_py.model.binned_nll import VARIANCE_COLUMN, expected
from morefit_py.model.model import Model
from morefit_py.model.nll import WEIGHT_COLUMN, log_density
from morefit_py.passes.scores import EventTerm
from morefit_py.pdfs.composition.mixture import Mixture


def event_terms(
    model: Model, weighted: Collection[str] = (), binned: Mapping[str, Statistic] | None = None
) -> list[EventTerm]:
    """A term a channel: log sum_p nu_p p_p(x), extended or not as the channel is, and the squared weight.

    `weighted` names the channels whose data carry weights, `binned` those whose data are counts in bins, with
    what is minimised for them. The expected number of events is no part of the score: a sum over a Poisson
    number of independent events has the second moment as its variance.
    """
    square = ipow(column(WEIGHT_COLUMN), 2)
    held = dict(binned or {})
    return [
        _bins(Axis(name), mixture, held[name])
        if name in held
        else EventTerm(Axis(name), log_density(mixture), square if name in weighted else ONE)
        for name, mixture in model.channels.items()
    ]


def constraint_term(model: Model) -> Node:
    """The sum of the constraints' terms; what is known from elsewhere fluctuates with their Hessian."""
    result = ZERO
    for constraint in model.constraints:
        result = add(result, constraint.nll())
    return result


def _bins(axis: Axis, mixture: Mixture, statistic: Statistic) -> EventTerm:
    """Bins by the gradients of what they minimise by their counts, to first order, and the counts' variance.

    That gradient is -grad log nu for the likelihood and, where the count is what is expected, for Pearson's
    chi2; for Neyman's it is -grad nu/s^2.
    """
    variance, nu = column(VARIANCE_COLUMN), expected(mixture)
    # A bin without events has no variance either, and nothing may be expected there.
    filled = variance > 0.0
    if statistic == "neyman":
        return EventTerm(axis, nu, select(filled, ONE / select(filled, variance, ONE), ZERO))
    return EventTerm(axis, log(select(filled, nu, ONE)), variance)
