"""What happens once a call, done by the host: the same numbers as the graph means."""

from __future__ import annotations

import numpy as np
import pytest

from morefit_py.graph.meaning import evaluate
from morefit_py.kernel.plan import Scalars, plan
from morefit_py.runtime.host_scalars import run_scalars
from tests.codegen.operations import ONCE, PARAMETERS, POINT, A, D, optimised


def test_every_operation_means_what_the_graph_says() -> None:
    held = plan(optimised(ONCE), 0)
    state = np.zeros(held.state_size)
    state[held.first_parameter : held.first_parameter + len(POINT)] = POINT
    for phase in held.phases:
        assert isinstance(phase, Scalars)
        run_scalars(phase, state)
    values = {parameter.name: parameter.init for parameter in PARAMETERS}
    np.testing.assert_array_equal(state[: held.results], evaluate(ONCE.values(), values))


def test_a_condition_crosses_phases_as_a_number() -> None:
    from morefit_py.graph.node import intern
    from morefit_py.graph.op import Op

    less = intern(Op.LT, (A, D))
    pick = intern(Op.SELECT, (less, A, D))
    state = np.array([0.0, 0.0, 3.0, 4.0])
    run_scalars(Scalars(0, ((2, A), (3, D)), (less,), ((1, less),)), state)
    assert state[1] == 1.0
    run_scalars(Scalars(1, ((1, less), (2, A), (3, D)), (pick,), ((0, pick),)), state)
    assert state[0] == pytest.approx(3.0)
