"""Tests of morefit_py.model.files.convert; the rest is in tests/cli/test_convert.py."""

import pytest

from morefit_py.errors import DataError
from morefit_py.graph.symbols import Observable
from morefit_py.model.files.convert import parse_observable


@pytest.mark.parametrize(
    ("text", "name", "low", "high", "expression"),
    [
        ("mass:5000:6000", "mass", 5000, 6000, "mass"),
        (" m : -1.5 : 2e3 : x ? TMath::Abs(y) : z", "m", -1.5, 2000, "x ? TMath::Abs(y) : z"),
        ("x:-inf:inf", "x", float("-inf"), float("inf"), "x"),
    ],
)
def test_observables(text: str, name: str, low: float, high: float, expression: str) -> None:
    assert parse_observable(text) == (Observable(name, low, high), expression)


@pytest.mark.parametrize("text", ["mass", "mass:1", "mass:a:b", "mass:1:nan", "mass:2:1", ""])
def test_texts_that_are_none(text: str) -> None:
    with pytest.raises(DataError, match=f"^observable '{text}': "):
        parse_observable(text)
