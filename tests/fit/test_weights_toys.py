"""A hundred toys of a weighted fit; the study with more is in tests/studies."""

from tests.fit.weighted_toys import ONE_SIGMA, covered

TOYS = 100


def test_the_sandwich_covers_where_the_inverse_hessian_does_not() -> None:
    """Five parameters, whose coverages are taken together as if each toy were one number."""
    found = covered("correlated", TOYS)
    assert found.valid == TOYS
    assert 1000 < found.effective < 1400
    mean = {kind: sum(held.values()) / len(held) for kind, held in found.within.items()}
    assert abs(mean["sandwich"] - ONE_SIGMA) < 3.0 * found.error
    assert mean["naive"] < ONE_SIGMA - 5.0 * found.error
