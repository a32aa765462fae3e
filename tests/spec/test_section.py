"""Tests of morefit_py.spec.section."""

from typing import Any

import pytest
from pydantic import Field, ValidationError

from morefit_py.spec.section import Flag, Limits, Name, Names, Number, Section, Value


class Inner(Section):
    width: Number = 1.0
    limits: Limits = Field([0.0, 1.0], alias="lims")
    flag: Flag = True


class Outer(Section):
    inner: list[Inner] = []
    value: Value = 1.0
    names: Names = []
    name: Name = "a"


def problems(data: Any) -> dict[tuple[Any, ...], str]:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(data)
    return {error["loc"]: error["msg"] for error in caught.value.errors()}


def test_unknown_keys_name_the_nearest() -> None:
    found = problems({"inner": [{"widht": 1, "lins": [0, 1]}], "valeu": 2})
    assert "did you mean 'width'?" in found["inner", 0, "widht"]
    assert "did you mean 'lims'?" in found["inner", 0, "lins"]
    assert "did you mean 'value'?" in found[("valeu",)]


def test_a_key_that_is_there_is_not_proposed() -> None:
    assert "known are flag, lims" in problems({"inner": [{"width": 1, "widht": 2}]})["inner", 0, "widht"]


@pytest.mark.parametrize("held", [True, "1", None, [1], float("inf"), float("nan")])
def test_numbers_are_strict(held: Any) -> None:
    assert problems({"inner": [{"width": held}]})


@pytest.mark.parametrize("held", [[1], [1, 2, 3], 1, "ab", [1, "2"]])
def test_limits_are_two_numbers(held: Any) -> None:
    assert problems({"inner": [{"lims": held}]})


def test_limits_may_be_infinite() -> None:
    assert Inner.model_validate({"lims": [float("-inf"), 1]}).limits == [float("-inf"), 1.0]


@pytest.mark.parametrize("held", [1, 0, "true", None])
def test_flags_are_strict(held: Any) -> None:
    assert problems({"inner": [{"flag": held}]})


@pytest.mark.parametrize("held", [1, 2.5, "mu", "2*mu"])
def test_values(held: Any) -> None:
    assert Outer.model_validate({"value": held}).value == held


@pytest.mark.parametrize("held", [True, None, [1], {}, ""])
def test_what_is_no_value(held: Any) -> None:
    assert problems({"value": held})


def test_one_or_more_names() -> None:
    assert Outer.model_validate({"names": "x"}).names == "x"
    assert Outer.model_validate({"names": ["x", "y"]}).names == ["x", "y"]
    assert problems({"names": 3})
    assert problems({"names": [3]})
