"""The layout of `morefit_spec_v1`: all of the contract's, and more readable ways to say it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from annotated_types import Ge, Gt, MinLen
from pydantic import Discriminator, Field, Strict, Tag

from morefit_py.spec.layout import Data, FixedYield, ParameterYield, ScaledYield
from morefit_py.spec.layout_constraints import ModelConstraint, ParameterConstraint
from morefit_py.spec.layout_pdf import PDF
from morefit_py.spec.section import Flag, Label, Limits, Name, Names, Number, Section, Value

VERSION = "morefit_spec_v1"
Text = Annotated[str, Field(strict=True)]


class Blind(Section):
    """What hides a parameter's value: an offset that follows from the text, at most the scale in size."""

    text: Name
    scale: Annotated[Number, Gt(0)]


class ParameterEntry(Section):
    """A parameter of the fit: its start, its limits (also called bounds), its unit."""

    init: Number
    limits: Limits | None = None
    bounds: Limits | None = None
    fixed: Flag = False
    unit: Text = ""
    latex: Text = ""
    constraint: ParameterConstraint | None = None
    blind: Blind | None = None


class Parameter(ParameterEntry):
    """A parameter of a list of parameters."""

    name: Label


def _form_of_parameters(value: Any) -> str | None:
    return "<list>" if isinstance(value, list) else "<mapping>" if isinstance(value, dict) else None


class ModelSection(Section):
    """The parameters of all channels, the one of interest, named expressions of them, and what is known."""

    poi: Name | None = None
    parameters: Annotated[
        Annotated[list[Parameter], MinLen(1), Tag("<list>")]
        | Annotated[dict[Label, ParameterEntry], MinLen(1), Tag("<mapping>")],
        Discriminator(_form_of_parameters),
    ]
    expressions: dict[Label, Value] = {}
    constraints: list[ModelConstraint] = []


class Observable(Section):
    """A measured quantity and the bounds that densities are normalised on."""

    name: Label
    bounds: Limits
    expr: Name | None = None
    unit: Text = ""
    latex: Text = ""


def _form_of_yield(value: Any) -> str | None:
    if isinstance(value, dict):
        kind = value.get("type")
        return f"<{kind}>" if isinstance(kind, str) else None
    return "<value>"


Yield = Annotated[
    Annotated[FixedYield, Tag("<fixed>")]
    | Annotated[ParameterYield, Tag("<parameter>")]
    | Annotated[ScaledYield, Tag("<scaled>")]
    | Annotated[Value, Tag("<value>")],
    Discriminator(_form_of_yield),
]


class Process(Section):
    """A component of a channel: its density, and its expected yield or its fraction of the events."""

    name: Label
    pdf: PDF
    expected: Yield | None = Field(None, alias="yield")
    fraction: Value | None = None


class FullData(Data):
    """Where a channel's events are: files of one format, patterns such as data/*.root among them."""

    file: Names  # type: ignore[assignment]
    max_events: Annotated[int, Strict(), Ge(1)] | None = None
    stream: Flag = False


class Channel(Section):
    """A region of the data, fitted by a sum of processes: all with yields, or all but one with fractions."""

    name: Label
    include_in_fit: Flag = True
    data: FullData
    observables: Annotated[list[Observable], MinLen(1)]
    processes: Annotated[list[Process], MinLen(1)]


class Spec(Section):
    """A fit: a model of unbinned data in one or more channels."""

    schema_url: str | None = Field(None, alias="$schema")
    schema_version: Literal["morefit_spec_v1"]
    title: Text = ""
    notes: Text = ""
    model: ModelSection
    channels: Annotated[list[Channel], MinLen(1)]
