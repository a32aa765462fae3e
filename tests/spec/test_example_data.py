"""Tests of examples/make_bmass_data.py, which makes the data that specs/ ships."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy import stats

ROOT = Path(__file__).parents[2]
FILES = ["bmass.parquet", "two_channels.parquet"]
SIZE = 20_000


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_bmass_data", ROOT / "examples" / "make_bmass_data.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_shipped_data_are_what_it_makes(script: ModuleType, tmp_path: Path) -> None:
    script.main(tmp_path)
    for name in FILES:
        made, shipped = pq.read_table(tmp_path / name), pq.read_table(ROOT / "specs" / name)
        assert made.schema.names == shipped.schema.names
        # Elementary functions may differ in their last bit between machines.
        np.testing.assert_allclose(made["mass"].to_numpy(), shipped["mass"].to_numpy(), rtol=1e-6)
    assert made["_channel"].to_pylist() == shipped["_channel"].to_pylist()


def test_crystal_ball(script: ModuleType) -> None:
    x = script.crystal_ball(np.random.default_rng(1), SIZE, 5279.5, 18.0, 1.6, 3.0)
    # SciPy's shape is this one on an unlimited range.
    whole = stats.crystalball(1.6, 3.0, loc=5279.5, scale=18.0)
    low, high = whole.cdf(5000.0), whole.cdf(6000.0)
    assert stats.kstest(x, lambda at: (whole.cdf(at) - low) / (high - low)).pvalue > 1e-3


def test_exponential(script: ModuleType) -> None:
    x = script.exponential(np.random.default_rng(2), SIZE, -0.0012)
    truncated = stats.truncexpon(1.2, loc=5000.0, scale=1 / 0.0012)
    assert stats.kstest(x, truncated.cdf).pvalue > 1e-3


def test_bowl(script: ModuleType) -> None:
    x = script.bowl(np.random.default_rng(3), SIZE, -0.0012, 0.4)
    grid = np.linspace(5000.0, 6000.0, 10_001)
    height = np.exp(-0.0012 * grid) * (1 + 0.4 * ((grid - 5500) / 500) ** 2)
    below = np.concatenate([[0.0], np.cumsum((height[1:] + height[:-1]) / 2)])
    assert stats.kstest(x, lambda at: np.interp(at, grid, below / below[-1])).pvalue > 1e-3


def test_normal(script: ModuleType) -> None:
    assert stats.kstest(script.normal(np.random.default_rng(4), SIZE), "norm").pvalue > 1e-3
