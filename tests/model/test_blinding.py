"""Parameters that are fitted blind."""

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.model.blinding import blinded, offset

X = mf.Observable("x", 0.0, 10.0)
MU = mf.Parameter("mu", 5.0, (0.0, 10.0))


def test_a_blind_fit_is_shifted_by_the_hidden_offset_and_by_nothing_else() -> None:
    data = mf.sample(mf.pdfs.Gaussian(X, MU, 1.0), seed=1, size=2000)
    plain = mf.compile(mf.pdfs.Gaussian(X, MU, 1.0), data).minimise()
    blind = mf.compile(mf.pdfs.Gaussian(X, mf.blinded(MU, "my analysis", 1.0), 1.0), data).minimise()
    hidden = offset("my analysis", 1.0)
    assert hidden != 0.0
    assert blind.values["mu"] == pytest.approx(plain.values["mu"] + hidden, abs=1e-6)
    assert blind.errors["mu"] == pytest.approx(plain.errors["mu"], rel=1e-6)
    assert blind.nll == pytest.approx(plain.nll, rel=1e-12)


def test_offsets_follow_from_the_text_alone_and_are_uniform() -> None:
    assert offset("a", 2.0) == 2.0 * offset("a", 1.0)
    drawn = np.array([offset(f"text {i}", 1.0) for i in range(2000)])
    assert abs(drawn.mean()) < 4 / np.sqrt(3 * 2000)
    assert drawn.std() == pytest.approx(1 / np.sqrt(3), rel=0.06)
    assert np.all(np.abs(drawn) <= 1.0)


def test_bad_texts_and_scales() -> None:
    with pytest.raises(ModelError, match="blinded: '' cannot hide a value"):
        blinded(MU, "", 1.0)
    for scale in (0.0, -1.0, np.inf, np.nan):
        with pytest.raises(ModelError, match=r"blinded: the scale is .*; it must be > 0"):
            blinded(MU, "text", scale)
