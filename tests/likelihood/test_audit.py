"""The audit of a compilation."""

from __future__ import annotations

import json

import numpy as np
import pytest

import morefit_py as mf
from morefit_py.likelihood.audit import Audit


@pytest.fixture(scope="module")
def audit() -> Audit:
    x = mf.Observable("x", 0.0, 1.0)
    model = mf.Parameter("n", 5.0, limits=(0, 100)) * mf.pdfs.Exponential(
        x, mf.Parameter("slope", 1.0, limits=(-3, 3))
    ) + mf.Parameter("m", 5.0, limits=(0, 100)) * mf.pdfs.Uniform(x)
    return mf.compile(model, {"x": np.linspace(0.1, 0.9, 9)}).audit()


def test_counts_per_event_are_recorded_for_every_pass_and_order(audit: Audit) -> None:
    last = audit.passes[-1]
    assert set(last.counts) == {"value", "gradient", "hessian"}
    assert last.counts["value"].operations["exp"] == 1
    assert last.counts["value"].total <= last.counts["gradient"].total <= last.counts["hessian"].total


def test_digests_and_choices_are_there(audit: Audit) -> None:
    assert len(audit.model_digest) == 64
    assert set(audit.data_digests) == {"data"}
    assert audit.reason
    assert audit.differentiation in audit.differentiation_costs


def test_it_is_text_and_json(audit: Audit) -> None:
    assert "operations per event after" in str(audit)
    assert json.loads(audit.model_dump_json()) == audit.to_dict()
