"""CUDA C++: one block a chunk of rows, its threads striding over them."""

from __future__ import annotations

from morefit_py.codegen.dialect import Dialect

DIALECT = Dialect(
    name="cuda",
    extension="cu",
    helpers={
        "mf_erfcx": ("common/erfcx_tail.j2", "common/erfcx.j2"),
        "mf_polygamma": ("common/polygamma.j2",),
        "mf_faddeeva_real": ("common/faddeeva_scalar.j2",),
        "mf_faddeeva_imag": ("common/faddeeva_scalar.j2",),
        "mf_log_emg": ("common/log_emg_scalar.j2",),
        "mf_ipow": ("common/ipow.j2",),
        "mf_table{}": ("common/table.j2",),
        "mf_curve{}": ("common/curve.j2",),
    },
    options={
        "whole": "long long",
        "items": 256,
        "constant": "static __device__ const",
        "values": "const double",
    },
    # Enough blocks for every multiprocessor at a million rows.
    chunk=2048,
)
