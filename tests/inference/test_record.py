"""Results as plain values and JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from morefit_py.inference.record import UNWRITTEN, Record


@dataclass(frozen=True, eq=False)
class Inner(Record):
    x: float


@dataclass(frozen=True, eq=False)
class Outer(Record):
    values: np.ndarray
    parts: dict[str, Inner]
    nothing: float
    held: object = field(metadata=UNWRITTEN)


OUTER = Outer(np.array([1.0, np.inf]), {"a": Inner(2.5)}, np.nan, object())


def test_records_are_plain_values_with_their_kind() -> None:
    assert OUTER.to_dict() == {
        "kind": "Outer",
        "values": [1.0, {"float": "inf"}],
        "parts": {"a": {"kind": "Inner", "x": 2.5}},
        "nothing": {"float": "nan"},
    }


def test_records_are_json(tmp_path: Path) -> None:
    assert json.loads(OUTER.to_json()) == OUTER.to_dict()
    OUTER.save(tmp_path / "outer.json")
    assert json.loads((tmp_path / "outer.json").read_text(encoding="utf-8")) == OUTER.to_dict()
