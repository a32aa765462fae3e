"""Scans against fits in which the scanned parameters are fixed, and against closed forms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import FitError
from morefit_py.inference.scans import scan as module
from tests.inference.goodness.models import X, fitted, peak_on_slope

DATA = mf.sample(peak_on_slope(), seed=1)
FIT, RESULT = fitted(peak_on_slope(), DATA)


def fixed_at(**values: float) -> float:
    """The NLL of a fit with parameters fixed."""
    held = {p.name: p for p in peak_on_slope().parameters}
    made = {
        name: mf.Parameter(name, values[name], fixed=True) if name in values else parameter
        for name, parameter in held.items()
    }
    n_s, mean, width, n_b, slope = made.values()
    assert list(made) == ["n_s", "mean", "width", "n_b", "slope"]
    model = n_s * mf.pdfs.Gaussian(X, mean, width) + n_b * mf.pdfs.Exponential(X, slope)
    fit = mf.compile(model, DATA)
    start = {name: value for name, value in RESULT.values.items() if name not in values}
    return fit.minimise(start=start).nll


def test_points_are_fits_with_parameters_fixed() -> None:
    points = [{"mean": 5.1, "n_s": 280.0}, {"mean": 4.8, "n_s": 350.0}, {"mean": 5.6, "n_s": 150.0}]
    found = mf.scan(FIT, RESULT, points)
    assert found.parameters == ("mean", "n_s")
    assert found.valid.all()
    for point, delta, theta in zip(points, found.delta, found.theta, strict=True):
        assert delta + RESULT.nll == pytest.approx(fixed_at(**point), abs=1e-5)
        assert FIT.nll(theta) == pytest.approx(delta + RESULT.nll, abs=1e-6)
        assert dict(zip(found.names, theta, strict=True))["mean"] == point["mean"]
    assert found.best == {name: RESULT.values[name] for name in ("mean", "n_s")}


def test_one_parameter_is_the_profile() -> None:
    values = np.linspace(4.5, 5.5, 11)
    found = mf.scan(FIT, RESULT, {"mean": values})
    profile = FIT.profile("mean", values, RESULT)
    assert found.delta + RESULT.nll == pytest.approx(profile.nll, abs=1e-6)
    assert found.points[:, 0].tolist() == values.tolist()
    all_at_once = mf.scan(FIT, RESULT, {name: [value] for name, value in RESULT.values.items()})
    assert all_at_once.delta == pytest.approx([0.0], abs=1e-6)


def test_grids() -> None:
    found = mf.scan2d(FIT, RESULT, "mean", "width", points=(7, 5))
    assert found.delta.shape == (7, 5)
    assert found.theta.shape == (7, 5, 5)
    assert found.valid.all()
    for name, ends in (("mean", found.x_values[[0, -1]]), ("width", found.y_values[[0, -1]])):
        value, error = RESULT.values[name], RESULT.errors[name]
        assert ends == pytest.approx([value - 3 * error, value + 3 * error])
    for i, k in ((0, 0), (3, 2), (6, 1)):
        expected = fixed_at(mean=found.x_values[i], width=found.y_values[k])
        assert found.delta[i, k] + RESULT.nll == pytest.approx(expected, abs=1e-5)
    assert found.delta[3, 2] == pytest.approx(0.0, abs=1e-6)
    given = mf.scan2d(FIT, RESULT, "mean", "width", points=(found.x_values, [0.7, 0.9]))
    assert given.delta.shape == (7, 2)


def test_grids_end_at_limits() -> None:
    n = mf.Parameter("n", 4.0, limits=(0.0, 100.0))
    mean = mf.Parameter("mean", 5.0, limits=(4.9, 5.1))
    fit, result = fitted(mf.Model({"d": n * mf.pdfs.Gaussian(X, mean, 1.0)}), {"x": [4.2, 5.0, 5.9]})
    found = mf.scan2d(fit, result, "n", "mean", points=9)
    assert found.x_values[0] == 0.0 or found.x_values[0] == pytest.approx(3 - 3 * np.sqrt(3), abs=1e-6)
    assert found.x_values[0] >= 0.0
    assert found.y_values[[0, -1]].tolist() == [4.9, 5.1]
    # nu - n log nu of 3 events, and the mean's parabola of width 1/sqrt(3).
    x, y = np.meshgrid(found.x_values[1:], found.y_values, indexing="ij")
    expected = x - 3 - 3 * np.log(x / 3) + 1.5 * (y - np.mean([4.2, 5.0, 5.9])) ** 2
    assert found.delta[1:] == pytest.approx(expected, abs=2e-3)


def test_lower_minima_and_failures_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    off = replace(RESULT, nll=RESULT.nll + 1.0)
    (note,) = mf.scan(FIT, off, {"mean": [RESULT.values["mean"], 5.2]}).notes
    at = ", ".join(f"{name} = {value:g}" for name, value in RESULT.values.items())
    assert note == f"a lower minimum was found, by 1 at {at}; fit again from there"

    def over(self: Any, points: Any, shown: Any) -> Any:
        size = len(points)
        nll = np.where(np.arange(size) == 1, np.nan, RESULT.nll + 0.5)
        return nll, np.ones((size, 5)), np.isfinite(nll)

    monkeypatch.setattr(module.Walk, "over", over)
    found = mf.scan(FIT, RESULT, {"mean": [5.0, 5.2]})
    assert found.notes == ("1 of 2 fits failed, the first at mean = 5.2",)
    assert np.isnan(found.delta[1])
    lines = str(found).splitlines()
    assert lines[0].split() == ["mean", "delta", "NLL"]
    assert lines[1].split() == ["5", "0.5000"]
    assert lines[-1] == found.notes[0]
    grid = mf.scan2d(FIT, RESULT, "mean", "width", points=2)
    assert "1 fits failed; delta NLL up to 0.5" in str(grid)
    assert grid.to_dict()["delta"][0][1] == {"float": "nan"}


def test_weighted_data_are_noted() -> None:
    assert isinstance(DATA, mf.Dataset)
    fit, result = fitted(peak_on_slope(), DATA.with_weights(np.full(len(DATA), 2.0)))
    assert "weighted" in mf.scan(fit, result, {"mean": [5.0]}).notes[-1]


def test_a_bar_counts_the_points(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []

    class Bar:
        def advance(self, count: int) -> None:
            told.append(count)

    @contextmanager
    def bar(*arguments: Any) -> Iterator[Bar]:
        told.append(arguments)
        yield Bar()

    monkeypatch.setattr(module, "bar", bar)
    mf.scan(FIT, RESULT, {"mean": [5.0, 5.1]}, progress=True)
    assert told == [("scan", 2, True), 1, 1]


def test_what_is_refused() -> None:
    for points, message in (
        ([], "give points"),
        ([{"mean": 5.0}, {"width": 1.0}], "each with a value for the same parameters"),
        ({"mean": [5.0, 5.1], "width": [1.0]}, "as many values of each parameter"),
        ({}, "as many values of each parameter"),
        ({"meen": [5.0]}, "no parameter 'meen'; did you mean 'mean'"),
        ({"mean": [9.0]}, r"values of mean lie outside its limits \[3, 7\]"),
        ({"mean": [np.nan]}, "outside its limits"),
    ):
        with pytest.raises(FitError, match=message):
            mf.scan(FIT, RESULT, points)  # type: ignore[arg-type]
    known, result = fitted(peak_on_slope(False), DATA)
    with pytest.raises(FitError, match="mean is fixed"):
        mf.scan(known, result, {"mean": [5.0]})
    with pytest.raises(FitError, match="mean has no error that says how far to go"):
        mf.scan2d(known, result, "n_s", "mean")
    with pytest.raises(FitError, match="'mean' is given twice"):
        mf.scan2d(FIT, RESULT, "mean", "mean")
    with pytest.raises(FitError, match="not valid"):
        mf.scan(FIT, FIT.minimise(max_calls=1), {"mean": [5.0]})
