"""Tests of morefit_py.spec.choice."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import TypeAdapter, ValidationError

from morefit_py.spec.choice import Choice, reference
from morefit_py.spec.section import Number, Section


class Circle(Section):
    """A form."""

    kind: Literal["circle"]
    radius: Number


class Square(Section):
    """Another form."""

    kind: Literal["square"]
    side: Number


def _tag(value: Any) -> str | None:
    return f"<{value['kind']}>" if isinstance(value, dict) and "kind" in value else None


@pytest.fixture
def built() -> list[str]:
    return []


@pytest.fixture
def shapes(built: list[str]) -> TypeAdapter[Any]:
    forms: dict[str, type[Section]] = {"<circle>": Circle, "<square>": Square}

    def form(tag: str) -> type[Section] | None:
        built.append(tag)
        return forms.get(tag)

    return TypeAdapter(dict[str, Annotated[Any, Choice(_tag, form, lambda: forms)]])


def test_only_forms_in_use_are_built(shapes: TypeAdapter[Any], built: list[str]) -> None:
    assert built == []
    found = shapes.validate_python({"a": {"kind": "square", "side": 2}})
    assert found == {"a": Square(kind="square", side=2.0)}
    assert built == ["<square>"]


@pytest.mark.parametrize(
    ("value", "kind", "place"),
    [
        ({"kind": "circle"}, "missing", ("a", "radius")),
        ({"kind": "circle", "radius": "long"}, "float_type", ("a", "radius")),
        ({"kind": "circle", "radius": 1, "side": 2}, "unknown_key", ("a", "side")),
        ({"kind": "line"}, "union_tag_invalid", ("a",)),
        ({"radius": 1}, "union_tag_not_found", ("a",)),
        ("circle", "union_tag_not_found", ("a",)),
    ],
)
def test_errors_are_those_of_a_tagged_union(
    shapes: TypeAdapter[Any], value: Any, kind: str, place: tuple[str, ...]
) -> None:
    with pytest.raises(ValidationError) as problem:
        shapes.validate_python({"a": value})
    (error,) = problem.value.errors()
    assert (error["type"], error["loc"]) == (kind, place)


def test_unknown_tags_are_told_the_known_ones(shapes: TypeAdapter[Any]) -> None:
    with pytest.raises(ValidationError, match=r"'<line>'.*'<circle>', '<square>'"):
        shapes.validate_python({"a": {"kind": "line"}})


def test_references_are_those_of_core_schemas() -> None:
    assert "Circle" in reference(Circle)
    assert reference(Circle) != reference(Square)
