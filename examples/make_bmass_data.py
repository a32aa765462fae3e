"""Makes the data of specs/bmass.yaml and specs/two_channels.yaml.

Uses NumPy's uniform random numbers and textbook transformations only, so that the data are the same
everywhere and test morefit_py's own formulas rather than repeat them.

    python examples/make_bmass_data.py [FOLDER]
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

Array = NDArray[np.float64]
SEED = 5279
LOW, HIGH = 5000.0, 6000.0


def normal(rng: np.random.Generator, size: int) -> Array:
    """Standard normal numbers (Box and Muller, 1958)."""
    return np.sqrt(-2.0 * np.log1p(-rng.random(size))) * np.cos(2.0 * np.pi * rng.random(size))


def count(rng: np.random.Generator, mean: float) -> int:
    """A number of events around a large mean."""
    return round(mean + math.sqrt(mean) * normal(rng, 1)[0])


def exponential(rng: np.random.Generator, size: int, slope: float) -> Array:
    """exp(slope * x) between the bounds, by the inverse of its cumulative distribution."""
    return LOW + np.log1p(rng.random(size) * math.expm1(slope * (HIGH - LOW))) / slope


def crystal_ball(
    rng: np.random.Generator, size: int, mu: float, sigma: float, alpha: float, n: float
) -> Array:
    """A Crystal Ball line shape between the bounds: core and tail in their proportion, each drawn exactly."""
    core = math.sqrt(math.pi / 2.0) * (1.0 + math.erf(alpha / math.sqrt(2.0)))
    tail = n / alpha / (n - 1.0) * math.exp(-(alpha**2) / 2.0)
    kept = np.empty(0)
    while kept.size < size:
        gauss = normal(rng, size)
        power = n / alpha - alpha - n / alpha * (1.0 - rng.random(size)) ** (-1.0 / (n - 1.0))
        in_tail = rng.random(size) < tail / (core + tail)
        t = np.where(in_tail, power, gauss)[in_tail | (gauss > -alpha)]
        x = mu + sigma * t
        kept = np.concatenate([kept, x[(x >= LOW) & (x <= HIGH)]])
    return kept[:size]


def bowl(rng: np.random.Generator, size: int, slope: float, curvature: float) -> Array:
    """An exponential times 1 + curvature * ((x - 5500)/500)^2, by rejection."""
    kept = np.empty(0)
    while kept.size < size:
        x = exponential(rng, size, slope)
        height = 1.0 + curvature * ((x - 5500.0) / 500.0) ** 2
        kept = np.concatenate([kept, x[rng.random(size) * (1.0 + curvature) < height]])
    return kept[:size]


def bmass(rng: np.random.Generator) -> dict[str, Array]:
    """About 8,000 signal events at 5279.5 MeV, 18 MeV wide, on 12,000 of background."""
    signal = crystal_ball(rng, count(rng, 8000.0), mu=5279.5, sigma=18.0, alpha=1.6, n=3.0)
    background = exponential(rng, count(rng, 12000.0), slope=-0.0012)
    return {"mass": shuffled(rng, np.concatenate([signal, background]))}


def two_channels(rng: np.random.Generator) -> dict[str, Array | list[str]]:
    """Two periods of data taking: 1.1 times the expected signal, with two resolutions in the second."""
    narrow = 5279.5 + 16.0 * normal(rng, count(rng, 1.1 * 2000.0))
    run1 = [narrow, exponential(rng, count(rng, 3000.0), slope=-0.0012)]
    number = count(rng, 1.1 * 3500.0)
    wide = rng.random(number) < 0.25
    double = 5279.5 + 16.0 * np.where(wide, 2.0, 1.0) * normal(rng, number)
    run2 = [double, bowl(rng, count(rng, 4500.0), slope=-0.0012, curvature=0.4)]
    masses = [shuffled(rng, np.concatenate(run)) for run in (run1, run2)]
    labels = [name for name, mass in zip(("run1", "run2"), masses, strict=True) for _ in mass]
    return {"mass": np.concatenate(masses), "_channel": labels}


def shuffled(rng: np.random.Generator, values: Array) -> Array:
    """The values in an order that does not tell where they came from."""
    return values[np.argsort(rng.random(values.size))]


def write(path: Path, columns: dict[str, Array | list[str]] | dict[str, Array]) -> None:
    """Write single precision, which the spread of the data does not notice, in half the space."""
    held = {
        name: values.astype(np.float32) if isinstance(values, np.ndarray) else values
        for name, values in columns.items()
    }
    pq.write_table(pa.table(held), path, compression="zstd", use_dictionary=["_channel"])


def main(folder: Path) -> None:
    """Write both files into a folder."""
    write(folder / "bmass.parquet", bmass(np.random.default_rng(SEED)))
    write(folder / "two_channels.parquet", two_channels(np.random.default_rng(SEED + 1)))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "specs")
