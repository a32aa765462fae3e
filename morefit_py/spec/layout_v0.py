"""The layout of `nextstat_unbinned_spec_v0`, for what this version supports of it."""

from __future__ import annotations

from typing import Annotated, Literal

from annotated_types import MinLen
from pydantic import Field

from morefit_py.spec.layout import Data, FixedYield, GaussianConstraint, ParameterYield, ScaledYield
from morefit_py.spec.layout_pdf import PDF_BY_PARAMS
from morefit_py.spec.section import Flag, Label, Limits, Name, Number, Section

VERSION = "nextstat_unbinned_spec_v0"


class Parameter(Section):
    """A parameter of the fit; equal bounds fix it."""

    name: Label
    init: Number
    bounds: Limits
    constraint: GaussianConstraint | None = None


class ModelSection(Section):
    """The parameters of all channels, and the one of interest."""

    poi: Name | None = None
    parameters: Annotated[list[Parameter], MinLen(1)]


class Observable(Section):
    """A measured quantity and the bounds that densities are normalised on."""

    name: Label
    bounds: Limits
    expr: Name | None = None


class Process(Section):
    """A component of a channel: its density and its expected yield."""

    name: Label
    pdf: PDF_BY_PARAMS
    expected: Annotated[FixedYield | ParameterYield | ScaledYield, Field(discriminator="type")] = Field(
        alias="yield"
    )


class Channel(Section):
    """A region of the data, fitted by a sum of processes."""

    name: Label
    include_in_fit: Flag = True
    data: Data
    observables: Annotated[list[Observable], MinLen(1)]
    processes: Annotated[list[Process], MinLen(1)]


class Spec(Section):
    """A fit: a model of unbinned data in one or more channels."""

    schema_url: str | None = Field(None, alias="$schema")
    schema_version: Literal["nextstat_unbinned_spec_v0"]
    model: ModelSection
    channels: Annotated[list[Channel], MinLen(1)]
