import numpy as np
import pytest

from morefit_py.model.alias import alias_table


@pytest.mark.parametrize("kind", ["any", "uneven", "whole, some zero", "equal", "one"])
@pytest.mark.parametrize("size", [1, 2, 3, 10, 1000])
def test_columns_hold_each_choice_by_its_weight(kind: str, size: int) -> None:
    for seed in range(20):
        u = np.random.default_rng(seed).random(size)
        weights = {
            "any": u,
            "uneven": u**30,
            "whole, some zero": np.floor(3 * u) + (np.arange(size) == 0),
            "equal": np.full(size, 0.1),
            "one": (np.arange(size) == size // 2) * 7.0,
        }[kind]
        share, other = alias_table(weights)
        assert np.all((share >= 0) & (share <= 1))
        held = share.copy()
        np.add.at(held, other, 1.0 - share)
        np.testing.assert_allclose(held / size, weights / weights.sum(), rtol=0, atol=1e-15 * size)
        # What has no weight is never chosen.
        assert np.all(share[weights == 0] == 0)
        assert np.all(weights[other[share < 1]] > 0)
