"""Functions that languages lack or kernels have of their own, against mpmath in its last places."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from numpy.typing import NDArray

from morefit_py.codegen.dialects import dialect
from morefit_py.codegen.render import _environment
from morefit_py.errors import BackendError
from morefit_py.runtime.toolchain import compile_library, find_toolchain
from tests.backends.shim import compile_metal

INF, NAN = float("inf"), float("nan")
RNG = np.random.default_rng(5)
Values = NDArray[np.float64]

_C_HEAD = """#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#define MF_FUNCTION static inline
"""
_METAL_HEAD = """#include <metal_stdlib>
using namespace metal;
#define MF_FUNCTION static inline
"""
_LOOP = """
{export} void over_{name}(int n, int rows, const {real} *x, {real} *y)
{{
    for (int i = 0; i < rows; ++i)
        y[i] = {call};
}}
"""


def _source(name: str, functions: list[str], head: str, export: str) -> str:
    """The helpers a dialect uses for these functions, and a loop over each."""
    spoken = dialect(name)
    needed = dict.fromkeys(file for function in functions for file in spoken.helpers[function])
    texts = [_environment().get_template(file).render(real=spoken.real, **spoken.options) for file in needed]
    with_order = {"mf_polygamma": "mf_polygamma(n, x[i])", "mf_ipow": "mf_ipow(x[i], n)"}
    loops = [
        _LOOP.format(export=export, name=f, real=spoken.real, call=with_order.get(f, f"{f}(x[i])"))
        for f in functions
    ]
    return "\n".join([head, *texts, *loops])


class Helpers:
    """The compiled helpers of one dialect."""

    def __init__(self, library: Path, kind: type[np.floating[Any]]) -> None:
        self._library = ctypes.CDLL(str(library))
        self.kind = kind

    def __call__(self, name: str, x: Any, order: int = 0) -> NDArray[Any]:
        values = np.ascontiguousarray(np.atleast_1d(x), dtype=self.kind)
        found = np.empty_like(values)
        run = getattr(self._library, f"over_{name}")
        run(order, len(values), ctypes.c_void_p(values.ctypes.data), ctypes.c_void_p(found.ctypes.data))
        return found


@pytest.fixture(scope="module")
def c(tmp_path_factory: pytest.TempPathFactory) -> Helpers:
    try:
        toolchain = find_toolchain()
    except BackendError as problem:
        pytest.skip(str(problem))
    folder = tmp_path_factory.mktemp("helpers")
    functions = ["mf_exp", "mf_log", "mf_sin", "mf_cos", "mf_erfcx", "mf_polygamma", "mf_ipow"]
    functions += ["mf_fast_erf", "mf_fast_erfc", "mf_fast_erfcx"]
    export = '__attribute__((visibility("default")))'
    (folder / "helpers.c").write_text(_source("c", functions, _C_HEAD, export))
    compile_library(toolchain, folder / "helpers.c", folder / "helpers.so")
    return Helpers(folder / "helpers.so", np.float64)


@pytest.fixture(scope="module")
def metal(tmp_path_factory: pytest.TempPathFactory) -> Helpers:
    folder = tmp_path_factory.mktemp("helpers")
    functions = [
        "mf_expm1",
        "mf_log1p",
        "mf_erf",
        "mf_erfc",
        "mf_lgamma",
        "mf_erfcx",
        "mf_polygamma",
        "mf_ipow",
    ]
    (folder / "helpers.metal").write_text(_source("metal", functions, _METAL_HEAD, 'extern "C"'))
    compile_metal(folder / "helpers.metal", folder / "helpers.so")
    return Helpers(folder / "helpers.so", np.float32)


def units(found: NDArray[Any], x: NDArray[Any], exact: Callable[[Any], Any]) -> Values:
    """How far results are from the truth, in units of their last place."""
    with mp.workprec(200):
        errors = []
        for value, at in zip(found, x, strict=True):
            truth = exact(mp.mpf(float(at)))
            spacing = mp.mpf(float(np.spacing(np.abs(found.dtype.type(float(truth))))))
            errors.append(float(abs(mp.mpf(float(value)) - truth) / spacing))
    return np.array(errors)


def assert_close(helpers: Helpers, name: str, x: Values, exact: Any, most: float, order: int = 0) -> None:
    held = x.astype(helpers.kind)
    errors = units(helpers(name, held, order), held, exact)
    worst = int(np.argmax(errors))
    assert errors[worst] <= most, f"{name}({held[worst]}) is {errors[worst]:.1f} units off"


def _erfcx(x: Any) -> Any:
    return mp.exp(x * x) * mp.erfc(x)


def test_exp(c: Helpers) -> None:
    x = np.concatenate([RNG.uniform(-708, 709.78, 800), RNG.uniform(-1, 1, 300), [1e-300, -1e-18, 709.782]])
    assert_close(c, "mf_exp", x, mp.exp, 2.5)
    edges = [0.0, -0.0, INF, -INF, 710.0, 1e300, -800.0, -1e300, 5e-324]
    np.testing.assert_array_equal(c("mf_exp", edges), [1, 1, INF, 0, INF, INF, 0, 0, 1])
    assert np.isnan(c("mf_exp", NAN)).all()
    # Results below the smallest normal number are zero.
    assert np.all(
        np.abs(c("mf_exp", np.linspace(-746, -708, 200)) - np.exp(np.linspace(-746, -708, 200))) < 4e-308
    )


def test_log(c: Helpers) -> None:
    x = np.concatenate(
        [np.exp(RNG.uniform(-708, 709, 800)), RNG.uniform(0.5, 2, 500), 1 + RNG.uniform(-1e-9, 1e-9, 50)]
    )
    assert_close(c, "mf_log", x, mp.log, 1.0)
    assert_close(c, "mf_log", np.array([5e-324, 1e-310, 2.2e-308, 1.7976931348623157e308]), mp.log, 1.0)
    np.testing.assert_array_equal(c("mf_log", [1.0, INF, 0.0, -0.0]), [0, INF, -INF, -INF])
    assert np.isnan(c("mf_log", [NAN, -1.0, -INF, -5e-324])).all()


def test_sine_and_cosine(c: Helpers) -> None:
    x = np.concatenate(
        [np.linspace(-10, 10, 501), np.geomspace(1e-300, 1e5, 300), -np.geomspace(1e-9, 1e5, 200)]
    )
    # The doubles next to multiples of a quarter turn, where one of the two is nearly zero.
    turns = np.arange(1, 2000, 3) * np.pi / 2
    for name, exact in (("mf_sin", mp.sin), ("mf_cos", mp.cos)):
        assert_close(c, name, x, exact, 1.5)
        assert_close(c, name, np.concatenate([turns, np.nextafter(turns, 0.0)]), exact, 1.5)
        far = np.geomspace(1e5, 1e12, 200)
        with mp.workprec(200):
            wanted = np.array([float(exact(at)) for at in far])
        # As near as the angle itself is known.
        assert np.all(np.abs(c(name, far) - wanted) < np.spacing(far))
        assert np.isnan(c(name, [NAN, INF, -INF])).all()
    np.testing.assert_array_equal(c("mf_sin", [0.0, 1e300]), [0.0, 0.0])
    np.testing.assert_array_equal(c("mf_cos", [0.0, -1e300]), [1.0, 1.0])


def test_erfcx(c: Helpers, metal: Helpers) -> None:
    x = np.concatenate([np.linspace(-26, 10, 700), np.geomspace(10, 1e4, 60), -np.geomspace(1e-9, 1, 40)])
    assert_close(c, "mf_erfcx", x, _erfcx, 8)
    assert_close(metal, "mf_erfcx", np.linspace(-9, 9, 400), _erfcx, 8)
    assert_close(c, "mf_fast_erfcx", x, _erfcx, 8)
    for helpers, name in ((c, "mf_erfcx"), (c, "mf_fast_erfcx"), (metal, "mf_erfcx")):
        np.testing.assert_array_equal(helpers(name, [INF, -INF, -200.0]), [0, INF, INF])
        assert np.isnan(helpers(name, NAN)).all()
    for name in ("mf_erfcx", "mf_fast_erfcx"):
        np.testing.assert_allclose(c(name, [1e10, 1e200]), [5.641895835477563e-11, 5.641895835477563e-201])


def test_error_functions(c: Helpers) -> None:
    x = np.concatenate([np.linspace(-7, 7, 600), np.geomspace(1e-300, 1, 60), [-0.65, 0.65]])
    assert_close(c, "mf_fast_erf", x, mp.erf, 3)
    assert_close(c, "mf_fast_erfc", np.concatenate([x, np.linspace(7, 26.6, 200)]), mp.erfc, 8)
    np.testing.assert_array_equal(c("mf_fast_erf", [0.0, 1e9, INF, -INF]), [0, 1, 1, -1])
    np.testing.assert_array_equal(c("mf_fast_erfc", [0.0, 27.5, INF, -INF]), [1, 0, 0, 2])
    assert np.isnan(c("mf_fast_erf", NAN)).all()
    assert np.isnan(c("mf_fast_erfc", NAN)).all()


@pytest.mark.parametrize("order", [0, 1, 2, 3, 6])
def test_polygamma(c: Helpers, metal: Helpers, order: int) -> None:
    # The digamma function has a zero at 1.46, near which only its absolute error is small.
    x = np.concatenate([np.geomspace(1e-5, 1.1, 60), np.geomspace(2.0, 1e6, 90)])
    assert_close(c, "mf_polygamma", x, lambda at: mp.psi(order, at), 12, order)
    single = np.concatenate([np.geomspace(2e-2, 1.1, 40), np.geomspace(2.0, 50, 40)])
    assert_close(metal, "mf_polygamma", single, lambda at: mp.psi(order, at), 40, order)
    below = -RNG.uniform(0.05, 20, 40)
    size = np.abs([float(mp.psi(order, at)) for at in below]) + 10.0
    exact = np.array([float(mp.psi(order, at)) for at in below])
    assert np.all(np.abs(c("mf_polygamma", below, order) - exact) < 1e-13 * size)
    sign = 1 if order % 2 else -1
    np.testing.assert_array_equal(
        c("mf_polygamma", [0.0, INF], order), [sign * INF, INF if order == 0 else 0]
    )
    assert np.isnan(c("mf_polygamma", NAN, order)).all()
    assert np.isnan(c("mf_polygamma", -3.0, order)).all() == (order == 0)


@pytest.mark.parametrize("power", [1, 2, 5, 7, 13, 40])
def test_ipow(c: Helpers, metal: Helpers, power: int) -> None:
    x = np.concatenate([RNG.uniform(-3, 3, 40), np.geomspace(1e-6, 1e6, 30)])
    assert_close(c, "mf_ipow", x, lambda at: at**power, 1.5 * power, power)
    assert_close(metal, "mf_ipow", RNG.uniform(0.5, 2, 40), lambda at: at**power, 1.5 * power, power)
    np.testing.assert_array_equal(
        c("mf_ipow", [0.0, INF, -INF, 1.0], power), [0, INF, INF * (-1) ** power, 1]
    )
    assert np.isnan(c("mf_ipow", NAN, power)).all()


def test_single_precision_functions(metal: Helpers) -> None:
    small = np.concatenate(
        [np.linspace(-0.9, 4, 300), np.geomspace(1e-9, 1, 60), -np.geomspace(1e-9, 0.9, 60)]
    )
    assert_close(metal, "mf_log1p", small, mp.log1p, 4)
    assert_close(metal, "mf_expm1", np.concatenate([small, np.linspace(-20, 80, 100)]), mp.expm1, 6)
    assert_close(metal, "mf_erf", np.concatenate([small, np.linspace(-5, 5, 200)]), mp.erf, 4)
    assert_close(metal, "mf_erfc", np.linspace(-5, 9, 300), mp.erfc, 16)
    assert_close(metal, "mf_lgamma", np.geomspace(1e-6, 1e6, 500), mp.loggamma, 12)
    np.testing.assert_array_equal(metal("mf_log1p", [0.0, INF, -1.0]), [0, INF, -INF])
    np.testing.assert_array_equal(metal("mf_expm1", [0.0, INF, -INF]), [0, INF, -1])
    np.testing.assert_array_equal(metal("mf_erf", [0.0, INF, -INF]), [0, 1, -1])
    np.testing.assert_array_equal(metal("mf_erfc", [0.0, INF, -INF]), [1, 0, 2])
    np.testing.assert_array_equal(metal("mf_lgamma", [1.0, 2.0, 0.0, -3.0, INF]), [0, 0, INF, INF, INF])
    for name in ("mf_log1p", "mf_expm1", "mf_erf", "mf_erfc", "mf_lgamma"):
        assert np.isnan(metal(name, NAN)).all()
    below = -RNG.uniform(0.05, 5.95, 60)
    exact = [float(mp.log(abs(mp.gamma(at)))) for at in below.astype(np.float32).astype(float)]
    np.testing.assert_allclose(metal("mf_lgamma", below), exact, atol=1e-5, rtol=1e-5)
