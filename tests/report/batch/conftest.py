"""A folder of small specs of one model, each with data of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.report.batch.small import write_specs


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """Three of them: a.yaml, b.yaml and c.yaml, with a.parquet, ... beside them."""
    return write_specs(tmp_path / "specs", ["a", "b", "c"])
