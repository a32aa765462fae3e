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
        Op.ATAN2, Op.SINH, Op.COSH, Op.TANH, Op.ERF, Op.ERFC, Op.LGAMMA, Op.POW, Op.FLOOR,
    )
} | {Op.ABS: "fabs", Op.ERFCX: "mf_erfcx", Op.POLYGAMMA: "mf_polygamma",
     Op.FADDEEVA_REAL: "mf_faddeeva_real", Op.FADDEEVA_IMAG: "mf_faddeeva_imag", Op.LOG_EMG: "mf_log_emg",
     Op.IPOW: "mf_ipow", Op.TABLE: "mf_table{}", Op.CURVE: "mf_curve{}"}  # fmt: skip
_LARGEST_FLOAT = 3.4028234663852886e38


@dataclass(frozen=True)
class Dialect:
    """The spelling of one language: types, functions, numbers, and the templates that use them.

    `functions` spell operations in code run once a call, `event_functions` (over them) in the loop
    over events. `helpers` maps a spelled function to the templates that define it, in order, for
    functions the language lacks; `{}` in a function stands for the number of a table or grid. `options` are
    handed to every template. `float_bits` is 32 where the device computes in single precision.
    """

    name: str
    extension: str
    real: str = "double"
    mask: str = "bool"
    float_bits: int = 64
    functions: dict[Op, str] = field(default_factory=lambda: dict(_C99))
    event_functions: dict[Op, str] = field(default_factory=dict)
    helpers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    options: dict[str, int | str] = field(default_factory=dict)
    # The types of values in the loop over events, where they are several rows at once.
    event_real: str = ""
    event_mask: str = ""
    # How a number is widened to the loop's type, and how the loop chooses between two values.
    event_number: str = "{}"
    event_choice: str = ""
    # Events whose values lie side by side while a pass over rows is taken for all of them; 1 where vectors or
    # threads do that.
    group: int = 1
    # Rows that go through the stages of a loop together; 0 where a loop is written as one.
    block: int = 0
    # Rows a partial sum runs over: enough to amortise its reduction, few enough to share among threads.
    chunk: int = 4096
    # Whether code run once a call is part of the source, or done by the host in double precision.
    scalars_on_device: bool = True

    def function(self, op: Op, in_loop: bool) -> str:
        """The name of the function that computes an operation."""
        if in_loop and op in self.event_functions:
            return self.event_functions[op]
        return self.functions[op]

    def number(self, value: float) -> str:
        """A literal that reads back as the same number, as near as the device's precision allows."""
        suffix = "f" if self.float_bits == 32 else ""
        if math.isinf(value) or (suffix and abs(value) > _LARGEST_FLOAT):
            return "INFINITY" if value > 0 else "(-INFINITY)"
        text = repr(value)
        if "e" not in text and "." not in text:
            text += ".0"
        return f"({text}{suffix})" if value < 0 else text + suffix

    def wide(self, number: str, in_loop: bool) -> str:
        """A printed number where only the loop's own type will do, such as a function's argument."""
        return self.event_number.format(number) if in_loop else number

    def choose(self, condition: str, yes: str, no: str) -> str:
        """The choice between two values in the loop, where it is no plain `?:`."""
        return self.event_choice.format(condition, yes, no)

    def type(self, is_mask: bool, in_loop: bool) -> str:
        """The type of a value."""
        if is_mask:
            return (in_loop and self.event_mask) or self.mask
        return (in_loop and self.event_real) or self.real

    def declare(self, name: str, expression: str, is_mask: bool, in_loop: bool) -> str:
        """A statement that names a value."""
        return f"const {self.type(is_mask, in_loop)} {name} = {expression};"
