"""The logarithm of the exponentially modified Gaussian in expressions: folding, limits, text, derivatives."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest

from morefit_py.errors import GraphError
from morefit_py.graph.build import log_emg
from morefit_py.graph.derivative import partials
from morefit_py.graph.dot import dot
from morefit_py.graph.formula import formula
from morefit_py.graph.log_emg import ORDERS, log_emg_part
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import intern
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Parameter
from morefit_py.graph.text import read, write
from tests.exact import log_emg as exact

u, k = Parameter("u", 0.4), Parameter("k", 0.7)
PLACES = range(len(ORDERS))


@pytest.mark.parametrize("place", PLACES)
def test_numbers_are_folded_and_others_kept(place: int) -> None:
    node = log_emg(u, k, *ORDERS[place])
    assert node is log_emg_part(u, k, place) is intern(Op.LOG_EMG, (u.node, k.node), place)
    wanted = float(exact(mp.mpf(0.25), mp.mpf(1.5), place))
    assert log_emg(0.25, 1.5, *ORDERS[place]).value == pytest.approx(wanted, rel=1e-13)


@pytest.mark.parametrize("place", PLACES)
def test_without_a_tail_it_is_the_gaussian(place: int) -> None:
    found = evaluate([log_emg(u, 0.0, *ORDERS[place]), log_emg(u, k, *ORDERS[place])], {"u": 0.4, "k": 0.0})
    assert found[0] == pytest.approx(found[1], rel=1e-15)
    assert Op.LOG_EMG not in {log_emg(u, 0.0, *ORDERS[place]).op}


@pytest.mark.parametrize("order", [(3, 0), (1, 2), (-1, 0), (0, 0.5), ("0", 0)])
def test_there_are_two_derivatives(order: tuple[object, object]) -> None:
    with pytest.raises((GraphError, TypeError)):
        log_emg(u, k, *order)  # type: ignore[arg-type]


def test_the_slope_in_the_tail_is_its_rate() -> None:
    slope = evaluate([log_emg(u, k, 1)], {"u": 1e6, "k": 2.0})[0]
    assert slope == -0.5


@pytest.mark.parametrize("place", [1, 2])
def test_mirrored(place: int) -> None:
    points = {"u": np.array([[-0.4], [0.4]]), "k": np.array([[-0.7], [0.7]])}
    left, right = evaluate([log_emg_part(u, k, place)], points)[0]
    assert left == -right


def test_derivatives_lead_to_each_other() -> None:
    assert partials(log_emg(u, k)) == (log_emg(u, k, 1, 0), log_emg(u, k, 0, 1))
    assert partials(log_emg(u, k, 0, 1)) == (log_emg(u, k, 1, 1), log_emg(u, k, 0, 2))


def test_third_derivatives_by_differences() -> None:
    point = {"u": 0.9, "k": 1.3}
    with mp.workdps(50):
        at = mp.mpf(0.9), mp.mpf(1.3)
        for place in (3, 4, 5):
            found = evaluate(partials(log_emg_part(u, k, place)), point)
            for value, by in zip(found, ((1, 0), (0, 1)), strict=True):
                wanted = mp.diff(lambda v, w, place=place: exact(v, w, place), at, by)
                assert float(value) == pytest.approx(float(wanted), rel=1e-12)


@pytest.mark.parametrize(
    ("place", "text"), [(0, "log_emg(u, k)"), (2, "log_emg(u, k, 0, 1)"), (4, "log_emg(u, k, 1, 1)")]
)
def test_it_is_written_and_read(place: int, text: str) -> None:
    node = log_emg_part(u, k, place)
    assert formula(node) == text
    assert read(write([node]), {"u": u, "k": k}) == [node]
    named = f"log_emg {place}"
    with pytest.raises(GraphError, match="cannot be read"):
        read(write([node]).replace(named, "log_emg 6"))
    assert named in dot([node])


def test_it_is_smooth_through_no_tail() -> None:
    lengths = np.array([-1e-7, -1e-12, 0.0, 1e-12, 1e-7])[:, None]
    bends = evaluate([log_emg(u, k, 0, 2)], {"u": 1.5, "k": lengths})[0]
    np.testing.assert_allclose(bends, 1.5**2 - 2.0, rtol=1e-5)
