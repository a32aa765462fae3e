"""What the score products of a model are made of: events by channel with their weights, constraints."""

from __future__ import annotations

from collections.abc import Collection

from morefit_py.graph.build import ONE, ZERO, Node, add, column, ipow
from morefit_py.graph.symbols import Axis
from morefit_py.model.model import Model
from morefit_py.model.nll import WEIGHT_COLUMN, log_density
from morefit_py.passes.scores import EventTerm


def event_terms(model: Model, weighted: Collection[str] = ()) -> list[EventTerm]:
    """A term a channel: log sum_p nu_p p_p(x), extended or not as the channel is, and the squared weight.

    `weighted` names the channels whose data carry weights. The expected number of events is no part of the
    score: a sum over a Poisson number of independent events has the second moment as its variance.
    """
    square = ipow(column(WEIGHT_COLUMN), 2)
    return [
        EventTerm(Axis(name), log_density(mixture), square if name in weighted else ONE)
        for name, mixture in model.channels.items()
    ]


def constraint_term(model: Model) -> Node:
    """The sum of the constraints' terms; what is known from elsewhere fluctuates with their Hessian."""
    result = ZERO
    for constraint in model.constraints:
        result = add(result, constraint.nll())
    return result
