"""Values come back from JSON to the last bit, those that JSON does not have too."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from morefit_py.fit.plain import decoded, encoded


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float64(0.1), 0.1),
        (np.int64(3), 3),
        (np.bool_(True), True),
        (np.array([[1.5, 2.0]]), [[1.5, 2.0]]),
        ((1, "a", None), [1, "a", None]),
        ({"a": (1.0,), 2: {"b": np.arange(2)}}, {"a": [1.0], "2": {"b": [0, 1]}}),
        (math.inf, math.inf),
        ([-math.inf], [-math.inf]),
    ],
)
def test_round_trip(value: Any, plain: Any) -> None:
    text = json.dumps(encoded(value), allow_nan=False)
    assert decoded(json.loads(text)) == plain


def test_nan_is_text_of_its_own() -> None:
    assert encoded(math.nan) == {"float": "nan"}
    assert math.isnan(decoded({"float": "nan"}))


def test_text_that_only_looks_like_a_number_stays() -> None:
    assert decoded({"float": "1.0"}) == {"float": "1.0"}
