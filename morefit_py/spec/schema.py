"""The JSON schema of specs, by which editors complete and check them.

python -m morefit_py.spec.schema specs/schema.json
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from morefit_py.spec import layout_v0, layout_v1
from morefit_py.spec.layout_pdf import all_forms


class _Generate(GenerateJsonSchema):
    """Without the titles that repeat names, which editors would show instead of descriptions."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema() -> dict[str, Any]:
    """The JSON schema of both formats, told apart by `schema_version`."""
    either = Annotated[layout_v1.Spec | layout_v0.Spec, Field(discriminator="schema_version")]
    whole = core_schema.definitions_schema(
        TypeAdapter[Any](either).core_schema, [form.__pydantic_core_schema__ for form in all_forms()]
    )
    found = _Generate().generate(whole)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "morefit_py spec",
        **found,
    }


def text() -> str:
    """The JSON schema as it stands in specs/schema.json."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str]) -> None:
    """Write the schema to the path given, or to the terminal."""
    if arguments:
        Path(arguments[0]).write_text(text(), encoding="utf-8")
    else:
        sys.stdout.write(text())


if __name__ == "__main__":
    main(sys.argv[1:])
