"""Energies of samples against loops over pairs."""

from __future__ import annotations

import numpy as np
import pytest

from morefit_py.inference.goodness import energy as module
from morefit_py.inference.goodness.energy import GAUSSIAN, LOG, energies, energy, permuted

RNG = np.random.default_rng(4)


def by_pairs(a: np.ndarray, b: np.ndarray, kernel: str, width: float) -> float:
    def psi(x: np.ndarray, y: np.ndarray) -> float:
        r = float(np.sqrt(np.sum((x - y) ** 2)))
        return -np.log(r + 1e-3) if kernel == LOG else np.exp(-(r**2) / (2 * width**2))

    def within(s: np.ndarray) -> float:
        return np.mean([psi(s[i], s[j]) for i in range(len(s)) for j in range(len(s)) if i != j])

    between = np.mean([psi(x, y) for x in a for y in b])
    return 0.5 * within(a) + 0.5 * within(b) - between


@pytest.mark.parametrize("kernel", [LOG, GAUSSIAN])
@pytest.mark.parametrize("dimensions", [1, 3])
def test_energies_are_means_over_pairs(kernel: str, dimensions: int, monkeypatch: pytest.MonkeyPatch) -> None:
    a, b = RNG.normal(size=(9, dimensions)), RNG.normal(0.5, 1.0, (14, dimensions))
    expected = by_pairs(a, b, kernel, 0.7)
    assert energy(a, b, kernel, 0.7) == pytest.approx(expected, rel=1e-9)
    monkeypatch.setattr(module, "_BLOCK", 50)
    assert energy(a, b, kernel, 0.7) == pytest.approx(expected, rel=1e-9)
    swapped = np.concatenate([np.zeros(9), np.ones(14)])[:, None]
    assert energies(a, b, swapped, kernel, 0.7)[0] == pytest.approx(expected, rel=1e-9)


def test_the_mean_vanishes_for_equal_distributions() -> None:
    found = [energy(RNG.normal(size=(40, 2)), RNG.normal(size=(60, 2))) for _ in range(200)]
    assert abs(np.mean(found)) < 4.0 * np.std(found) / np.sqrt(200)
    assert energy(RNG.normal(size=(400, 2)), RNG.normal(1.0, 1.0, (600, 2))) > 5.0 * np.std(found)


def test_permutations_have_the_distribution_of_new_samples() -> None:
    """The p-value of equal distributions is uniform, that of different ones is small."""
    p = []
    for _ in range(100):
        a, b = RNG.random((20, 2)), RNG.random((30, 2))
        held = permuted(a, b, 49, RNG, LOG, 0.5)
        p.append((1 + np.sum(held >= energy(a, b))) / 50)
    assert abs(np.mean(p) - 0.51) < 4.0 * np.sqrt(1 / 12 / 100)
    b = RNG.random((60, 2)) ** 2
    a = RNG.random((40, 2))
    assert np.all(permuted(a, b, 99, RNG, LOG, 0.5) < energy(a, b))
