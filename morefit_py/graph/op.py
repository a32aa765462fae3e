"""The operations an expression can be made of, and when a value can be computed.

Every operation is one member of `Op`; its NumPy meaning stands in `meaning.py`, its partial
derivatives in `derivative.py`. Subtraction, division and negation are not operations of their own:
`a - b` is `a + (-1) * b` and `a / b` is `a * b**-1`, so that products and sums have one form.
"""

from __future__ import annotations

from enum import Enum, IntEnum


class Stage(IntEnum):
    """When a value can be computed: the union of what it depends on, as bits of an integer."""

    COMPILE = 0
    CALL = 1
    DATASET = 2
    EVENT = 3


class Op(Enum):
    """An operation: its name in text, its number of arguments (-1: any) and its cost in the hot loop.

    The cost is in units of one multiplication, as measured in vectorised double precision; it only
    steers choices (which derivative form, which column to precompute), never a result. A SUM costs its
    term where that stands, an INNER its term once a row (`passes/counts.py`), a CURVE its interpolation.
    """

    CONST = ("const", 0, 0)
    PARAM = ("param", 0, 0)
    COLUMN = ("column", 0, 0)
    SUM = ("sum", 1, 0)
    INNER = ("inner", -1, 0)
    CURVE = ("curve", -1, 32)
    ADD = ("add", 2, 1)
    MUL = ("mul", 2, 1)
    IPOW = ("ipow", 1, 1)
    POW = ("pow", 2, 40)
    EXP = ("exp", 1, 16)
    LOG = ("log", 1, 20)
    EXPM1 = ("expm1", 1, 24)
    LOG1P = ("log1p", 1, 24)
    SQRT = ("sqrt", 1, 8)
    SIN = ("sin", 1, 24)
    COS = ("cos", 1, 24)
    TAN = ("tan", 1, 32)
    ASIN = ("asin", 1, 32)
    ACOS = ("acos", 1, 32)
    ATAN = ("atan", 1, 32)
    ATAN2 = ("atan2", 2, 40)
    SINH = ("sinh", 1, 32)
    COSH = ("cosh", 1, 32)
    TANH = ("tanh", 1, 32)
    ERF = ("erf", 1, 40)
    ERFC = ("erfc", 1, 40)
    ERFCX = ("erfcx", 1, 40)
    LGAMMA = ("lgamma", 1, 80)
    POLYGAMMA = ("polygamma", 1, 100)
    FADDEEVA_REAL = ("faddeeva_real", 2, 120)
    FADDEEVA_IMAG = ("faddeeva_imag", 2, 120)
    LOG_EMG = ("log_emg", 2, 80)
    TABLE = ("table", 1, 12)
    ABS = ("abs", 1, 1)
    FLOOR = ("floor", 1, 1)
    MIN = ("min", 2, 1)
    MAX = ("max", 2, 1)
    LT = ("lt", 2, 1)
    LE = ("le", 2, 1)
    EQ = ("eq", 2, 1)
    AND = ("and", 2, 1)
    OR = ("or", 2, 1)
    NOT = ("not", 1, 1)
    SELECT = ("select", 3, 1)
    DETACH = ("detach", 1, 0)

    def __init__(self, text: str, arity: int, cost: int) -> None:
        self.text = text
        self.arity = arity
        self.cost = cost
        self.tag = text.encode() + b"\0"

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return self.text


BY_TEXT: dict[str, Op] = {op.text: op for op in Op}

# A truth value, not a number: may only enter SELECT, AND, OR and NOT.
BOOLEAN = frozenset({Op.LT, Op.LE, Op.EQ, Op.AND, Op.OR, Op.NOT})
COMMUTATIVE = frozenset({Op.ADD, Op.MUL, Op.MIN, Op.MAX, Op.EQ, Op.AND, Op.OR})
LEAVES = frozenset({Op.CONST, Op.PARAM, Op.COLUMN})
# Carry the order of a derivative beside their arguments.
WITH_ORDER = frozenset({Op.POLYGAMMA, Op.FADDEEVA_REAL, Op.FADDEEVA_IMAG, Op.LOG_EMG})
UNARY = frozenset(op for op in Op if op.arity == 1 and op not in BOOLEAN) - {
    Op.SUM,
    Op.IPOW,
    Op.POLYGAMMA,
    Op.TABLE,
    Op.DETACH,
}
