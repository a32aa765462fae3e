"""Data on disk give the bits that data in memory give, and only few of them are in memory at a time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.graph import meaning
from morefit_py.likelihood.likelihood import Likelihood, checked, program
from morefit_py.model.columns import disk
from morefit_py.runtime import columns
from morefit_py.runtime.choose import Choice
from tests.backends.machines import at
from tests.backends.models import Data, Model, compiled, mass_data
from tests.model.columns.test_disk import resident

ROWS = 50_000
CHUNK = 4096


def drawn(name: str) -> tuple[Model, Data]:
    """A model and enough weighted data for many chunks, the last one not full."""
    model, _, _ = compiled(name)
    rng = np.random.default_rng(3)
    data = {}
    for channel, observables in model.observables.items():
        held = {x.name: rng.uniform(x.low, x.high, ROWS) for x in observables}
        data[channel] = mf.Dataset.from_numpy(held, rng.uniform(0.5, 1.5, ROWS))
    return model, data


def on_disk(data: Data, folder: Path) -> Data:
    found = {}
    for name, held in data.items():
        held.to_parquet(folder / f"{name}.parquet")
        found[name] = mf.Dataset.from_parquet(folder / f"{name}.parquet", stream=folder)
        assert all(disk.mapping(column) is not None for column in found[name].columns.values())
        assert found[name].digest == held.digest
    return found


def bits(model: Model, data: Data, choice: Choice) -> bytes:
    held = checked(model, data)
    found = Likelihood(model, held, program(model, held), choice)
    total = b""
    for theta in (found.initial, found.initial * 1.01):
        for order in (0, 1, 2):
            for part in found.evaluate(theta, order):
                total += np.asarray(0.0 if part is None else part).tobytes()
        total += found.score_products(theta).tobytes()
    found.release()
    return total


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> int:
    """Blocks of two chunks of one column, which is one of two columns; returns the bytes of a block."""
    size = 2 * 8 * CHUNK
    monkeypatch.setattr(columns, "BLOCK_BYTES", size)
    monkeypatch.setattr(disk, "BLOCK_BYTES", size)
    return size


# Between them: plain columns, precomputed ones, moments, several channels, weights.
@pytest.mark.parametrize("name", ["mass", "crystal_balls", "argus", "formula", "channels"])
def test_the_bits_are_the_same(name: str, tmp_path: Path, tiny: int) -> None:
    model, data = drawn(name)
    with at("c", tmp_path / "c") as choice:
        assert bits(model, on_disk(data, tmp_path), choice) == bits(model, data, choice)


def test_the_bits_of_the_reference_are_the_same(
    tmp_path: Path, tiny: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meaning, "BLOCK", 7000)
    model, data = drawn("channels")
    choice = Choice(*_reference(), "tested")
    assert bits(model, on_disk(data, tmp_path), choice) == bits(model, data, choice)


def _reference() -> tuple[Any, Any]:
    from morefit_py.backends.reference import BACKEND

    return BACKEND, BACKEND.devices()[0]


def test_a_device_with_memory_of_its_own_holds_the_data(tmp_path: Path) -> None:
    model, data = drawn("formula")
    with at("opencl", tmp_path) as choice:
        assert bits(model, on_disk(data, tmp_path), choice) == bits(model, data, choice)


def test_a_fit_is_the_same(tmp_path: Path, tiny: int) -> None:
    model, data = compiled("mass")[0], mass_data(ROWS)
    results = [mf.compile(model, held).minimise() for held in (data, on_disk(data, tmp_path))]
    assert results[0].valid
    assert results[0].values == results[1].values
    assert results[0].errors == results[1].errors
    assert results[0].nll == results[1].nll


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory as Linux does")
def test_few_blocks_are_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    block = 1 << 20
    monkeypatch.setattr(columns, "BLOCK_BYTES", block)
    model, seen = compiled("mass")[0], list[int]()
    found = on_disk(mass_data(80 * ROWS), tmp_path)
    column = found["data"]["mass"]

    def forget(mapped: Any, begin: int, end: int) -> None:
        seen.append(resident(mapped))
        disk.forget(mapped, begin, end)

    checked(model, found)
    assert resident(column) == 0
    monkeypatch.setattr(columns, "forget", forget)
    with at("c", tmp_path / "c") as choice:
        likelihood = Likelihood(model, found, program(model, found), choice)
        assert resident(column) == 0
        seen.clear()
        likelihood.evaluate(likelihood.initial, 2)
    # The kernel maps what it keeps together, up to 2 MiB around each fault.
    assert len(seen) >= 30
    assert max(seen) <= block + (4 << 20) < column.nbytes / 5
    assert resident(column) == 0
