"""Tests of morefit_py.spec.scope."""

from typing import Any

import pytest

from morefit_py.graph.build import as_node, mul
from morefit_py.graph.symbols import Parameter
from morefit_py.spec.lines import compose
from morefit_py.spec.problems import Problems
from morefit_py.spec.scope import Scope

MU, DASHED = Parameter("mu", 1.0), Parameter("alpha-jes", 0.0)


def scope(expressions: bool = True) -> Scope:
    made = Scope(Problems(compose("a: 1\nb: 2", "s")), expressions)
    made.declare("mu", MU)
    made.declare("alpha-jes", DASHED)
    return made


def test_values() -> None:
    here = scope()
    assert here.value(("a",), "mu") is MU
    assert here.value(("a",), 2) == 2.0
    assert here.value(("a",), "2*mu") is mul(2.0, MU)
    assert here.value(("a",), "alpha-jes") is DASHED
    assert not here.problems.found
    assert here.used == {"mu", "alpha-jes"}


def test_a_condition_is_a_number() -> None:
    found = scope().value(("a",), "mu > 3")
    assert found is not None
    assert not as_node(found).is_boolean


@pytest.mark.parametrize(
    ("expressions", "held", "message"),
    [
        (True, "m", "s:1 a: the parameter 'm' is not declared; did you mean 'mu'?"),
        (True, "2*m", "s:1 a: unknown name 'm'; did you mean 'mu'? (column 3)\n    2*m\n      ^"),
        (True, "2*", "s:1 a: this is not arithmetic (column 3)"),
        (True, "mu.real", "s:1 a: unknown name 'mu.real'; known are alpha-jes, mu (column 1)"),
        (False, "2*mu", "s:1 a: the parameter '2*mu' is not declared"),
        (False, 3.0, "s:1 a: expected the name of a parameter, found 3.0"),
    ],
)
def test_problems(expressions: bool, held: Any, message: str) -> None:
    here = scope(expressions)
    assert here.value(("a",), held) is None
    assert here.problems.found[0][1].startswith(message)
    assert not here.used
