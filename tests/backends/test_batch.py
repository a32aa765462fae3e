"""Data sets side by side give on every machine what each gives alone: (machine x model)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import morefit_py as mf
from morefit_py.errors import BackendError
from morefit_py.likelihood.batch import BatchLikelihood
from morefit_py.model.stack import Stack
from morefit_py.runtime.backend import backend
from morefit_py.runtime.choose import Choice
from tests.backends.machines import DOUBLE, at
from tests.backends.models import MODELS, compiled

Array = NDArray[np.float64]
QUICK = ("mass", "channels")
SETS = (1.0, 0.5, 0.01, 1.0)


def stacks(name: str) -> dict[str, Stack]:
    """The model's data, and parts of it."""
    held = compiled(name)[1]
    return {
        channel: Stack.of([part(data, max(1, int(share * len(data)))) for share in SETS])
        for channel, data in held.items()
    }


def part(data: mf.Dataset, rows: int) -> mf.Dataset:
    if isinstance(data, mf.Binned):
        return data
    weights = None if data.weights is None else data.weights[-rows:]
    return mf.Dataset.from_numpy({name: held[-rows:] for name, held in data.columns.items()}, weights)


def thetas(batch: BatchLikelihood) -> Array:
    start = np.array([parameter.init for parameter in batch.free])
    shifts = 1.0 + 0.01 * np.sin(np.arange(len(SETS) * len(start))).reshape(len(SETS), -1)
    return start * np.where(np.abs(start) < 1000.0, shifts, 1.0)


def check(name: str, choice: Choice) -> None:
    model, _, _ = compiled(name)
    batch, oracle = BatchLikelihood(model, stacks(name), choice), backend("reference")
    meaning = BatchLikelihood(model, stacks(name), Choice(oracle, oracle.devices()[0], "the oracle"))
    x, sets = thetas(batch), np.arange(len(SETS))
    value, slope, bend = batch.evaluate(x, sets, 2)
    expected, gradient, hessian = meaning.evaluate(x, sets, 2)
    assert slope is not None
    assert bend is not None
    assert gradient is not None
    assert hessian is not None
    np.testing.assert_allclose(value, expected, rtol=1e-10, atol=1e-9)
    size = np.sqrt(np.abs(np.diagonal(hessian, axis1=1, axis2=2))) + 1e-3
    np.testing.assert_allclose(slope / size, gradient / size, rtol=1e-7, atol=1e-7)
    square = size[:, :, None] * size[:, None, :]
    np.testing.assert_allclose(bend / square, hessian / square, rtol=1e-6, atol=1e-7)
    assert batch.evaluate(x, sets, 0)[0] == pytest.approx(value, rel=1e-9)
    # Some of them, in any order, are what they were among all.
    some = np.array([3, 1])
    again, first, second = batch.evaluate(x[some], some, 2)
    assert np.array_equal(again, value[some])
    assert np.array_equal(first, slope[some])
    assert np.array_equal(second, bend[some])
    batch.release()
    with pytest.raises(BackendError, match="released"):
        batch.evaluate(x, sets, 0)


@pytest.mark.parametrize("name", MODELS)
def test_as_the_reference(name: str, tmp_path: Path) -> None:
    with at("c", tmp_path) as choice:
        check(name, choice)


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.parametrize("machine", [name for name in DOUBLE if name != "c"])
def test_as_the_reference_on_every_machine(machine: str, name: str, tmp_path: Path) -> None:
    with at(machine, tmp_path) as choice:
        check(name, choice)


def test_bits_do_not_depend_on_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, _, _ = compiled("mass")
    stack = {name: Stack.of([held.one(i % 4) for i in range(100)]) for name, held in stacks("mass").items()}
    found = []
    for threads in ("1", "2", "7"):
        monkeypatch.setenv("MOREFIT_NUM_THREADS", threads)
        with at("c", tmp_path) as choice:
            batch = BatchLikelihood(model, stack, choice)
        x = np.tile([parameter.init for parameter in batch.free], (100, 1))
        found.append(np.concatenate([np.ravel(held) for held in batch.evaluate(x, np.arange(100), 2)]))
    assert np.array_equal(found[0], found[1])
    assert np.array_equal(found[0], found[2])
