"""Values as JSON has them: NumPy's numbers and arrays, and numbers that JSON does not have."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

import numpy as np


def encoded(value: Any) -> Any:
    """The value in what JSON has; NumPy's become numbers and lists, nan is `{"float": "nan"}`, inf alike."""
    if isinstance(value, Mapping):
        return {str(key): encoded(entry) for key, entry in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return encoded(value.tolist())
    if isinstance(value, list | tuple):
        return [encoded(entry) for entry in value]
    if isinstance(value, float) and not isfinite(value):
        return {"float": str(value)}
    return value


def decoded(value: Any) -> Any:
    """What `encoded` was given, up to the kinds of sequences."""
    if isinstance(value, dict):
        if value.keys() == {"float"} and value["float"] in ("nan", "inf", "-inf"):
            return float(value["float"])
        return {key: decoded(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [decoded(entry) for entry in value]
    return value
