"""Statements as they are printed: no bracket too few, none too many, values named once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from morefit_py.codegen.dialect import Dialect
from morefit_py.codegen.dialects import dialect, dialect_names
from morefit_py.codegen.printer import Printer
from morefit_py.graph import build
from morefit_py.graph.node import Node, intern, walk
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Observable

PLAIN = Dialect("plain", "txt")
X, Y, Z = (build.column(Observable(name, -1.0, 1.0)) for name in "xyz")
NAMES = {X: "x", Y: "y", Z: "z"}


def number(value: float) -> Node:
    return intern(Op.CONST, (), value)


def of(op: Op, *args: Node) -> Node:
    return intern(op, args)


def printed(root: Node, spoken: Dialect = PLAIN, in_loop: bool = False) -> list[str]:
    body = [node for node in walk([root]) if node not in NAMES and node.op is not Op.CONST]
    return Printer(spoken, NAMES, in_loop).body(body, [root], {})


@pytest.mark.parametrize(
    ("root", "text"),
    [
        (of(Op.ADD, X, of(Op.MUL, number(-1.0), Y)), "x - y"),
        (of(Op.ADD, X, of(Op.MUL, number(-2.0), Y)), "x - 2.0 * y"),
        (of(Op.ADD, of(Op.MUL, number(-2.0), Y), X), "x - 2.0 * y"),
        (of(Op.ADD, X, of(Op.MUL, number(-1.0), of(Op.ADD, Y, Z))), "x - (y + z)"),
        (of(Op.ADD, X, number(-2.0)), "x - 2.0"),
        (of(Op.MUL, number(-1.0), X), "-x"),
        (of(Op.MUL, number(-1.0), of(Op.MUL, X, Y)), "-(x * y)"),
        (of(Op.MUL, number(-3.0), X), "(-3.0) * x"),
        (of(Op.MUL, of(Op.ADD, X, Y), Z), "(x + y) * z"),
        (of(Op.MUL, X, of(Op.MUL, Y, Z)), "x * (y * z)"),
        (of(Op.EXP, of(Op.ADD, X, Y)), "exp(x + y)"),
        (of(Op.MAX, X, of(Op.ADD, Y, Z)), "(x > y + z) ? x : y + z"),
        (of(Op.SELECT, of(Op.LT, X, Y), X, number(-1.0)), "x < y ? x : (-1.0)"),
        (of(Op.SELECT, of(Op.NOT, of(Op.LT, X, Y)), X, Y), "!(x < y) ? x : y"),
        (of(Op.SELECT, of(Op.OR, of(Op.LT, X, Y), of(Op.EQ, X, Z)), X, Y), "x < y || x == z ? x : y"),
        (of(Op.POW, X, number(2.5)), "pow(x, 2.5)"),
        (intern(Op.IPOW, (X,), 3), "x * x * x"),
        (intern(Op.IPOW, (X,), -1), "1.0 / x"),
        (intern(Op.IPOW, (X,), -2), "1.0 / (x * x)"),
        (intern(Op.IPOW, (X,), 9), "mf_ipow(x, 9)"),
        (intern(Op.IPOW, (X,), -9), "1.0 / mf_ipow(x, 9)"),
        (intern(Op.POLYGAMMA, (X,), 2), "mf_polygamma(2, x)"),
        (of(Op.DETACH, X), "x"),
    ],
)
def test_an_expression_is_printed_as_one_would_write_it(root: Node, text: str) -> None:
    (line,) = printed(root)
    assert line.split(" = ", 1)[1] == f"{text};"


def test_what_is_used_twice_or_multiplied_by_itself_is_named() -> None:
    inner = of(Op.ADD, X, Y)
    lines = printed(intern(Op.IPOW, (inner,), 2))
    assert lines == ["const double t1 = x + y;", "const double sq1 = t1 * t1;"]
    lines = printed(of(Op.MUL, of(Op.EXP, inner), of(Op.ADD, inner, Z)))
    assert lines[0] == "const double t1 = x + y;"


def test_names_tell_what_a_value_is() -> None:
    total = of(Op.ADD, of(Op.SQRT, X), of(Op.ADD, of(Op.EXP, X), of(Op.LOG, X)))
    assert [line.split()[2] for line in printed(total)] == ["root1", "e1", "ln1", "t1"]


def test_a_note_stands_behind_its_value() -> None:
    root = of(Op.EXP, X)
    assert Printer(PLAIN, NAMES, False).body([root], [root], {root: "a shape"}) == [
        "const double e1 = exp(x);  // a shape"
    ]


def test_a_loop_has_types_and_functions_of_its_own() -> None:
    spoken = replace(
        PLAIN,
        event_real="wide",
        event_mask="mask",
        event_number="all({})",
        event_choice="pick({}, {}, {})",
        event_functions={Op.EXP: "fast_exp"},
    )
    root = of(Op.SELECT, of(Op.LT, X, number(0.0)), of(Op.EXP, X), number(1.0))
    assert printed(root, spoken, True)[-1] == "const wide pick1 = pick(x < 0.0, e1, 1.0);"
    assert printed(root, spoken, True)[0] == "const wide e1 = fast_exp(x);"
    assert printed(root, spoken, False)[0] == "const double e1 = exp(x);"
    assert printed(of(Op.POW, number(2.0), X), spoken, True) == ["const wide t1 = pow(all(2.0), x);"]
    assert printed(of(Op.EQ, number(0.0), number(0.0)), spoken, True) == [
        "const mask is1 = all(0.0) == all(0.0);"
    ]


def test_functions_used_are_remembered() -> None:
    printer = Printer(PLAIN, NAMES, False)
    root = intern(Op.IPOW, (of(Op.ERFCX, X),), 6)
    printer.body([*root.args, root], [root], {})
    assert printer.used_functions == {"mf_ipow", "mf_erfcx"}


@pytest.mark.parametrize("value", [0.1, -1.5, 1e300, 5e-324, 3.0, 1e22, 123456789.0])
@pytest.mark.parametrize("name", dialect_names())
def test_a_number_reads_back(name: str, value: float) -> None:
    spoken = dialect(name)
    text = spoken.number(value).strip("()")
    if spoken.float_bits == 64:
        assert float(text) == value
    elif text != "INFINITY":
        assert text.endswith("f")
        assert float(text[:-1]) == value


def test_numbers_beyond_the_device_are_infinite() -> None:
    assert PLAIN.number(float("inf")) == "INFINITY"
    assert PLAIN.number(float("-inf")) == "(-INFINITY)"
    assert replace(PLAIN, float_bits=32).number(1e39) == "INFINITY"
    assert replace(PLAIN, float_bits=32).number(-1e39) == "(-INFINITY)"
