"""Kernels that follow systematic variations."""

from typing import Any

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.pdfs import MorphedKde

X = mf.Observable("x", 0.0, 10.0)
CENTERS, WEIGHTS = tuple(np.linspace(4.0, 6.0, 21).tolist()), (1.0,) * 21
SHIFTED = tuple((np.array(CENTERS) + 0.3).tolist()), tuple((np.array(CENTERS) - 0.3).tolist())
FIELDS: dict[str, Any] = {
    "observable": X,
    "bandwidth": 0.4,
    "centers": CENTERS,
    "weights": WEIGHTS,
    "alphas": (mf.Parameter("alpha", 0.0, (-3.0, 3.0)),),
    "centers_up": (SHIFTED[0],),
    "centers_down": (SHIFTED[1],),
    "weights_up": (WEIGHTS,),
    "weights_down": (WEIGHTS,),
    "codes": ("code4p",),
}


def test_a_shift_is_measured() -> None:
    density = MorphedKde(**FIELDS)
    result = mf.compile(density, mf.sample(density, {"alpha": 0.7}, seed=1, size=4000)).minimise()
    assert result.valid
    assert abs(result.values["alpha"] - 0.7) < 4 * result.errors["alpha"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"codes": ()}, "1 alphas, but 1, 1, 1, 1, 0 centers_up"),
        ({"codes": ("code1",)}, r"codes\[0\]: unknown interp_code 'code1'"),
        ({"centers_up": (CENTERS[1:],)}, r"centers_up\[0\] has 20 values for 21 centers"),
        ({"centers_up": ((*CENTERS[:-1], 1e9),)}, r"centers_up\[0\]\[20\] is 1e\+09; centers lie outside"),
        ({"weights_down": ((-1.0,) * 21,)}, r"weights_down\[0\]\[0\] is -1; it must be >= 0"),
    ],
)
def test_variations_that_do_not_fit(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        MorphedKde(**(FIELDS | changes))
