import numpy as np
import pytest

from morefit_py.errors import FitError
from morefit_py.fit.start import index_of, pose, starting_point

from .problems import Function, counting, gauss_exp, logarithm, quadratic


def refused(objective, match, **options):
    with pytest.raises(FitError, match=match):
        pose(objective, **options)


def test_problem_sees_the_free_parameters_and_the_offset_nll():
    objective = gauss_exp(50, 50).but(held=(1, 4))
    problem = pose(objective)
    value, gradient, hessian = objective.evaluate(objective.initial, 2)
    assert problem.free.tolist() == [0, 2, 3]
    assert problem.offset == value
    assert problem.first[0] == 0.0
    assert np.array_equal(problem.first[1], gradient[[0, 2, 3]])
    assert np.array_equal(problem.first[2], hessian[np.ix_([0, 2, 3], [0, 2, 3])])
    assert problem.lower.tolist() == [0, 4, 0.05]


def test_start_by_name_and_by_vector():
    objective = gauss_exp(50, 50)
    by_name = starting_point(objective, {"mean": 5.2})
    assert by_name[2] == 5.2
    assert by_name[0] == objective.initial[0]
    assert starting_point(objective, by_name).tolist() == by_name.tolist()
    assert objective.initial[2] != 5.2


def test_unknown_names_are_corrected():
    objective = gauss_exp(50, 50)
    refused(objective, "start: there is no parameter 'meen'; did you mean 'mean'", start={"meen": 1.0})
    with pytest.raises(FitError, match="here: there is no parameter 'slop'; did you mean 'slope'"):
        index_of(objective, "slop", "here")


def test_start_of_the_wrong_length():
    refused(
        gauss_exp(50, 50),
        r"shape \(2,\), but the 5 parameters need \(5,\); the order is n_signal",
        start=[1, 2],
    )


def test_nothing_to_fit():
    refused(counting().but(held=(0,)), "all 1 are fixed, so there is nothing to fit")


def test_start_outside_the_limits():
    refused(counting().but(start=(-1.0,)), r"start: s = -1 is outside its limits \[0, inf\]; move")


def test_fixed_parameters_may_be_outside_their_limits():
    objective = gauss_exp(50, 50)
    assert pose(objective.but(held=(2,)), start={"mean": 3.9}).theta[2] == 3.9


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_start_must_be_a_number(value):
    refused(counting(), "is not finite", start={"s": value})


@pytest.mark.parametrize("limits", [(2.0, 2.0), (3.0, 1.0)])
def test_limits_without_room(limits):
    refused(counting().but(low=limits[:1], high=limits[1:]), "leave no room; fix the parameter or widen")


def test_nll_must_be_finite_at_the_start():
    refused(logarithm(start=-1.0), "the NLL is nan at p0 = -1, p1 = 1; start where")
    refused(logarithm(start=-1.0, beyond=np.inf), "the NLL is inf")


def test_derivatives_must_be_finite_at_the_start():
    def of(x):
        return 0.0, np.array([0.0, np.nan]), np.eye(2)

    refused(Function(of, (0.0, 0.0), names=("a", "b")), "derivatives along b are not finite at a = 0, b = 0")


def test_objective_must_return_all_it_promises():
    refused(Function(lambda x: (0.0, None, None), (0.0,)), "no gradient or no Hessian")
    short = Function(lambda x: (0.0, np.zeros(1), np.eye(2)), (0.0, 0.0))
    refused(short, r"gradient \(1,\) and Hessian \(2, 2\) do not match its 2 parameters")


def test_budget_is_that_of_minuit_or_the_callers():
    objective = quadratic(np.eye(3), (0, 0, 0), (1, 1, 1))
    assert pose(objective).budget == 200 + 300 + 45
    assert pose(objective, max_calls=7).budget == 7
    refused(objective, "max_calls: 0 allows no evaluation", max_calls=0)
