"""The sections of constraints: of one parameter, where it is declared, or of the whole model."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, Len, MinLen
from pydantic import Discriminator, Tag

from morefit_py.spec.layout import GaussianConstraint
from morefit_py.spec.section import Name, Number, Section, Value


class ShortConstraint(Section):
    """Knowledge from elsewhere: gaussian: [mean, sigma]."""

    gaussian: Annotated[list[Number], Len(2, 2)]


class LogNormalConstraint(Section):
    """Knowledge by a factor: the quantity is the median, times or divided by kappa."""

    type: Literal["log_normal"]
    median: Annotated[Number, Gt(0)]
    kappa: Annotated[Number, Gt(1)]


class PoissonConstraint(Section):
    """The quantity is the expected count of a measurement that found `observed` events."""

    type: Literal["poisson"]
    observed: Annotated[Number, Ge(0)]


def _form(value: Any) -> str | None:
    if isinstance(value, dict) and "type" in value:
        return f"<{value['type']}>" if isinstance(value["type"], str) else None
    # The keys of a form with a type, which was forgotten.
    typed = {"mean", "sigma", "median", "kappa", "observed", "quantity", "quantities", "expression"}
    return None if isinstance(value, dict) and value.keys() & typed else "<short>"


ParameterConstraint = Annotated[
    Annotated[GaussianConstraint, Tag("<gaussian>")]
    | Annotated[LogNormalConstraint, Tag("<log_normal>")]
    | Annotated[PoissonConstraint, Tag("<poisson>")]
    | Annotated[ShortConstraint, Tag("<short>")],
    Discriminator(_form),
]
"""What is known of the parameter it stands with."""


class GaussianOf(GaussianConstraint):
    """Knowledge from elsewhere: the quantity, an expression of parameters, is mean +- sigma."""

    quantity: Value


class LogNormalOf(LogNormalConstraint):
    """Knowledge by a factor of an expression of parameters."""

    quantity: Value


class PoissonOf(PoissonConstraint):
    """A count whose expectation is an expression of parameters."""

    quantity: Value


class MultivariateGaussianOf(Section):
    """Several quantities measured together, with correlated errors."""

    type: Literal["multivariate_gaussian"]
    quantities: Annotated[list[Value], MinLen(1)]
    means: Annotated[list[Number], MinLen(1)]
    covariance: Annotated[list[list[Number]], MinLen(1)]


class PenaltyOf(Section):
    """An expression of parameters that is added to the negative log-likelihood."""

    type: Literal["penalty"]
    expression: Name


ModelConstraint = Annotated[
    Annotated[GaussianOf, Tag("<gaussian>")]
    | Annotated[LogNormalOf, Tag("<log_normal>")]
    | Annotated[PoissonOf, Tag("<poisson>")]
    | Annotated[MultivariateGaussianOf, Tag("<multivariate_gaussian>")]
    | Annotated[PenaltyOf, Tag("<penalty>")],
    Discriminator(_form),
]
"""What is known of expressions of parameters."""
