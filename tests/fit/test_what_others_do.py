"""What users of other fitters meet that is no failure to converge, each shown not to happen here."""

from __future__ import annotations

import ast
import gc
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.runtime import choose as choices

ROOT = Path(__file__).resolve().parents[2]
X = mf.Observable("x", 0.0, 10.0)
MU, SIGMA = mf.Parameter("mu", 5.0, (2.0, 8.0)), mf.Parameter("sigma", 1.0, (0.1, 3.0))
PEAK = mf.pdfs.Gaussian(X, MU, SIGMA)


def events(size: int = 1000, seed: int = 1) -> np.ndarray:
    return np.clip(np.random.default_rng(seed).normal(5.2, 0.8, size), 0.0, 10.0)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (np.nan, "1 of 1000 values is NaN or infinite .row 7: nan"),
        (np.inf, "1 of 1000 values is NaN or infinite .row 7: inf"),
        (10.5, r"1 of 1000 values is outside \[0, 10\] .row 7: 10.5"),
        (-1e-9, r"1 of 1000 values is outside \[0, 10\] .row 7: -1e-09"),
    ],
)
def test_no_event_is_dropped_or_kept_in_silence(value: float, message: str) -> None:
    x = events()
    x[7] = value
    with pytest.raises(mf.DataError, match=message):
        mf.compile(PEAK, {"x": x})


@pytest.mark.parametrize("weight", [np.nan, np.inf])
def test_no_weight_is_dropped_in_silence(weight: float) -> None:
    weights = np.ones(1000)
    weights[3] = weight
    with pytest.raises(mf.DataError, match="weights: 1 of 1000 values is NaN or infinite"):
        mf.compile(PEAK, mf.Dataset.from_numpy({"x": events()}, weights))


@pytest.mark.parametrize(
    "text", ["1/x", "exp(200*x**2)", "x - 5", "0*x"], ids=["diverges", "overflows", "negative", "zero"]
)
def test_what_cannot_be_normalised_is_no_density(text: str) -> None:
    with pytest.raises(mf.ModelError, match=r"component 'formula' \(formula\): .+|formula: .+"):
        mf.compile(mf.pdfs.Formula.parse(text, {"x": X}).named("formula"), {"x": events() + 0.1})


def test_a_formula_is_normalised_whatever_its_factor() -> None:
    names = {"x": X, "mu": MU, "sigma": SIGMA}
    fits = [
        mf.compile(
            mf.pdfs.Formula.parse(f"{factor}*exp(-((x - mu)/sigma)**2/2)", names), {"x": events()}
        ).minimise()
        for factor in (1.0, 1e6)
    ]
    exact = mf.compile(PEAK, {"x": events()}).minimise()
    for result in fits:
        assert result.valid, result.reasons
        assert result.nll == pytest.approx(exact.nll, rel=1e-10)
        assert result.errors["mu"] == pytest.approx(exact.errors["mu"], rel=1e-5)


