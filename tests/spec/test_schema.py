"""Tests of morefit_py.spec.schema."""

import json
from pathlib import Path
from typing import Any

import pytest

from morefit_py.pdfs import registry
from morefit_py.spec.schema import main, schema, text

SHIPPED = Path(__file__).parents[2] / "specs" / "schema.json"


def essence(held: Any) -> Any:
    """What a schema accepts, without how this or that version of pydantic spells it."""
    kept = {"properties", "required", "const", "enum", "items", "$ref", "oneOf", "anyOf", "type", "$defs",
            "additionalProperties", "minItems", "maxItems"}  # fmt: skip
    if isinstance(held, list):
        return [essence(each) for each in held]
    if not isinstance(held, dict):
        return held
    found = {key: value for key, value in held.items() if key in kept}
    for names in ("properties", "$defs"):
        if names in found:
            found[names] = {name: essence(value) for name, value in found[names].items()}
    return {key: value if key in ("properties", "$defs") else essence(value) for key, value in found.items()}


def test_the_shipped_schema_is_up_to_date() -> None:
    remedy = "run: python -m morefit_py.spec.schema specs/schema.json"
    assert essence(json.loads(SHIPPED.read_text())) == essence(schema()), remedy


def test_every_density_is_described() -> None:
    found = schema()["$defs"]
    for density in registry().values():
        assert found[density.__name__]["description"]
        assert found[density.__name__]["properties"]["type"]["const"] == density.type


def test_keys_are_those_of_files() -> None:
    spec = next(held for name, held in schema()["$defs"].items() if name.endswith("v1__Spec"))
    assert {"$schema", "schema_version", "model", "channels", "title", "notes"} == spec["properties"].keys()
    process = next(held for name, held in schema()["$defs"].items() if name.endswith("v1__Process"))
    assert "yield" in process["properties"]


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([])
    assert capsys.readouterr().out == text()
    main([str(tmp_path / "schema.json")])
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == text()
