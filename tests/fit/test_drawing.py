"""Figures drawn by a layer above."""

import pytest

from morefit_py.fit.drawing import figure


def test_kinds_are_those_of_the_layer_above(monkeypatch: pytest.MonkeyPatch) -> None:
    from morefit_py.report import plots

    monkeypatch.setattr(plots, "correlation", lambda *args, **settings: (args, settings))
    assert figure("correlation", 1, a=2) == ((1,), {"a": 2})
    with pytest.raises(AttributeError):
        figure("pie")
