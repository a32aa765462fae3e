import dataclasses
import json
import pickle
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from morefit_py.errors import FitError
from morefit_py.fit.minimise import minimise
from morefit_py.fit.result import FitResult

from .problems import counting, flat, gauss_exp

FIT = minimise(
    gauss_exp(60, 80).but(held=(4,)), minos=["mean"], provenance={"spec": "abc", "n": [1, None, True]}
)


def same(a, b):
    """Equal to the last bit, nan being equal to nan."""
    return repr(dataclasses.asdict(a)) == repr(dataclasses.asdict(b))


@pytest.mark.parametrize(
    "result",
    [FIT, minimise(counting()), minimise(flat()), minimise(gauss_exp(60, 80), max_calls=2)],
    ids=["valid", "at limit", "flat", "stopped"],
)
def test_json_goes_both_ways(result):
    with np.printoptions(floatmode="unique", threshold=10**6):
        assert same(FitResult.from_json(result.to_json()), result)


@given(st.floats(), st.dictionaries(st.text(), st.floats() | st.text() | st.none() | st.integers()))
def test_all_floats_survive(number, provenance):
    matrix = np.array([[number]])
    result = FitResult(
        ("x",), {"x": number}, {"x": nan}, matrix, matrix, number, inf, False, provenance=provenance
    )
    text = result.to_json()
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert same(FitResult.from_json(text), result)


def test_results_from_before_there_were_other_covariances_are_read():
    content = json.loads(FIT.to_json())
    assert content.pop("covariance_type") == "hesse"
    with np.printoptions(floatmode="unique"):
        assert same(FitResult.from_json(json.dumps(content)), FIT)
    with pytest.raises(FitError, match="this is not one"):
        FitResult.from_json(json.dumps(content | {"covariance_kind": "hesse"}))


def test_arrays_are_read_only_also_when_read_back():
    for result in (FIT, FitResult.from_json(FIT.to_json())):
        for matrix in (result.covariance, result.correlation):
            assert matrix.dtype == np.float64
            assert matrix.shape == (5, 5)
            with pytest.raises(ValueError, match="read-only"):
                matrix[0, 0] = 1


def test_result_is_frozen_and_can_be_sent_to_another_process():
    with pytest.raises(dataclasses.FrozenInstanceError):
        FIT.nll = 0.0
    with np.printoptions(floatmode="unique"):
        assert same(pickle.loads(pickle.dumps(FIT)), FIT)  # noqa: S301


def test_save_and_load(tmp_path):
    FIT.save(tmp_path / "fit.json")
    assert FitResult.load(tmp_path / "fit.json").values == FIT.values


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"format": "other"}'])
def test_what_is_no_result_is_refused(text):
    with pytest.raises(FitError, match=r"fit result: .*; give a saved one"):
        FitResult.from_json(text)


def test_limits_are_those_of_the_parameters():
    problem = gauss_exp(60, 80)
    found = minimise(problem).limits
    assert list(found) == list(problem.parameters)
    assert np.array(list(found.values())).T.tolist() == [problem.lower.tolist(), problem.upper.tolist()]
    assert minimise(flat()).limits == dict.fromkeys(flat().parameters, (-inf, inf))
