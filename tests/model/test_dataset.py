"""Tests of morefit_py.model.dataset."""

from typing import Any

import numpy as np
import pytest

from morefit_py.errors import DataError
from morefit_py.graph.symbols import Observable
from morefit_py.model.dataset import Dataset

MASS = Observable("mass", 0.0, 10.0)
VALUES = np.array([1.0, 2.0, 3.0])


def test_data_are_held_once() -> None:
    data = Dataset.from_numpy({"mass": VALUES}, weights=VALUES)
    assert np.shares_memory(data["mass"], VALUES)
    assert data.weights is not None
    assert np.shares_memory(data.weights, VALUES)
    assert VALUES.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        data["mass"][0] = 5.0


def test_length_and_weights() -> None:
    plain = Dataset.from_numpy({"mass": VALUES})
    assert (len(plain), plain.sum_of_weights, plain.effective_events) == (3, 3.0, 3.0)
    weighted = Dataset.from_numpy({"mass": VALUES}, weights=[0.5, 1.0, 0.0])
    assert weighted.sum_of_weights == 1.5
    assert weighted.effective_events == pytest.approx(1.5**2 / 1.25)
    assert Dataset.from_numpy({"mass": VALUES}, weights=[0, 0, 0]).effective_events == 0.0


@pytest.mark.parametrize(
    ("columns", "weights", "message"),
    [
        ({}, None, "no columns"),
        ({"a": VALUES, "b": VALUES[:2]}, None, "columns differ in length: {'a': 3, 'b': 2}"),
        ({"a": VALUES}, [1.0], "columns differ in length"),
        ({"a": ["x"]}, None, "column 'a': not numbers"),
        ({"a": VALUES}, ["x"] * 3, "weights: not numbers"),
    ],
)
def test_from_numpy_refuses(columns: dict[str, Any], weights: Any, message: str) -> None:
    with pytest.raises(DataError, match=f"^here: {message}"):
        Dataset.from_numpy(columns, weights, source="here")


def test_digest_is_of_names_values_and_weights() -> None:
    def digest(*arguments: Any) -> str:
        return Dataset.from_numpy(*arguments).digest

    known = digest({"a": VALUES, "b": VALUES * 2})
    assert known == digest({"b": VALUES * 2, "a": VALUES.copy()})
    others = [
        digest({"a": VALUES, "c": VALUES * 2}),
        digest({"a": VALUES, "b": VALUES * 3}),
        digest({"a": VALUES, "b": VALUES * 2}, [1.0, 1.0, 1.0]),
        digest({"a": VALUES[::-1], "b": VALUES * 2}),
        digest({"a": []}),
    ]
    assert len({known, *others}) == 6


def test_check_passes_what_can_be_fitted() -> None:
    Dataset.from_numpy({"mass": [0.0, 10.0], "other": [np.nan, 1.0]}, weights=[0.0, 2.0]).check([MASS])


@pytest.mark.parametrize(
    ("columns", "weights", "message"),
    [
        ({"mass": []}, None, "there are no events"),
        ({"mas": [1.0]}, None, "no column 'mass'; did you mean 'mas'?"),
        ({"mass": [1.0, 11.0]}, None, r"observable 'mass': 1 of 2 values is outside \[0, 10\] \(row 1: 11\)"),
        ({"mass": [1.0, np.nan]}, None, "observable 'mass': 1 of 2 values is NaN"),
        ({"mass": [1.0, 2.0]}, [1.0, -1.0], r"weights: 1 of 2 values is negative \(row 1: -1\)"),
        ({"mass": [1.0, 2.0]}, [1.0, np.inf], "weights: 1 of 2 values is NaN or infinite"),
        ({"mass": [1.0, 2.0]}, [0.0, 0.0], "all weights are zero"),
    ],
)
def test_check_refuses(columns: dict[str, Any], weights: Any, message: str) -> None:
    with pytest.raises(DataError, match=f"^here: {message}"):
        Dataset.from_numpy(columns, weights, source="here").check([MASS])


def test_signed_weights_may_be_negative() -> None:
    data = Dataset.from_numpy({"mass": [1.0, 2.0, 3.0]}, source="here")
    data.with_weights([1.0, -0.5, 0.2], signed=True).check([MASS])
    with pytest.raises(DataError, match=r"^here: weights: 1 of 3 values is negative"):
        data.with_weights([1.0, -0.5, 0.2]).check([MASS])
    with pytest.raises(DataError, match=r"^here: weights: 1 of 3 values is NaN or infinite"):
        data.with_weights([1.0, -0.5, np.inf], signed=True).check([MASS])
    with pytest.raises(DataError, match=r"^here: the weights sum to -0.5; it must be > 0"):
        data.with_weights([1.0, -0.5, -1.0], signed=True).check([MASS])


def test_no_bounds_still_refuse_infinity() -> None:
    data = Dataset.from_numpy({"mass": [1.0, -np.inf]})
    with pytest.raises(DataError, match="NaN or infinite"):
        data.check([Observable("mass", -np.inf, np.inf)])


def test_columns_have_names() -> None:
    with pytest.raises(DataError, match="expected a mapping from name to array, found list"):
        Dataset.from_numpy([1.0, 2.0])  # type: ignore[arg-type]
