"""Toy studies: what a toy depends on, what a killed study leaves, and what pulls say."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import FitError, ModelError
from morefit_py.inference.toys import study
from morefit_py.inference.toys.seeds import toy_seed

from .models import X, constrained, peak


def rows(found: mf.ToyStudy) -> list[Any]:
    return [found.toys.tolist(), found.values.tolist(), found.errors.tolist(), found.nll.tolist()]


def test_a_toy_depends_on_seed_and_number_alone() -> None:
    whole = mf.toy_study(constrained(0.1), 12, seed=4)
    assert rows(mf.toy_study(constrained(0.1), 12, seed=4)) == rows(whole)
    part = mf.toy_study(constrained(0.1), 3, seed=4, first=5)
    assert part.toys.tolist() == [5, 6, 7]
    assert part.values.tolist() == whole.values[5:8].tolist()
    assert rows(mf.toy_study(constrained(0.1), 12, seed=4, processes=2)) == rows(whole)
    assert rows(mf.toy_study(constrained(0.1), 12, seed=5)) != rows(whole)
    assert whole.seed_of(7) == toy_seed(4, 7)
    x = mf.sample(constrained(0.1), seed=whole.seed_of(7))["x"]
    assert whole.events[7] == len(x)
    assert whole.values[7, 0] == pytest.approx(len(x), rel=1e-6)


def test_values_are_the_truth_and_the_start() -> None:
    found = mf.toy_study(peak(), 4, values={"mean": 4.0, "n": 50.0})
    assert found.truth == {"n": 50.0, "mean": 4.0}
    assert np.mean(found.values[:, 1]) == pytest.approx(4.0, abs=0.5)
    fit = mf.compile(peak(), mf.sample(peak(), seed=3))
    result = fit.minimise()
    again = mf.toy_study(peak(), 2, values=result)
    assert again.truth["mean"] == result.values["mean"]


def test_pulls_are_standard_normal_where_outcomes_are_drawn() -> None:
    """And narrower by a known factor where they are held.

    With data of precision s = 1/sqrt(200) and a constraint of precision c, an estimate is (c^2 x + s^2 y) /
    (c^2 + s^2); if y never moves, its pulls have the width c/sqrt(c^2 + s^2).
    """
    c, s = 0.05, 1.0 / np.sqrt(200.0)
    toys = 300
    drawn = mf.toy_study(constrained(c), toys, seed=1).summary.parameters[1]
    held = mf.toy_study(constrained(c), toys, seed=1, fluctuate=False)
    width = held.summary.parameters[1].pull_width[0]
    error = 1.0 / np.sqrt(2.0 * toys)
    assert drawn.parameter == "mean"
    assert drawn.pull_mean[0] == pytest.approx(0.0, abs=4.0 / np.sqrt(toys))
    assert drawn.pull_width[0] == pytest.approx(1.0, abs=4.0 * error)
    assert drawn.coverage[0] == pytest.approx(0.6827, abs=4.0 * np.sqrt(0.68 * 0.32 / toys))
    expected = c / np.sqrt(c**2 + s**2)
    assert width == pytest.approx(expected, abs=4.0 * expected * error)
    assert str(held).splitlines()[0] == "300 toys, 0 fits not valid; outcomes of constraints held"
    assert str(mf.toy_study(peak(), 2)).splitlines()[0] == "2 toys, 0 fits not valid"


@pytest.mark.parametrize("minimiser", ["newton", "lbfgsb"])
def test_interrupted_studies_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, minimiser: str) -> None:
    """In lockstep or one after the other."""
    again = partial(mf.toy_study, peak(), 10, minimiser=minimiser)
    whole = again(seed=2)
    fits, made = study._fits, []

    def interrupted(*args: Any) -> Any:
        for fit in fits(*args):
            if len(made) == 4:
                made.append(-1)
                raise KeyboardInterrupt
            made.append(fit.toy)
            yield fit

    monkeypatch.setattr(study, "_fits", interrupted)
    with pytest.raises(KeyboardInterrupt):
        again(seed=2, path=tmp_path)
    assert made == [0, 1, 2, 3, -1]
    found = again(seed=2, path=tmp_path)
    assert made == [0, 1, 2, 3, -1, 4, 5, 6, 7, 8, 9]
    assert rows(found) == rows(whole)
    assert rows(mf.ToyStudy.from_parquet(tmp_path)) == rows(whole)
    # Nothing is left to do, and fewer or more toys are a matter of what is asked for.
    assert rows(again(seed=2, path=tmp_path)) == rows(whole)
    assert len(made) == 11
    part = mf.toy_study(peak(), 3, seed=2, path=tmp_path, first=2, minimiser=minimiser)
    assert part.toys.tolist() == [2, 3, 4]
    with pytest.raises(FitError, match="toys of another study"):
        again(seed=3, path=tmp_path)


def test_killed_studies_go_on(tmp_path: Path) -> None:
    """A process that is killed leaves whole parts, whatever it was doing."""
    code = (
        "import sys\n"
        "from morefit_py.inference.toys import study\n"
        "from tests.inference.toys.models import peak\n"
        "study._BETWEEN_PARTS = 0.0\n"
        "study.toy_study(peak(), 10**6, seed=2, path=sys.argv[1])\n"
    )
    root = Path(__file__).resolve().parents[3]
    process = subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "s")], cwd=root)
    try:
        deadline = time.monotonic() + 100.0
        while len(list(tmp_path.glob("s/toys-*.parquet"))) < 5:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
    left = len(mf.ToyStudy.from_parquet(tmp_path / "s"))
    assert left >= 5
    found = mf.toy_study(peak(), left + 3, seed=2, path=tmp_path / "s")
    assert rows(found) == rows(mf.toy_study(peak(), left + 3, seed=2))


def test_parts_are_written_while_it_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "_BETWEEN_PARTS", 0.0)
    mf.toy_study(peak(), 4, seed=2, path=tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


def test_failed_fits_are_counted() -> None:
    found = mf.toy_study(peak(), 40, seed=1, values={"n": 1.0})
    empty = found.events == 0
    assert 0 < empty.sum() < 40
    assert not found.valid[empty].any()
    assert found.failed >= empty.sum()
    assert len(found) == 40
    assert sum(found.summary.reasons.values()) == found.failed
    assert any("there are no events" in reason for reason in found.summary.reasons)


def test_binned_fits_and_asymmetric_errors() -> None:
    edges = {"x": np.linspace(0.0, 10.0, 41)}
    found = mf.toy_study(
        peak(), 30, seed=1, transform=lambda data: mf.Binned.from_dataset(data, edges), minos=["mean"]
    )
    plain = mf.toy_study(peak(), 30, seed=1)
    assert found.events.tolist() == plain.events.tolist()
    assert found.values[:, 1] == pytest.approx(plain.values[:, 1], abs=0.05)
    assert np.isfinite(found.lower[:, 1]).all()
    assert np.isnan(found.lower[:, 0]).all()
    assert found.summary.parameters[1].minos_coverage[0] > 0.3


def test_another_model_is_fitted() -> None:
    """What a wrong model makes of toys: here, a width that is too small by a factor of two."""
    wrong = mf.Model({"d": mf.pdfs.Gaussian(X, mf.Parameter("mean", 5.0, limits=(3.0, 7.0)), 0.5)})
    found = mf.toy_study(peak(), 150, seed=1, fit_model=wrong)
    assert found.parameters == ("mean",)
    assert found.summary.parameters[0].pull_width[0] == pytest.approx(2.0, abs=4 * 2.0 / np.sqrt(300))


def test_settings_that_no_fit_could_have() -> None:
    with pytest.raises(FitError, match="toys = 0"):
        mf.toy_study(peak(), 0)
    with pytest.raises(FitError, match="'nn' is no free parameter"):
        mf.toy_study(peak(), 1, minos=["nn"])
    with pytest.raises(FitError, match="'width' is no free parameter"):
        mf.toy_study(peak(), 1, minos="width")
    with pytest.raises(FitError, match="there is none called 'newtonn'"):
        mf.toy_study(peak(), 1, minimiser="newtonn")
    with pytest.raises(FitError, match="all parameters are fixed"):
        mf.toy_study(mf.pdfs.Uniform(X), 1, size=5)
    with pytest.raises(FitError, match="mean = 9 lies outside its limits"):
        mf.toy_study(peak(), 1, values={"mean": 9.0})
    with pytest.raises(ModelError, match="'mu' is not a parameter"):
        mf.toy_study(peak(), 1, values={"mu": 9.0})
    with pytest.raises(ModelError, match="give the size of the sample"):
        mf.toy_study(mf.pdfs.Gaussian(X, mf.Parameter("mean", 5.0), 1.0), 1)


def test_a_bar_counts_the_toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []

    class Bar:
        def advance(self, count: int) -> None:
            told.append(count)

    @contextmanager
    def bar(*arguments: Any) -> Iterator[Bar]:
        told.append(arguments)
        yield Bar()

    monkeypatch.setattr(study, "bar", bar)
    mf.toy_study(peak(), 3, path=tmp_path, progress=True)
    mf.toy_study(peak(), 5, path=tmp_path)
    assert told == [("toys", 3, True), 0, 1, 1, 1, ("toys", 5, None), 3, 1, 1]


def test_fit_toys_is_the_study_in_lockstep() -> None:
    assert rows(mf.fit_toys(peak(), 12, 5)) == rows(mf.toy_study(peak(), 12, seed=5))
    for setting in ({"minos": True}, {"minimiser": "minuit"}):
        with pytest.raises(FitError, match="cannot be chosen"):
            mf.fit_toys(peak(), 12, 5, **setting)


def test_toys_of_the_b_mass_fit_cover() -> None:
    """Of 2,000 toys: pulls of mean 0 and width 1, and 68.3 % of the intervals with the truth inside."""
    model, _ = mf.load(Path(__file__).resolve().parents[3] / "specs" / "bmass.yaml")
    toys = mf.fit_toys(model, 2000, seed=1)
    assert toys.failed == 0
    for held in toys.summary.parameters:
        assert abs(held.pull_mean[0]) < 3.0 * held.pull_mean[1], held.parameter
        assert abs(held.pull_width[0] - 1.0) < 3.0 * held.pull_width[1], held.parameter
        assert abs(held.coverage[0] - 0.6827) < 3.0 * held.coverage[1], held.parameter
