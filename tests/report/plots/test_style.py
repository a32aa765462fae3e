"""What figures share."""

import pytest

import morefit_py as mf
from morefit_py.report.plots import style
from morefit_py.report.plots.style import drawn, labelled


def test_labels_have_names_and_units() -> None:
    assert labelled(mf.Observable("x", 0, 1)) == "x"
    assert labelled(mf.Observable("m", 0, 1, unit="GeV", latex="m_B")) == "$m_B$ [GeV]"


def test_without_matplotlib_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style, "have_matplotlib", lambda: False)
    with pytest.raises(mf.MorefitError, match=r"pip install 'morefit-py\[plot\]'"), drawn():
        pass
