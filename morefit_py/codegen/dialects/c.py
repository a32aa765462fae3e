"""Plain C99 for any compiler: no library but libm, loops written so that they vectorise."""

from __future__ import annotations

from morefit_py.codegen.blocks import LOGARITHMS
from morefit_py.codegen.dialect import Dialect
from morefit_py.graph.op import Op

_EXP = ("c/pick.j2", "c/fast_exp.j2")
_SIN = ("c/pick.j2", "c/fast_sin.j2")
_FADDEEVA = (*_EXP, "c/fast_sin.j2", "c/faddeeva.j2")
_ERF = (*_EXP, "common/erfcx_tail.j2", "c/fast_erf.j2")

DIALECT = Dialect(
    name="c",
    extension="c",
    options={"whole": "long long", "constant": "static const", "values": "const double"},
    # Two of the widest vectors, whose latencies then overlap.
    group=16,
    # So many mantissas below 2 multiply without overflow, and values kept between stages stay in the caches.
    block=512,
    event_functions={
        Op.EXP: "mf_exp",
        Op.LOG: "mf_log",
        Op.SIN: "mf_sin",
        Op.COS: "mf_cos",
        Op.ERF: "mf_fast_erf",
        Op.ERFC: "mf_fast_erfc",
        Op.ERFCX: "mf_fast_erfcx",
    },
    helpers={
        "mf_exp": _EXP,
        "mf_log": ("c/fast_log.j2",),
        LOGARITHMS: ("c/log_product.j2",),
        "mf_sin": _SIN,
        "mf_cos": _SIN,
        "mf_fast_erf": _ERF,
        "mf_fast_erfc": _ERF,
        "mf_fast_erfcx": _ERF,
        "mf_erfcx": ("common/erfcx_tail.j2", "common/erfcx.j2"),
        "mf_polygamma": ("common/polygamma.j2",),
        "mf_faddeeva_real": _FADDEEVA,
        "mf_faddeeva_imag": _FADDEEVA,
        "mf_log_emg": (*_EXP, "c/fast_log.j2", "c/log_emg.j2"),
        "mf_ipow": ("common/ipow.j2",),
        "mf_table{}": ("common/table.j2",),
        "mf_curve{}": ("common/curve.j2",),
    },
)
