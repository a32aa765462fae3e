"""Fits of many data sets are those of each alone, in value, error, validity and message."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import FitError
from morefit_py.fit import many

X = mf.Observable("x", 0.0, 10.0)
P = mf.Parameter
MU, SIGMA = P("mu", 5.0, limits=(3.0, 7.0)), P("sigma", 0.5, limits=(0.1, 2.0))
SLOPE = P("slope", -0.2, limits=(-2.0, 1.0))
N_SIG, N_BKG = P("n_sig", 100.0, limits=(0.0, 5e3)), P("n_bkg", 300.0, limits=(0.0, 5e3))
MIXED = N_SIG * mf.pdfs.Gaussian(X, MU, SIGMA) + N_BKG * mf.pdfs.Exponential(X, SLOPE)


def toys(model: object, number: int, **values: float) -> list[mf.Dataset]:
    drawn = [mf.sample(model, values, seed=seed) for seed in range(number)]  # type: ignore[arg-type]
    return [held for held in drawn if isinstance(held, mf.Dataset)]


def mixed() -> tuple[object, list[mf.Dataset]]:
    return MIXED, toys(MIXED, 12)


def little_signal() -> tuple[object, list[mf.Dataset]]:
    """Half of the yields end at their limit."""
    shape = mf.pdfs.Gaussian(X, 5.0, 0.5)
    model = N_SIG * shape + N_BKG * mf.pdfs.Exponential(X, SLOPE)
    return model, toys(model, 12, n_sig=0.0)


def weighted() -> tuple[object, list[mf.Dataset]]:
    rng = np.random.default_rng(5)
    return MIXED, [
        mf.Dataset.from_numpy(dict(held.columns), rng.uniform(0.2, 3.0, len(held))) for held in toys(MIXED, 6)
    ]


def binned() -> tuple[object, list[mf.Dataset]]:
    return MIXED, [mf.Binned.from_dataset(held, {"x": 25}, [X]) for held in toys(MIXED, 6)]


def constrained() -> tuple[object, list[mf.Dataset]]:
    model = mf.Model({"d": MIXED}).constrained(mf.GaussianConstraint(SIGMA, 0.52, 0.02))
    return model, toys(MIXED, 6)


def held() -> tuple[object, list[mf.Dataset]]:
    """Two parameters of which the data know the product only, and one that is fixed."""
    idle = P("idle", 0.9, limits=(0.5, 2.0))
    peak = mf.pdfs.Gaussian(X, MU, P("width", 0.5, fixed=True))
    model = N_SIG * peak + (N_BKG * idle) * mf.pdfs.Exponential(X, SLOPE)
    return model, toys(MIXED, 4)


def tails() -> tuple[object, list[mf.Dataset]]:
    """Crystal Balls whose tails many of the small data sets do not determine."""
    alpha, power = P("alpha", 1.4, limits=(0.3, 4.0)), P("power", 3.0, limits=(1.1, 15.0))
    model = N_SIG * mf.pdfs.CrystalBall(X, MU, SIGMA, alpha, power) + N_BKG * mf.pdfs.Uniform(X)
    return model, toys(model, 12)


CASES: list[Callable[[], tuple[object, list[mf.Dataset]]]] = [
    mixed, little_signal, weighted, binned, constrained, tails,
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_as_each_alone(case: Callable[[], tuple[object, list[mf.Dataset]]]) -> None:
    model, data = case()
    found = mf.compile_batch(model, data).minimise()  # type: ignore[arg-type]
    assert len(found) == len(data)
    compared = 0
    for i, one in enumerate(data):
        alone = mf.compile(model, one).minimise()  # type: ignore[arg-type]
        if not alone.valid:
            # Other starts may do better, but must have been needed.
            assert found.attempts[i] > 1
            continue
        assert found.valid[i], found.messages[i]
        assert found.messages[i] == ""
        values = np.array([alone.values[name] for name in found.parameters])
        errors = np.array([alone.errors[name] for name in found.parameters])
        assert np.array_equal(np.isnan(errors), np.isnan(found.errors[i]))
        unit = np.where(np.isnan(errors), 1e-3 * np.maximum(np.abs(values), 1.0), errors)
        assert np.abs((found.values[i] - values) / unit).max() < 1e-6
        np.testing.assert_allclose(found.errors[i], errors, rtol=1e-5)
        assert found.nll[i] == pytest.approx(alone.nll, rel=1e-12, abs=1e-8)
        where = [alone.parameters.index(name) for name in found.parameters]
        covariance = alone.covariance[np.ix_(where, where)]
        np.testing.assert_allclose(found.covariance[i], covariance, rtol=1e-5, atol=1e-12)
        assert found.edm[i] < 1e-4
        compared += 1
    assert compared >= len(data) // 2


def test_a_flat_direction_is_said_after_every_start() -> None:
    model, data = held()
    found = mf.compile_batch(model, data).minimise(retries=2)  # type: ignore[arg-type]
    assert not found.valid.any()
    assert found.attempts.tolist() == [3] * len(data)
    assert all("idle" in message for message in found.messages)
    assert np.isfinite(found.nll).all()


def test_failed_fits_are_started_elsewhere_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    model, data = mixed()
    batch = mf.compile_batch(model, data)  # type: ignore[arg-type]
    minimise, starts = many.minimise, []

    def failing(objective: object, minimiser: str, **settings: object) -> mf.FitResult:
        starts.append(settings["start"])
        if len(starts) < 3:
            raise FitError("no luck")
        return minimise(objective, minimiser, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(many, "minimise", failing)
    monkeypatch.setattr(many, "_judged", judged_but_one)
    found = batch.minimise(seed=4)
    assert found.valid.all()
    assert found.attempts.tolist() == [3] + [1] * (len(data) - 1)
    assert len({tuple(start.values()) for start in starts}) == 3  # type: ignore[attr-defined]


_JUDGED = many._judged


def judged_but_one(*args: object) -> object:
    rows, plain = _JUDGED(*args)  # type: ignore[arg-type]
    plain[0] = rows.valid[0] = False
    return rows, plain


def test_starts_of_their_own() -> None:
    model, data = mixed()
    batch = mf.compile_batch(model, data)  # type: ignore[arg-type]
    found = batch.minimise()
    again = batch.minimise(found.values)
    assert again.evaluations.max() == 1
    np.testing.assert_allclose(again.values, found.values, rtol=1e-12)
    wrong = np.array(found.values)
    wrong[3, list(found.parameters).index("sigma")] = 9.0
    with pytest.raises(FitError, match=r"sigma = 9 of data set 3 is outside its limits \[0.1, 2\]"):
        batch.minimise(wrong)


def test_many_parameters_go_without_a_hessian(monkeypatch: pytest.MonkeyPatch) -> None:
    model, data = mixed()
    batch = mf.compile_batch(model, data[:2])  # type: ignore[arg-type]
    newton = batch.minimise()
    monkeypatch.setattr(many, "LARGE", 2)
    found = batch.minimise()
    assert found.valid.all()
    assert np.abs((found.values - newton.values) / newton.errors).max() < 1e-3
