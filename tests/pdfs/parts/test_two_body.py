import numpy as np
import pytest
from scipy.special import spherical_jn, spherical_yn

from morefit_py.errors import ModelError
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.symbols import Parameter
from morefit_py.pdfs.parts.two_body import barrier, check_spin, squared_momentum

M, Z = Parameter("m", 1.0), Parameter("z", 1.0)


def test_energies_add_up_to_the_mass() -> None:
    square = evaluate([squared_momentum(M, 0.4937, 0.1396)], {"m": 0.895})[0]
    energies = np.sqrt(square + 0.4937**2) + np.sqrt(square + 0.1396**2)
    assert energies == pytest.approx(0.895, rel=1e-14)
    assert evaluate([squared_momentum(M, 0.4937, 0.1396)], {"m": 0.6333})[0] == pytest.approx(0.0, abs=1e-16)
    assert evaluate([squared_momentum(M, 0.4937, 0.1396)], {"m": 0.6})[0] < 0


@pytest.mark.parametrize("spin", [0, 1, 2, 3, 4])
def test_barriers_are_spherical_hankel_functions(spin: int) -> None:
    z = np.array([[0.01], [0.7], [3.0], [40.0]])
    x = np.sqrt(z)
    # |x h(x)|^2, the penetrability's inverse, times x^(2 l).
    hankel = x**2 * (spherical_jn(spin, x) ** 2 + spherical_yn(spin, x) ** 2) * z**spin
    np.testing.assert_allclose(
        evaluate([barrier(float(spin), Z)], {"z": z})[0] * np.ones_like(z), hankel, rtol=1e-10
    )


@pytest.mark.parametrize("spin", [-1.0, 0.5, 5.0])
def test_spins_without_a_barrier(spin: float) -> None:
    with pytest.raises(ModelError, match=f"decay: spin is {spin}; it must be 0, 1, 2, 3 or 4"):
        check_spin("decay", spin)
