"""Tests of morefit_py.spec.problems."""

import pytest

from morefit_py.errors import SpecError
from morefit_py.spec.lines import compose
from morefit_py.spec.problems import SHOWN, Problems

DOCUMENT = compose("a: 1\nb:\n  c: 2\n", "spec.yaml")


def test_nothing_is_raised_for_nothing() -> None:
    Problems(DOCUMENT).raise_if_any()


def test_problems_come_in_the_order_of_their_lines_once() -> None:
    problems = Problems(DOCUMENT)
    problems.add(("b", "c"), "second")
    problems.add(("a",), "first")
    problems.add(("b", "c"), "second")
    with pytest.raises(SpecError) as caught:
        problems.raise_if_any()
    assert str(caught.value) == "spec.yaml:1 a: first\nspec.yaml:3 b.c: second"


def test_too_many_problems_are_counted() -> None:
    problems = Problems(DOCUMENT)
    for i in range(SHOWN + 3):
        problems.add(("a",), str(i))
    with pytest.raises(SpecError) as caught:
        problems.raise_if_any()
    lines = str(caught.value).splitlines()
    assert len(lines) == SHOWN + 1
    assert lines[-1] == "spec.yaml: and 3 more problems"
