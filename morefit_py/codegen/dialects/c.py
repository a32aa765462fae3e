"""Plain C99 for any compiler: no library but libm, loops written so that they vectorise."""

from __future__ import annotations

from morefit_py.codegen.dialect import Dialect
from morefit_py.graph.op import Op

DIALECT = Dialect(
    name="c",
    extension="c",
    options={"whole": "long long", "erfc": "erfc"},
    event_functions={Op.EXP: "mf_exp", Op.LOG: "mf_log"},
    helpers={
        "mf_exp": ("c/fast_exp.j2",),
        "mf_log": ("c/fast_log.j2",),
        "mf_erfcx": ("common/erfcx_tail.j2", "common/erfcx.j2"),
        "mf_polygamma": ("common/polygamma.j2",),
        "mf_ipow": ("common/ipow.j2",),
    },
)
