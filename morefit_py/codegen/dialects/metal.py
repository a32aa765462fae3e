"""Metal: single precision with compensated sums; what happens once a call is left to the host."""

from __future__ import annotations

from morefit_py.codegen.dialect import Dialect
from morefit_py.graph.op import Op

DIALECT = Dialect(
    name="metal",
    extension="metal",
    real="float",
    float_bits=32,
    event_functions={
        Op.EXPM1: "mf_expm1",
        Op.LOG1P: "mf_log1p",
        Op.ERF: "mf_erf",
        Op.ERFC: "mf_erfc",
        Op.LGAMMA: "mf_lgamma",
    },
    helpers={
        "mf_expm1": ("metal/expm1.j2",),
        "mf_log1p": ("metal/log1p.j2",),
        "mf_erf": ("common/erfcx_tail.j2", "metal/erf.j2"),
        "mf_erfc": ("common/erfcx_tail.j2", "metal/erf.j2"),
        "mf_lgamma": ("metal/lgamma.j2",),
        "mf_erfcx": ("common/erfcx_tail.j2", "common/erfcx.j2"),
        "mf_polygamma": ("common/polygamma.j2",),
        "mf_faddeeva_real": ("metal/faddeeva.j2",),
        "mf_faddeeva_imag": ("metal/faddeeva.j2",),
        "mf_log_emg": ("common/log_emg_scalar.j2",),
        "mf_ipow": ("common/ipow.j2",),
        "mf_table{}": ("common/table.j2",),
        "mf_curve{}": ("common/curve.j2",),
    },
    options={"whole": "long", "items": 256, "constant": "constant", "values": "device const float"},
    scalars_on_device=False,
)
