"""The table of a study: pulls, columns, text."""

from __future__ import annotations

from math import nan

import numpy as np
import pytest

from morefit_py.errors import FitError
from morefit_py.inference.toys.table import ToyStudy, toy_table
from morefit_py.inference.toys.toy_fit import ToyFit

NAN = (nan, nan, nan)


def fit(
    toy: int, valid: bool = True, values: tuple[float, ...] = (1.0, 2.0, 3.0), **more: tuple[float, ...]
) -> ToyFit:
    held = {"errors": (0.5, 0.0, 1.0), "lower": NAN, "upper": NAN} | more
    return ToyFit(toy, 10, valid, "" if valid else "why", -1.0, 1e-9, values, **held)  # type: ignore[arg-type]


def table(*fits: ToyFit) -> ToyStudy:
    return toy_table(("a", "held", "b"), [0, 2], {"a": 0.0, "held": 2.0, "b": 5.0}, 1, "held", fits)


def test_rows_are_in_order_and_only_of_free_parameters() -> None:
    found = table(fit(3), fit(1, values=(7.0, 2.0, 9.0)), fit(2))
    assert found.toys.tolist() == [1, 2, 3]
    assert found.parameters == ("a", "b")
    assert found.values.tolist() == [[7.0, 9.0], [1.0, 3.0], [1.0, 3.0]]
    assert found.truth == {"a": 0.0, "b": 5.0}
    assert len(found) == 3


def test_pulls() -> None:
    found = table(fit(0), fit(1, valid=False), fit(2, errors=(nan, 0.0, 2.0)), fit(3, errors=(0.0, 0.0, 4.0)))
    assert found.pulls[0].tolist() == [2.0, -2.0]
    assert np.isnan(found.pulls[1]).all()
    assert found.pull("a").tolist() == [2.0]
    assert found.pull("b").tolist() == [-2.0, -1.0, -0.5]
    assert found.failed == 1
    with pytest.raises(FitError, match="no free parameter 'held'"):
        found.pull("held")


def test_asymmetric_pulls_take_the_side_of_the_truth() -> None:
    found = table(fit(0, lower=(-0.25, nan, -1.0), upper=(4.0, nan, 0.5)), fit(1))
    # a is too high by 1, its lower error reaches back; b too low by 2, and its upper one.
    assert found.asymmetric_pulls[0].tolist() == [4.0, -4.0]
    assert np.isnan(found.asymmetric_pulls[1]).all()


def test_text_and_plain_values() -> None:
    found = table(fit(0), fit(1, valid=False))
    assert str(found) == str(found.summary)
    assert found.to_dict()["messages"] == ["", "why"]
