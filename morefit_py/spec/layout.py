"""The sections that both formats share."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import Ge, Gt
from pydantic import Field

from morefit_py.spec.section import Name, Number, Section, Value


class GaussianConstraint(Section):
    """Knowledge from elsewhere: the parameter is mean +- sigma."""

    type: Literal["gaussian"]
    mean: Number
    sigma: Annotated[Number, Gt(0)]


class Data(Section):
    """Where a channel's events are: a Parquet file or a tree of a ROOT file."""

    file: Name
    format: Literal["root", "parquet"] | None = None
    tree: Name | None = None
    channel: Name | None = None
    selection: Name | None = None
    weight: Name | None = None


class NormSys(Section):
    """A factor on the yield: hi^alpha for alpha >= 0, lo^-alpha below."""

    type: Literal["normsys", "norm_sys"]
    param: Value
    lo: Annotated[Number, Gt(0)]
    hi: Annotated[Number, Gt(0)]


class WeightSys(Section):
    """A factor on the yield, 1 + an additive interpolation through lo and hi at alpha = -1 and 1."""

    type: Literal["weightsys", "weight_sys"]
    param: Value
    lo: Annotated[Number, Gt(0)]
    hi: Annotated[Number, Gt(0)]
    interp_code: Literal["code0", "code4p"] = "code0"


Modifiers = list[Annotated[NormSys | WeightSys, Field(discriminator="type")]]


class FixedYield(Section):
    """A known number of expected events."""

    type: Literal["fixed"]
    value: Annotated[Number, Ge(0)]
    modifiers: Modifiers = []


class ParameterYield(Section):
    """A parameter that is the expected number of events."""

    type: Literal["parameter"]
    name: Value
    modifiers: Modifiers = []


class ScaledYield(Section):
    """base_yield * scale expected events, the scale a parameter."""

    type: Literal["scaled"]
    base_yield: Annotated[Number, Ge(0)]
    scale: Value
    modifiers: Modifiers = []
