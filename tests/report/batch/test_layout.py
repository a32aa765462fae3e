"""The layout of a manifest."""

from __future__ import annotations

from typing import Any

import pytest

from morefit_py.errors import SpecError
from morefit_py.report.batch.layout import Manifest
from morefit_py.spec.lines import compose
from morefit_py.spec.validate import validated


def manifest(text: str) -> Manifest:
    return validated(compose(f"schema_version: morefit_batch_v1\n{text}", "m.yaml"), Manifest)


@pytest.mark.parametrize(
    ("data", "held"),
    [
        ("x.parquet", "x.parquet"),
        ("[x.root, y.root]", ["x.root", "y.root"]),
        ("{ run1: x.root, run2: [y.root, z.root] }", {"run1": "x.root", "run2": ["y.root", "z.root"]}),
    ],
)
def test_data_have_three_forms(data: str, held: Any) -> None:
    assert manifest(f"fits: [{{ spec: a.yaml, data: {data} }}]").fits[0].data == held


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fits: []", "m.yaml:2 fits: expected at least 1 item, found 0"),
        ("fit: [{ spec: a }]", "m.yaml:2 fit: this key is not known here; did you mean 'fits'?"),
        ("fits:\n- { spec: a, minimizer: x }", "m.yaml:3 fits[0].minimizer: this key is not known here; "
         "did you mean 'minimiser'?"),
        ("fits:\n- spec: a\n- name: b", "m.yaml:4 fits[1]: the key 'spec' is missing; add it"),
        ("fits:\n- { spec: a, data: 3 }", "m.yaml:3 fits[0].data: expected a path, a list of paths, or a "
         "mapping from channels to these, found 3"),
        ("fits:\n- { spec: a, each: {} }", "m.yaml:3 fits[0].each: expected a path or a list of paths, found "
         "a mapping"),
        ("fits:\n- { spec: a, minos: 1 }", "m.yaml:3 fits[0].minos: expected true or false, found 1"),
        ("fits:\n- { spec: a, set: 1 }", "m.yaml:3 fits[0].set: expected a mapping, found 1"),
    ],
)  # fmt: skip
def test_departures_are_told_with_their_line(text: str, message: str) -> None:
    with pytest.raises(SpecError) as caught:
        manifest(text)
    assert message in str(caught.value).splitlines()
