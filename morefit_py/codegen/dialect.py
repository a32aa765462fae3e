"""What differs between the languages kernels are printed in.

The base class is C99 spelled for scalars; a dialect overrides what its language spells otherwise.
The templates own the skeleton of a file, the dialect owns the spelling of an expression.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from morefit_py.graph.op import Op

_C99 = {
    op: op.text
    for op in (
        Op.EXP, Op.LOG, Op.EXPM1, Op.LOG1P, Op.SQRT, Op.SIN, Op.COS, Op.TAN, Op.ASIN, Op.ACOS, Op.ATAN,
        Op.ATAN2, Op.SINH, Op.COSH, Op.TANH, Op.ERF, Op.ERFC, Op.LGAMMA, Op.POW,
    )
} | {Op.ABS: "fabs", Op.ERFCX: "mf_erfcx", Op.POLYGAMMA: "mf_polygamma"}  # fmt: skip


@dataclass(frozen=True)
class Dialect:
    """The spelling of one language: types, functions, numbers, and the templates that use them.

    `functions` spell operations in code run once a call, `event_functions` (over them) in the loop
    over events. `helpers` maps a spelled function to the template that defines it, for functions
    the language lacks. `float_bits` is 32 where the device computes in single precision.
    """

    name: str
    extension: str
    function_prefix: str = ""
    real: str = "double"
    mask: str = "bool"
    float_bits: int = 64
    functions: dict[Op, str] = field(default_factory=lambda: dict(_C99))
    event_functions: dict[Op, str] = field(default_factory=dict)
    helpers: dict[str, str] = field(default_factory=dict)
    options: dict[str, int] = field(default_factory=dict)
    # Whether code run once a call is part of the source, or done by the host in double precision.
    scalars_on_device: bool = True

    def function(self, op: Op, in_loop: bool) -> str:
        """The name of the function that computes an operation."""
        if in_loop and op in self.event_functions:
            return self.event_functions[op]
        return self.functions[op]

    def number(self, value: float) -> str:
        """A literal that reads back as the same number."""
        suffix = "f" if self.float_bits == 32 else ""
        if math.isinf(value):
            return "INFINITY" if value > 0 else "(-INFINITY)"
        text = repr(value)
        if "e" not in text and "." not in text:
            text += ".0"
        return f"({text}{suffix})" if value < 0 else text + suffix

    def select(self, condition: str, yes: str, no: str) -> str:
        """The choice between two values."""
        return f"{condition} ? {yes} : {no}"

    def declare(self, name: str, expression: str, is_mask: bool, in_loop: bool) -> str:
        """A statement that names a value."""
        return f"const {self.mask if is_mask else self.real} {name} = {expression};"
