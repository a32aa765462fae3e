"""docs/spec.md and docs/densities.md name every key that a spec may have; the specs can be loaded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import morefit_py as mf
from morefit_py.graph.parse_functions import FUNCTIONS
from morefit_py.model.columns.columnwise import FUNCTIONS as COLUMN_FUNCTIONS
from morefit_py.pdfs import registry
from morefit_py.spec.layout_pdf import UNSUPPORTED
from morefit_py.spec.schema import schema
from tests.examples.pages import ROOT, blocks

PAGE = "docs/spec.md"
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")
# The fields of densities stand in the tables of their own page.
DENSITIES = (ROOT / "docs/densities.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`([\w$]+)`", TEXT)) | set(re.findall(r"\w+", DENSITIES))


def keys(part: Any) -> Iterator[str]:
    """Every key and every fixed word of a JSON schema."""
    if isinstance(part, dict):
        yield from part.get("properties", {})
        yield from (word for word in part.get("enum", [part.get("const")]) if isinstance(word, str))
        for held in part.values():
            yield from keys(held)
    elif isinstance(part, list):
        for held in part:
            yield from keys(held)


def test_every_key_is_named() -> None:
    assert set(keys(schema())) - NAMED == set()


def test_every_density_and_function_is_named() -> None:
    assert set(registry()) | set(FUNCTIONS) | UNSUPPORTED <= NAMED
    # Functions of lists stand there with their arguments.
    columns = set(COLUMN_FUNCTIONS) - set(FUNCTIONS)
    assert {name for name in columns if f"`{name}" not in TEXT} == set()


@pytest.mark.parametrize("spec", [text for kind, text in blocks(PAGE) if kind == "yaml"])
def test_specs_load(spec: str, tmp_path: Path) -> None:
    values = np.random.default_rng(1).uniform(5000, 6000, 100)
    pq.write_table(pa.table({"mass": values}), tmp_path / "events.parquet")
    (tmp_path / "spec.yaml").write_text(spec, encoding="utf-8")
    model, data = mf.load(tmp_path / "spec.yaml")
    assert np.isfinite(mf.compile(model, data, backend="reference").nll([p.init for p in model.parameters]))
