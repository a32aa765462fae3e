"""The table of a batch."""

from __future__ import annotations

import json
from math import nan
from pathlib import Path

import pytest
from pyarrow import parquet

from morefit_py.errors import FitError
from morefit_py.inference.tasks.task import Outcome
from morefit_py.report.batch.table import Batch, FitRow, fit_row

NUMBERS = {"nll": -1.5, "edm": 1e-9, "events": 10, "evaluations": 5, "seconds": 0.25}
GOOD = FitRow(
    "good", "a.yaml", "valid", "", **NUMBERS, values={"mu": 1.0, "n": 2.0}, errors={"mu": 0.5, "n": nan}
)
BAD = FitRow("bad", "b.yaml", "invalid", "at a limit", **NUMBERS, values={"tau": 3.0}, errors={"tau": nan})
GONE = FitRow("gone", "c.yaml", "failed", "no such thing", warnings=("odd",))


@pytest.fixture
def batch(tmp_path: Path) -> Batch:
    return Batch(tmp_path, (GOOD, BAD, GONE), ("bad", "gone"))


def test_rows_of_outcomes() -> None:
    row = {
        **NUMBERS,
        "valid": False,
        "reasons": ["at a limit"],
        "values": {"tau": 3.0},
        "errors": {"tau": nan},
    }
    assert repr(fit_row("bad", "b.yaml", Outcome(row))) == repr(BAD)
    assert repr(fit_row("gone", "c.yaml", Outcome(failed="no such thing", warnings=("odd",)))) == repr(GONE)


def test_counts_and_rows(batch: Batch) -> None:
    assert not batch.valid
    assert [batch.count(status) for status in ("valid", "invalid", "failed")] == [1, 1, 1]
    assert len(batch) == 3
    assert batch["bad"] is BAD
    with pytest.raises(FitError, match="did you mean 'good'"):
        batch["goood"]
    with pytest.raises(FitError, match="'gone' has no result"):
        batch.result("gone")
    assert Batch(batch.folder, (GOOD,), ()).valid


def test_parquet_has_a_row_a_fit_and_columns_of_all_parameters(batch: Batch, tmp_path: Path) -> None:
    batch.to_parquet(tmp_path / "t.parquet")
    found = parquet.read_table(tmp_path / "t.parquet").to_pylist()
    assert [row["name"] for row in found] == ["good", "bad", "gone"]
    assert [row["status"] for row in found] == ["valid", "invalid", "failed"]
    assert [row["values mu"] for row in found] == [1.0, None, None]
    assert [row["values tau"] for row in found] == [None, 3.0, None]
    assert [row["errors mu"] for row in found] == [0.5, None, None]
    assert found[2]["warnings"] == ["odd"]
    assert found[2]["nll"] != found[2]["nll"]
    assert found[0]["events"] == 10


def test_a_batch_of_failures_has_a_table_too(tmp_path: Path) -> None:
    Batch(tmp_path, (GONE,), ()).to_parquet(tmp_path / "t.parquet")
    assert parquet.read_table(tmp_path / "t.parquet").num_rows == 1


def test_json(batch: Batch, tmp_path: Path) -> None:
    batch.save(tmp_path / "t.json")
    found = json.loads((tmp_path / "t.json").read_text())
    assert found["counts"] == {"valid": 1, "invalid": 1, "failed": 1}
    assert found["fits"][0]["values"] == {"mu": 1.0, "n": 2.0}
    assert found["fits"][0]["errors"] == {"mu": 0.5, "n": {"float": "nan"}}
    assert found["fits"][2]["reason"] == "no such thing"


def test_it_prints_what_went_wrong_first_of_all(batch: Batch) -> None:
    text = str(batch)
    assert "3 fits: 1 valid, 1 invalid, 1 failed; 2 fitted now, 1 there" in text
    assert "at a limit" in text
    assert "no such thing" in text
    rows = [FitRow(f"fit{k}", "a.yaml", "valid", **NUMBERS) for k in range(70)]
    many = str(Batch(batch.folder, (*rows, BAD), ()))
    assert "22 valid ones are not shown" not in many
    assert "21 valid ones are not shown" in many
    assert "at a limit" in many
