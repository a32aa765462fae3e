"""Tests of morefit_py.model.columns.columnwise, against Python on rows and awkward on lists."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from morefit_py.errors import DataError
from morefit_py.model.columns.columnwise import Rows, column_expression
from morefit_py.model.columns.values import Values

JETS = [[50.0, 30.0, 10.0], [], [25.0], [40.0, 20.0]]
ETAS = [[0.1, -3.0, 1.0], [], [2.6], [1.5, -0.5]]
ROWS: dict[str, list[Any]] = {
    "x": [1.0, -2.0, 0.5, 3.0],
    "n": [3, 0, 1, 2],
    "good": [True, False, True, False],
    "B.mass": [5279.0, 5300.0, 5250.0, 5310.0],
    "odd name": [1.0, 2.0, 3.0, 4.0],
    "pt": JETS,
    "eta": ETAS,
    "lost": [1.0, None, 3.0, None],
    "tracks": [[[1.0, 2.0], []], [], [[3.0]], [[], [4.0, 5.0, 6.0]]],
}


def columns() -> dict[str, Values]:
    found = {}
    for name, rows in ROWS.items():
        offsets = []
        while any(isinstance(row, list) for row in rows):
            offsets.append(np.cumsum([0, *(len(row) for row in rows)]))
            rows = [item for row in rows for item in row]
        missing = np.array([row is None for row in rows])
        data = np.array([0 if row is None else row for row in rows])
        found[name] = Values(data, missing if missing.any() else None, tuple(offsets))
    return found


HELD = columns()


def value(text: str) -> list[Any]:
    """The value in each row; None where it is missing."""
    found = column_expression("here", "observable 'z'", text, HELD).evaluate(Rows(np.arange(10, 14), HELD))
    assert not found.lists
    missing = np.broadcast_to(False if found.missing is None else found.missing, (4,))
    data = np.broadcast_to(found.data, (4,))
    return [None if gone else item.item() for item, gone in zip(data, missing, strict=True)]


def rows_of(function: Any) -> list[Any]:
    names = ("x", "n", "good", "pt", "eta", "jets")
    held = ROWS | {"jets": [list(zip(*row, strict=True)) for row in zip(JETS, ETAS, strict=True)]}
    return [function(**{name: held[name][i] for name in names}) for i in range(4)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2*x + n/4", lambda x, n, **_: 2 * x + n / 4),
        ("n/2", lambda n, **_: n / 2),
        ("-x**2 + sqrt(abs(x))", lambda x, **_: -(x**2) + math.sqrt(abs(x))),
        ("TMath::Power(x, 2) + TMath::Pi()", lambda x, **_: x**2 + math.pi),
        ("std::max(x, n)", lambda x, n, **_: max(x, n)),
        ("x > 0 && n < 3 || !good", lambda x, n, good, **_: (x > 0 and n < 3) or not good),
        ("good + good", lambda good, **_: 2.0 * good),
        ("0 < x <= 1", lambda x, **_: 0 < x <= 1),
        ("x > 0 ? n : x < -1 ? 7 : 8", lambda x, n, **_: n if x > 0 else 7 if x < -1 else 8),
        ("where(x > 0, 1, 2)", lambda x, **_: 1 if x > 0 else 2),
        ("n % 2 == 1", lambda n, **_: n % 2 == 1),
        ("(n & 2) != 0", lambda n, **_: n & 2 != 0),
        ("(n | 4) + (n << 1) + (n >> 1)", lambda n, **_: (n | 4) + (n << 1) + (n >> 1)),
        ("true + 2*false", lambda **_: 1.0),
        ("log10(n + 1) + TMath::Hypot(x, n)", lambda x, n, **_: math.log10(n + 1) + math.hypot(x, n)),
        # Elements of lists, which are missing where the list is too short.
        ("pt[0]", lambda pt, **_: pt[0] if pt else None),
        ("pt[0] + pt[1]", lambda pt, **_: sum(pt[:2]) if len(pt) > 1 else None),
        ("pt[n - 1]", lambda pt, n, **_: pt[n - 1] if n > 0 else None),
        ("Alt$(pt[1], -1)", lambda pt, **_: pt[1] if len(pt) > 1 else -1),
        ("pt[0] > 30", lambda pt, **_: pt[0] > 30 if pt else None),
        ("!(pt[0] > 30)", lambda pt, **_: not pt[0] > 30 if pt else None),
        # What decides alone decides beside what is missing.
        ("n > 0 && pt[0] > 30", lambda pt, **_: bool(pt) and pt[0] > 30),
        ("pt[0] > 30 && n > 0", lambda pt, **_: bool(pt) and pt[0] > 30),
        ("n == 0 || pt[0] > 30", lambda pt, **_: not pt or pt[0] > 30),
        ("n > 0 ? pt[0] : 5", lambda pt, **_: pt[0] if pt else 5),
        ("n == 0 ? pt[0] : 5", lambda pt, **_: 5 if pt else None),
        # Functions of lists.
        ("Length$(pt)", lambda pt, **_: len(pt)),
        ("Sum$(pt)", lambda pt, **_: sum(pt)),
        ("Max$(pt)", lambda pt, **_: max(pt, default=None)),
        ("Min$(pt*2)", lambda pt, **_: min((2 * p for p in pt), default=None)),
        ("Sum$(pt > 20)", lambda pt, **_: sum(p > 20 for p in pt)),
        ("Sum$(pt*(abs(eta) < 2.5))", lambda jets, **_: sum(p for p, e in jets if abs(e) < 2.5)),
        ("Sum$(pt > 20 && eta < 2) >= 1", lambda jets, **_: any(p > 20 and e < 2 for p, e in jets)),
        ("MaxIf$(pt, eta < 0)", lambda jets, **_: max((p for p, e in jets if e < 0), default=None)),
        ("MinIf$(pt, eta > 0)", lambda jets, **_: min((p for p, e in jets if e > 0), default=None)),
        ("Sum$(pt*x)", lambda pt, x, **_: sum(p * x for p in pt)),
        ("Sum$(pt > 20 ? pt : 0)", lambda pt, **_: sum(p for p in pt if p > 20)),
        ("Length$(x)", lambda **_: 1),
    ],
)  # fmt: skip
def test_each_row_as_python_has_it(text: str, expected: Any) -> None:
    found = value(text)
    for one, other in zip(found, rows_of(expected), strict=True):
        assert one == pytest.approx(other, rel=1e-15) if other is not None else one is None


def test_names() -> None:
    assert value("B.mass/1000") == pytest.approx([5.279, 5.3, 5.25, 5.31])
    assert value("odd name") == ROWS["odd name"]
    assert value("lost") == ROWS["lost"]
    assert value("Entry$") == [10, 11, 12, 13]
    assert value("Entry$ % 2 == 0") == [True, False, True, False]


def test_lists_of_lists() -> None:
    assert value("tracks[0][1]") == [2.0, None, None, None]
    assert value("Sum$(tracks)") == [3.0, 0.0, 3.0, 15.0]
    assert value("Sum$(tracks[1])") == [0.0, 0.0, 0.0, 15.0]
    assert value("Length$(tracks[0])") == [2, 0, 1, 0]


def test_a_column_may_hide_a_constant() -> None:
    held = {"pi": Values(np.array([1.0, 2.0]))}
    expression = column_expression("here", "weight", "2*pi", held)
    assert expression.names == ("pi",)
    assert list(expression.evaluate(Rows(np.arange(2), held)).data) == [2.0, 4.0]
    assert column_expression("here", "weight", "2*pi", {}).names == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("y", "^here: weight: no branch 'y'"),
        ("x + mas", r"no branch 'mas'.*\(column 5\)"),
        ("B.mas + 1", r"no branch 'B.mas'; did you mean 'B.mass'\? \(column 1\)"),
        ("x + sqr(x)", r"unknown function 'sqr'; did you mean 'sqrt'\? \(column 5\)"),
        ("TMath::Sqr(x)", "unknown function 'TMath::Sqr'; did you mean 'TMath::Sqrt'"),
        ("Sum(pt)", r"unknown function 'Sum'; did you mean 'Sum\$'"),
        ("sqrt(x, 2)", r"sqrt takes 1 argument, not 2 \(column 1\)"),
        ("Alt$(x)", r"Alt\$ takes 2 arguments, not 1"),
        ("max(x)", "max takes 2 or more arguments, not 1"),
        ("sqrt + 1", r"'sqrt' is a function; write sqrt\(...\)"),
        ("x +", r"not arithmetic \(column 4\)"),
        ("__import__('os')", "text is not arithmetic"),
        ("x.__class__", "no branch 'x.__class__'"),
        ("", "the expression is empty"),
    ],
)
def test_what_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        column_expression("here", "weight", text, HELD, "branch")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 + x[0]", r"not a list; remove the index \(column 5\)"),
        ("pt[-1]", "the index -1 is negative"),
        ("pt[0.5]", "whole number"),
        ("pt[x]", "whole number"),
        ("Sum$(pt*tracks)", r"lists of lists.* \(column 6\)"),
        ("Sum$(pt*tracks[1])", "differ in length"),
        ("MaxIf$(x, x > 0)", "not a list"),
        ("x & 1", "whole numbers"),
    ],
)
def test_what_has_no_value(text: str, message: str) -> None:
    with pytest.raises(DataError, match=rf"^here: observable 'z': .*{message}"):
        value(text)


FRAGMENTS = ["x", "n", "pt", "eta", "lost", "tracks", "good", "(", ")", "[", "]", "0", "1", "+", "-", "*",
             "/", "%", "**", "<", "==", "&&", "||", "!", "&", "?", ":", ",", "Sum$(", "Max$(", "Alt$(",
             "exp(", "TMath::Pi()", "Entry$", "1e300", "0x10"]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=14))
def test_any_tokens_have_a_value_or_are_refused(fragments: list[str]) -> None:
    try:
        expression = column_expression("here", "observable 'z'", " ".join(fragments), HELD)
        found = expression.evaluate(Rows(np.arange(4), HELD))
    except DataError:
        return
    if not found.lists:
        np.broadcast_to(found.data, (4,))


def test_lists_as_awkward_has_them() -> None:
    ak = pytest.importorskip("awkward")
    rng = np.random.default_rng(3)
    counts = rng.integers(0, 6, 500)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    pt, eta = rng.exponential(40, offsets[-1]), rng.normal(0, 2, offsets[-1])
    held = {"pt": Values(pt, None, (offsets,)), "eta": Values(eta, None, (offsets,))}
    a, b = ak.unflatten(pt, counts), ak.unflatten(eta, counts)

    def found(text: str) -> Any:
        values = column_expression("here", "weight", text, held).evaluate(Rows(np.arange(500), held))
        return np.where(False if values.missing is None else values.missing, -99.0, values.data)

    np.testing.assert_array_equal(found("pt[2]"), ak.fill_none(ak.firsts(a[:, 2:3]), -99))
    np.testing.assert_allclose(
        found("Sum$(pt*cosh(eta))"), ak.to_numpy(ak.sum(a * np.cosh(b), axis=1)), rtol=1e-12
    )
    np.testing.assert_array_equal(
        found("MaxIf$(pt, abs(eta) < 2)"), ak.fill_none(ak.max(a[abs(b) < 2], axis=1), -99)
    )
    np.testing.assert_array_equal(found("Sum$(pt > 20 && eta > 0)"), ak.sum((a > 20) & (b > 0), axis=1))
