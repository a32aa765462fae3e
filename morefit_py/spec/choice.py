"""A section that has one of many forms, told apart by a tag; each form is built when a spec first has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, final

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticKnownError, core_schema

from morefit_py.spec.section import Section


@final
@dataclass(frozen=True, eq=False)
class Choice:
    """An annotation like pydantic's tagged union, whose forms are not built with it.

    `tag` gives the tag of a value or None, `form` the section of a tag or None, and `tags` those there are.
    Building all of them takes longer than most fits, and a spec has few.
    """

    tag: Callable[[Any], str | None]
    form: Callable[[str], type[Section] | None]
    tags: Callable[[], Iterable[str]]

    def _validate(self, value: Any) -> Any:
        tag = self.tag(value)
        if tag is None:
            raise PydanticKnownError("union_tag_not_found", {"discriminator": self.tag.__name__})
        form = self.form(tag)
        if form is None:
            known = ", ".join(map(repr, self.tags()))
            context = {"discriminator": self.tag.__name__, "tag": tag, "expected_tags": known}
            raise PydanticKnownError("union_tag_invalid", context)
        return form.model_validate(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._validate)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """One of references to the forms, whose definitions whoever generates the schema adds."""
        references: dict[Any, CoreSchema] = {
            tag: core_schema.definition_reference_schema(reference(form))
            for tag in self.tags()
            if (form := self.form(tag)) is not None
        }
        return handler(core_schema.tagged_union_schema(references, self.tag))


def reference(section: type[Section]) -> str:
    """What a section is called in core schemas that refer to it."""
    name: str = section.__pydantic_core_schema__["ref"]
    return name
