"""The layout of a manifest: fits of specs, with other data or other values."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from annotated_types import MinLen
from pydantic import Discriminator, Field, Tag

from morefit_py.spec.section import Flag, Name, Names, Section


def _form_of_data(value: Any) -> str | None:
    if isinstance(value, dict):
        return "<mapping>"
    return "<one>" if isinstance(value, str) else "<list>" if isinstance(value, list) else None


Data = Annotated[
    Annotated[Name, Tag("<one>")]
    | Annotated[list[Name], MinLen(1), Tag("<list>")]
    | Annotated[dict[Name, Names], MinLen(1), Tag("<mapping>")],
    Discriminator(_form_of_data),
]


class Options(Section):
    """How fits are done; what is not given is as on the command line."""

    minimiser: Name | None = None
    minos: Flag | None = None
    weighted_errors: Name | None = None


class Fit(Options):
    """A fit of a spec: `data` in place of the spec's, or one fit for `each` of several files."""

    spec: Name
    name: Name | None = None
    data: Data | None = None
    each: Names | None = None
    values: dict[Name, Any] = Field({}, alias="set")


class Manifest(Section):
    """Fits that are done together; files are relative to the manifest's folder."""

    schema_version: Literal["morefit_batch_v1"]
    notes: Annotated[str, Field(strict=True)] = ""
    defaults: Options = Options()
    fits: Annotated[list[Fit], MinLen(1)]
