"""Models: channels, shared parameters, order."""

from __future__ import annotations

import pytest

import morefit_py as mf
from morefit_py.errors import ModelError
from morefit_py.model.model import as_model

X = mf.Observable("x", 0.0, 1.0)
N, M, S = mf.Parameter("n", 5), mf.Parameter("m", 6), mf.Parameter("s", 0.1)


def test_parameters_are_shared_by_name_in_order_of_appearance() -> None:
    shape = mf.pdfs.Exponential(X, S)
    model = mf.Model({"a": N * shape, "b": M * shape}, (mf.GaussianConstraint(S, 0.0, 1.0),))
    assert [parameter.name for parameter in model.parameters] == ["n", "s", "m"]


def test_declared_parameters_come_first() -> None:
    model = mf.Model({"a": N * mf.pdfs.Exponential(X, S)}, declared=(S, N))
    assert [parameter.name for parameter in model.parameters] == ["s", "n"]


def test_two_parameters_of_one_name_are_an_error() -> None:
    with pytest.raises(ModelError, match="two different parameters are named 's'"):
        mf.Model({"a": N * mf.pdfs.Exponential(X, S), "b": M * mf.pdfs.Exponential(X, mf.Parameter("s", 2))})
    with pytest.raises(ModelError, match="two different parameters are named 's'"):
        as_model(mf.Parameter("s", 2) * mf.pdfs.Exponential(X, S))


def test_an_empty_model_and_an_unknown_poi_are_errors() -> None:
    with pytest.raises(ModelError, match="at least one channel"):
        mf.Model({})
    with pytest.raises(ModelError, match="the poi 'nn' is not a parameter"):
        mf.Model({"a": N * mf.pdfs.Uniform(X)}, poi="nn")
    with pytest.raises(ModelError, match="the poi is 3; give the name of a parameter"):
        mf.Model({"a": N * mf.pdfs.Uniform(X)}, poi=3)  # type: ignore[arg-type]


def test_what_can_be_a_model() -> None:
    density = mf.pdfs.Uniform(X)
    assert not as_model(density).channels["data"].extended
    assert as_model(N * density).channels["data"].extended
    assert list(as_model({"left": N * density}).channels) == ["left"]
    model = as_model(density)
    assert as_model(model) is model


def test_sequences_and_single_things_are_taken() -> None:
    mixture, held = N * mf.pdfs.Exponential(X, S), mf.GaussianConstraint(S, 0.0, 1.0)
    model = mf.Model(mixture, [held], [S, N], poi=N)  # type: ignore[arg-type]
    assert list(model.channels) == ["data"]
    assert (model.constraints, model.declared, model.poi) == ((held,), (S, N), "n")
    assert mf.Model(mf.pdfs.Uniform(X), held, N).constraints == (held,)  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="channels is list; give a mapping from channel to mixture"):
        mf.Model([mixture])  # type: ignore[arg-type]
    with pytest.raises(
        ModelError, match="constraints holds the parameter 's'; give a sequence of Constraint"
    ):
        mf.Model(mixture, [S])  # type: ignore[arg-type]
    with pytest.raises(ModelError, match="declared holds 's'; give a sequence of Parameter"):
        mf.Model(mixture, declared="s")  # type: ignore[arg-type]


def test_constraints_are_added_to_a_copy() -> None:
    model = as_model(N * mf.pdfs.Uniform(X))
    more = model.constrained(mf.GaussianConstraint(N, 5.0, 1.0))
    assert (len(model.constraints), len(more.constraints)) == (0, 1)
