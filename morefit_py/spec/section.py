"""What every section of a spec is made of: strict values, and no key that is not known."""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Self

from annotated_types import Len
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    ModelWrapValidatorHandler,
    Strict,
    Tag,
    ValidationError,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from morefit_py.errors import nearest

# Problems that are not Pydantic's own: they say in the context what is wrong.
OWN = ("unknown_key", "unfit_name", "no_limit")

Name = Annotated[str, Strict(), Field(min_length=1)]


def _printable(text: str) -> str:
    if text != text.strip() or not text.isprintable():
        what = f"{text!r} is not a name: use printable text without spaces around it"
        raise PydanticCustomError("unfit_name", "{what}", {"what": what})
    return text


Label = Annotated[Name, AfterValidator(_printable)]
"""What something is called in results and messages."""
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]


def _ordered(value: float) -> float:
    if math.isnan(value):
        raise PydanticCustomError("no_limit", "{what}", {"what": "expected a number, which nan is not"})
    return value


Limit = Annotated[float, Strict(), AfterValidator(_ordered)]
Limits = Annotated[list[Limit], Len(2, 2)]
Flag = Annotated[bool, Strict()]


def _kind_of_value(value: Any) -> str | None:
    if isinstance(value, bool):
        return None
    return "<number>" if isinstance(value, int | float) else "<text>" if isinstance(value, str) else None


Value = Annotated[
    Annotated[Number, Tag("<number>")] | Annotated[Name, Tag("<text>")], Discriminator(_kind_of_value)
]
"""A number, the name of a parameter, or an arithmetic expression of parameters."""


def _one_or_more(value: Any) -> str | None:
    return "<one>" if isinstance(value, str) else "<list>" if isinstance(value, list) else None


Names = Annotated[
    Annotated[Name, Tag("<one>")] | Annotated[list[Name], Tag("<list>")], Discriminator(_one_or_more)
]


class Section(BaseModel):
    """A mapping of a spec; a key it does not know is an error that names the nearest one it does."""

    # Keys that belong to another form of the section, for hints.
    other_keys: ClassVar[tuple[str, ...]] = ()
    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())

    @model_validator(mode="wrap")
    @classmethod
    def _name_unknown_keys(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(data)
        except ValidationError as problem:
            found = [_hinted(cls, error, data) for error in problem.errors(include_url=False)]
            raise ValidationError.from_exception_data(cls.__name__, found) from None


def _hinted(section: type[Section], error: Any, data: Any) -> InitErrorDetails:
    kind: Any = error["type"]
    context = dict(error.get("ctx", {}))
    if kind == "extra_forbidden" and len(error["loc"]) == 1:
        known = [field.alias or name for name, field in section.model_fields.items()]
        known += section.other_keys
        hint = nearest(str(error["loc"][0]), [key for key in known if key not in data])
        kind = PydanticCustomError("unknown_key", "{what}", {"what": f"this key is not known here{hint}"})
    elif kind in OWN:
        kind = PydanticCustomError(kind, "{what}", context)
    return InitErrorDetails(type=kind, loc=error["loc"], input=error["input"], ctx=context)