def _raised() -> list[tuple[str, ast.Raise]]:
    found = []
    for path in sorted((ROOT / "morefit_py").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                found.append((f"{path.name}:{node.lineno}", node))
    return found


def test_no_error_is_raised_without_a_message() -> None:
    assert len(_raised()) > 100
    empty = [
        where
        for where, node in _raised()
        if isinstance(node.exc, ast.Call)
        and getattr(node.exc.func, "id", "").endswith("Error")
        and (not node.exc.args or (isinstance(node.exc.args[0], ast.Constant) and not node.exc.args[0].value))
    ]
    assert empty == []


def test_a_fallback_stands_in_the_result() -> None:
    """A device that was passed over is told where the numbers are, not in a log alone."""
    fit = mf.compile(PEAK, {"x": events()})
    provenance = fit.minimise().provenance
    assert provenance["backend choice"] == fit.likelihood.choice.reason
    rank = fit.likelihood.choice.device.rank
    for device in choices.devices():
        if not device.usable and device.rank < rank:
            assert device.backend in provenance["backend choice"]


def test_a_backend_that_is_asked_for_and_missing_is_an_error() -> None:
    missing = [device for device in choices.devices() if not device.usable]
    usable = {device.backend for device in choices.devices() if device.usable}
    for device in missing:
        if device.backend not in usable:
            with pytest.raises(mf.BackendError, match=r"cannot be used: .+"):
                mf.compile(PEAK, {"x": events()}, backend=device.backend)


def test_integrals_are_built_once_and_those_of_constants_not_computed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nodes of a rule are laid when the model is compiled; a density without free shape is a constant."""
    share = mf.Parameter("share", 0.5, (0.0, 1.0))
    fixed = mf.pdfs.Formula.parse("exp(-abs(x - 5)**1.8)", {"x": X})
    free = mf.pdfs.Formula.parse("exp(-abs(x - mu)**1.8)", {"x": X, "mu": MU})
    for density, axes in ((fixed, 0), (free, 1)):
        model = mf.fractions([density, mf.pdfs.Uniform(X)], share)
        fit = mf.compile(model, {"x": events()})
        assert sum(bool(axis.rows) for axis in fit.likelihood.program.axes.values()) == axes
        with monkeypatch.context() as patch:
            patch.setattr("morefit_py.pdfs.integration.quadrature.quadrature", forbidden("quadrature"))
            assert fit.minimise().valid


def forbidden(name: str) -> Callable[..., None]:
    def call(*_: object, **__: object) -> None:
        raise AssertionError(f"{name} during a fit")

    return call


def test_memory_does_not_grow_over_repeated_fits() -> None:
    fit = mf.compile(PEAK, {"x": events(20_000)})
    fit.minimise()

    def held(times: int) -> int:
        for _ in range(times):
            fit.minimise()
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    tracemalloc.start()
    try:
        before = held(5)
        grown = held(40) - before
    finally:
        tracemalloc.stop()
    # A column is 160 kB; forty results that were let go of leave next to nothing.
    assert grown < 20_000


def test_memory_does_not_grow_over_data_sets() -> None:
    tracemalloc.start()
    sizes = []
    try:
        for seed in range(12):
            mf.compile(PEAK, {"x": events(20_000, seed)}).minimise()
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    assert sizes[-1] - sizes[3] < 160_000


def test_no_call_sorts_the_data(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = mf.pdfs.Histogram(X, (0.0, 4.0, 5.0, 10.0), (1.0, 5.0, 2.0))
    n, k = mf.Parameter("n", 500.0, (0.0, 1e4)), mf.Parameter("k", 500.0, (0.0, 1e4))
    fit = mf.compile(n * PEAK + k * shares, {"x": events()})
    for name in ("sort", "argsort", "lexsort", "searchsorted", "unique"):
        monkeypatch.setattr(np, name, forbidden(f"numpy.{name}"))
    at = fit.initial
    assert np.isfinite(fit.nll(at))
    assert np.all(np.isfinite(fit.gradient(at)))
    assert np.all(np.isfinite(fit.hessian(at)))


def test_naive_errors_of_weights_are_never_the_default() -> None:
    """Weights of a hundred would make errors ten times too small."""
    rng = np.random.default_rng(4)
    weights = np.full(1000, 100.0)
    data = mf.Dataset.from_numpy({"x": np.clip(rng.normal(5.0, 1.0, 1000), 0.0, 10.0)}, weights)
    weighted, plain = mf.compile(PEAK, data), mf.compile(PEAK, {"x": data["x"]})
    with_weights, without = weighted.minimise(), plain.minimise()
    for name in ("mu", "sigma"):
        assert with_weights.values[name] == pytest.approx(without.values[name], abs=1e-6)
        assert with_weights.errors[name] == pytest.approx(without.errors[name], rel=0.1)
