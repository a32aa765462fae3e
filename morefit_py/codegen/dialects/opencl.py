"""OpenCL C 1.2: the loop over events is written once, for one row or a vector of rows at a time.

How many rows a vector holds (`MF_LANES`) and how many work items share a chunk (`MF_ITEMS`) are build
options: a processor takes vectors and one item, a GPU takes many items of one row. `mf_real`, `mf_mask`
and `mf_pick` stand for both.
"""

from __future__ import annotations

from morefit_py.codegen.dialect import Dialect
from morefit_py.graph.op import Op

_FADDEEVA_ROWS = ("opencl/fast_exp.j2", "opencl/faddeeva_rows.j2")

DIALECT = Dialect(
    name="opencl",
    extension="cl",
    event_real="mf_real",
    event_mask="mf_mask",
    event_number="(mf_real)({})",
    event_choice="mf_pick({}, {}, {})",
    event_functions={
        Op.EXP: "mf_exp",
        Op.LOG: "mf_log",
        Op.IPOW: "mf_ipow_rows",
        Op.ERFCX: "mf_erfcx_rows",
        Op.POLYGAMMA: "mf_polygamma_rows",
        Op.FADDEEVA_REAL: "mf_faddeeva_real_rows",
        Op.FADDEEVA_IMAG: "mf_faddeeva_imag_rows",
        Op.LOG_EMG: "mf_log_emg_rows",
        Op.TABLE: "mf_table{}_rows",
        Op.CURVE: "mf_curve{}_rows",
    },
    helpers={
        "mf_exp": ("opencl/fast_exp.j2",),
        "mf_log": ("opencl/fast_log.j2",),
        "mf_faddeeva_real": ("common/faddeeva_scalar.j2",),
        "mf_faddeeva_imag": ("common/faddeeva_scalar.j2",),
        "mf_log_emg": ("common/log_emg_scalar.j2",),
        "mf_log_emg_rows": ("opencl/fast_exp.j2", "opencl/fast_log.j2", "opencl/log_emg_rows.j2"),
        "mf_faddeeva_real_rows": _FADDEEVA_ROWS,
        "mf_faddeeva_imag_rows": _FADDEEVA_ROWS,
        "mf_ipow": ("common/ipow.j2",),
        "mf_table{}": ("common/table.j2",),
        "mf_curve{}": ("common/curve.j2",),
        "mf_curve{}_rows": ("opencl/gather.j2", "opencl/curve_rows.j2"),
        "mf_table{}_rows": ("opencl/gather.j2", "opencl/table_rows.j2"),
        "mf_ipow_rows": ("opencl/ipow_rows.j2",),
        "mf_erfcx": ("common/erfcx_tail.j2", "common/erfcx.j2"),
        "mf_erfcx_rows": ("common/erfcx_tail.j2", "common/erfcx.j2", "opencl/erfcx_rows.j2"),
        "mf_polygamma": ("common/polygamma.j2",),
        "mf_polygamma_rows": ("common/polygamma.j2", "opencl/polygamma_rows.j2"),
    },
    options={"whole": "long", "constant": "__constant", "values": "__global const double"},
)
