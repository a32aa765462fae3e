"""What commands that fit share."""

from __future__ import annotations

from pathlib import Path

import pytest

import morefit_py as mf
from morefit_py.cli.fitting import check_names, fitted
from morefit_py.errors import BackendError, FitError


@pytest.mark.parametrize(
    ("names", "error"),
    [
        (("cudda", "newton", "sandwich"), BackendError),
        (("auto", "newtom", "sandwich"), FitError),
        (("auto", "newton", "naif"), FitError),
    ],
)
def test_wrong_names(names: tuple[str, str, str], error: type[Exception]) -> None:
    with pytest.raises(error, match="did you mean"):
        check_names(*names)


def test_the_fit_is_that_of_compile(peak: Path) -> None:
    fit, result = fitted(peak, "auto", "newton", "sandwich", columns=["t"])
    assert list(fit.data["peak"].columns) == ["t", "m"]
    other = mf.compile(*mf.load(peak)).minimise()
    assert result.values == other.values
    assert len(result.provenance["spec"]) == 64


def test_what_is_no_result(peak: Path, tmp_path: Path) -> None:
    (tmp_path / "no.json").write_text("{}")
    with pytest.raises(FitError, match=r"no\.json: fit result: this is not one"):
        fitted(peak, "auto", "newton", "sandwich", saved=tmp_path / "no.json")
