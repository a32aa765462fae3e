"""The influence of single events against what happens when their weight is changed.

An event that counts 1 + h times moves the result of the whole chain (fit of the mass, weights, weighted fit)
by h H^-1 u, u its influence: the infinitesimal jackknife (Efron, 1982). Nothing of the chain is linearised
here but the difference.
"""

from __future__ import annotations

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.inference.weights.influence import influence

from .mixtures import Array, events, mass_model, time_model

H = 2e-3
DATA = events(8, 60, 80)[0]


def chain(method: str, floating: bool, own: Array) -> tuple[mf.EventWeights, mf.CompiledFit, mf.FitResult]:
    data = DATA.with_weights(own)
    fit = mf.compile(mass_model(floating), data)
    result = fit.minimise()
    if method == "sWeights":
        weights = mf.sweights(fit, result)
    else:
        weights = mf.cows(data, mass_model().channels["d"], result, fit=fit, variance="uniform")
    control = mf.compile(time_model(), weights.dataset("signal"))
    return weights, control, control.minimise(tol=1e-14)


@pytest.mark.parametrize("floating", [True, False], ids=["shapes fitted", "shapes known"])
@pytest.mark.parametrize("method", ["sWeights", "COWs"])
def test_influence_is_the_response_to_an_event(method: str, floating: bool) -> None:
    ones = np.ones(len(DATA))
    weights, control, result = chain(method, floating, ones)
    at = np.array([result.values["rate"]])
    found = influence(weights, [0], control.scores(at))
    hessian = control.hessian(at)[0, 0]
    scale = np.abs(found.whole / hessian).max()
    for event in (0, 1, 2, 3, 17, 40):
        moved = [chain(method, floating, ones + sign * H * np.eye(len(DATA))[event])[2] for sign in (1, -1)]
        response = (moved[0].values["rate"] - moved[1].values["rate"]) / (2.0 * H)
        assert found.whole[event, 0] / hessian == pytest.approx(response, rel=1e-4, abs=1e-5 * scale)
    assert found.shapes == (("mean", "width", "fall") if floating else ())
    # Without the estimation of the weights the response is another one.
    assert np.abs(found.whole - found.given).max() > 0.01 * np.abs(found.whole).max() or (
        method == "COWs" and not floating
    )


def test_components_add_up() -> None:
    weights, control, result = chain("sWeights", True, np.ones(len(DATA)))
    scores = control.scores(np.array([result.values["rate"]]))
    parts = [influence(weights, [k], scores).whole for k in range(2)]
    assert influence(weights, [0, 1], scores).whole == pytest.approx(sum(parts), rel=1e-9, abs=1e-9)
