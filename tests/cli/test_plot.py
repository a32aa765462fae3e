"""`morefit plot`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from morefit_py.errors import DataError, FitError, ModelError, MorefitWarning
from morefit_py.report.plots.style import have_matplotlib
from tests.cli.conftest import Morefit

pytestmark = pytest.mark.skipif(not have_matplotlib(), reason="matplotlib and mplhep are not installed")


@pytest.mark.parametrize(("suffix", "begin"), [("png", b"\x89PNG"), ("pdf", b"%PDF"), ("svg", b"<?xml")])
def test_the_format_is_that_of_the_name(
    morefit: Morefit, peak: Path, tmp_path: Path, suffix: str, begin: bytes
) -> None:
    out = tmp_path / "new" / f"fit.{suffix}"
    done = morefit("plot", peak, "-o", out, "--log", "--no-pulls", "--bins", 20)
    assert done.exit_code == 0, done.output
    assert out.read_bytes().startswith(begin)


def test_options_are_those_of_the_figure(
    morefit: Morefit, peak: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from morefit_py.report import plots

    seen: list[object] = []
    drawn = plots.projection

    def projection(fit: object, result: object, *rest: object) -> object:
        seen.extend(rest)
        return drawn(fit, result, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(plots, "projection", projection)
    options = ["--observable", "m", "--channel", "peak", "--bins", 12, "--no-components", "--log"]
    assert morefit("plot", peak, "-o", tmp_path / "fit.png", *options).exit_code == 0
    assert seen == ["m", "peak", 12, False, True, True]


@pytest.mark.parametrize("kind", ["correlation", "pulls"])
def test_other_kinds(morefit: Morefit, constrained: Path, tmp_path: Path, kind: str) -> None:
    done = morefit("plot", constrained, "-o", tmp_path / "other.png", "--kind", kind)
    assert done.exit_code == 0, done.output
    assert (tmp_path / "other.png").stat().st_size > 1000


def test_a_saved_result_is_not_fitted_again(
    morefit: Morefit, peak: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "fit.json"
    assert morefit("fit", peak, "--json", saved).exit_code == 0
    monkeypatch.setattr("morefit_py.fit.compiled.CompiledFit.minimise", lambda *_, **__: pytest.fail("fits"))
    done = morefit("plot", peak, "-o", tmp_path / "fit.png", "--result", saved)
    assert done.exit_code == 0, done.output


def test_a_result_of_other_data_is_warned_of(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    saved = tmp_path / "fit.json"
    assert morefit("fit", peak, "--json", saved).exit_code == 0
    peak.write_text(peak.read_text().replace("file: data.parquet", "file: data.parquet, max_events: 800"))
    with pytest.warns(MorefitWarning, match="of another data peak than the spec has now"):
        assert morefit("plot", peak, "-o", tmp_path / "fit.png", "--result", saved).exit_code == 0


@pytest.mark.parametrize(("old", "new"), [("mu", "nu"), ("sigma", "width")])
def test_a_result_of_another_spec_is_an_error(
    morefit: Morefit, peak: Path, tmp_path: Path, old: str, new: str
) -> None:
    saved = tmp_path / "fit.json"
    assert morefit("fit", peak, "--json", saved).exit_code == 0
    saved.write_text(json.dumps(json.loads(saved.read_text())).replace(f'"{old}"', f'"{new}"'))
    done = morefit("plot", peak, "-o", tmp_path / "fit.png", "--result", saved)
    assert isinstance(done.exception, FitError)
    assert "give a result of this spec" in str(done.exception)


def test_an_invalid_fit_is_drawn_and_exits_2(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    saved = tmp_path / "fit.json"
    assert morefit("fit", peak, "--json", saved).exit_code == 0
    content = json.loads(saved.read_text()) | {"valid": False, "reasons": ["made up"]}
    saved.write_text(json.dumps(content))
    done = morefit("plot", peak, "-o", tmp_path / "fit.png", "--result", saved)
    assert done.exit_code == 2
    assert (tmp_path / "fit.png").exists()
    done = morefit("scan", peak, "--result", saved)
    assert done.exit_code == 2
    assert "the fit is not valid (made up)" in done.output


def test_errors(morefit: Morefit, peak: Path, tmp_path: Path) -> None:
    done = morefit("plot", "no-such-spec.yaml", "-o", tmp_path / "fit.jpg")
    assert isinstance(done.exception, DataError)
    assert ".png, .pdf, .svg" in str(done.exception)
    done = morefit("plot", peak, "-o", tmp_path / "fit.png", "--observable", "mass")
    assert isinstance(done.exception, ModelError)
