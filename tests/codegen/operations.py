"""Every operation at work in a loop over rows and once a call, as one program without a pass run on it."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from morefit_py.graph import build
from morefit_py.graph.conditions import TRUE
from morefit_py.graph.curve import Grid
from morefit_py.graph.derivative import partials, second_partials
from morefit_py.graph.faddeeva import MAX_ORDER
from morefit_py.graph.inner import axes_of
from morefit_py.graph.log_emg import ORDERS
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, intern
from morefit_py.graph.op import Op
from morefit_py.graph.symbols import Axis, Observable, Parameter
from morefit_py.graph.table import Table, lookup
from morefit_py.passes.counts import count
from morefit_py.passes.pipeline import Optimised, Step
from morefit_py.runtime.axis_data import AxisData
from morefit_py.runtime.choose import Choice
from morefit_py.runtime.program import ObjectiveProgram

AXIS = Axis("rows")
# Of any sign, in (-1, 1), and positive: enough rows that no two lanes of a vector hold the same.
ROWS = 19
_RNG = np.random.default_rng(11)
COLUMNS = {
    "r": _RNG.uniform(-3.0, 3.0, ROWS),
    "s": _RNG.uniform(-3.0, 3.0, ROWS),
    "u": _RNG.uniform(-0.98, 0.98, ROWS),
    "p": _RNG.uniform(0.05, 6.0, ROWS),
}
R, S, U, P = (build.column(Observable(name, -10.0, 10.0)) for name in COLUMNS)
PARAMETERS = tuple(Parameter(name, value) for name, value in zip("abcd", (0.7, -1.3, 0.4, 2.6), strict=True))
POINT = np.array([parameter.init for parameter in PARAMETERS])
# The parameters in the roles of the columns.
A, B, C, D = (build.param(parameter) for parameter in PARAMETERS)

# Numbers of bins around powers of two; arguments lie below, in and above their edges, none on one.
TABLES = {
    "one bin": Table([-1.0, 1.0], [2.5]),
    "two bins": Table([-1.0, 0.123, 1.0], [2.5, -0.5]),
    "seven bins": Table(np.linspace(-2.61, 2.0, 8), _RNG.normal(size=7)),
    "64 bins": Table(np.linspace(-3.01, 3.02, 65), _RNG.normal(size=64)),
    "65 bins": Table(np.linspace(-2.51, 2.72, 66) ** 3, _RNG.normal(size=65)),
}
NEAR = Axis("near", {"near.m": _RNG.uniform(-3.0, 3.0, 37), "near.w": _RNG.uniform(0.1, 1.0, 37)})
GRID, COARSE = Grid(-3.1, 3.2, 29), Grid(-8.0, 8.5, 17)
ONE_ROW = Axis("one", {"one.v": np.array([0.75])})
M, W, V = (build.column(Observable(name, -3.0, 3.0)) for name in ("near.m", "near.w", "one.v"))
_DOMAIN = {Op.LOG: 3, Op.SQRT: 3, Op.LGAMMA: 3, Op.LOG1P: 2, Op.ASIN: 2, Op.ACOS: 2}
_UNARY = (
    Op.EXP, Op.LOG, Op.EXPM1, Op.LOG1P, Op.SQRT, Op.SIN, Op.COS, Op.TAN, Op.ASIN, Op.ACOS, Op.ATAN,
    Op.SINH, Op.COSH, Op.TANH, Op.ERF, Op.ERFC, Op.ERFCX, Op.LGAMMA, Op.ABS, Op.FLOOR,
)  # fmt: skip


def _number(value: float) -> Node:
    return intern(Op.CONST, (), value)


def cases(r: Node, s: Node, u: Node, p: Node) -> dict[str, Node]:
    """Every operation on these values, by a name that begins with the operation's."""
    two, half = _number(2.5), _number(0.5)
    less, equal = intern(Op.LT, (r, s)), intern(Op.EQ, (r, r))
    found = {op.text: intern(op, ((r, s, u, p)[_DOMAIN.get(op, 0)],)) for op in _UNARY}
    for op in (Op.ADD, Op.MUL, Op.ATAN2, Op.MIN, Op.MAX):
        found[op.text] = intern(op, (r, s))
        found[f"{op.text} with a number"] = intern(op, (two, r))
    for power in (2, 3, 4, 5, 11, 64, -1, -2, -3, -4, -7):
        found[f"ipow {power}"] = intern(Op.IPOW, (p if abs(power) < 20 else u,), power)
    for order in (0, 1, 2, 4):
        found[f"polygamma {order}"] = intern(Op.POLYGAMMA, (p,), order)
    for name, table in TABLES.items():
        found[f"table of {name}"] = intern(Op.TABLE, (r,), table)
    found["table of shared edges"] = intern(Op.TABLE, (s,), Table(TABLES["seven bins"].edges, range(7)))
    for op, order in product((Op.FADDEEVA_REAL, Op.FADDEEVA_IMAG), range(MAX_ORDER + 1)):
        found[f"{op.text} {order}"] = intern(op, (r, p), order)
        found[f"{op.text} {order} of any sign"] = intern(op, (r, s), order)
        found[f"{op.text} {order} of a number"] = intern(op, (half, p), order)
    for place in range(len(ORDERS)):
        found[f"log_emg {place}"] = intern(Op.LOG_EMG, (r, s), place)
        found[f"log_emg {place} of a number"] = intern(Op.LOG_EMG, (r, half), place)
    found["pow"] = intern(Op.POW, (p, r))
    found["pow to a number"] = intern(Op.POW, (p, two))
    found["pow of a number"] = intern(Op.POW, (two, r))
    conditions = {
        "lt": less,
        "lt a number": intern(Op.LT, (r, half)),
        "le": intern(Op.LE, (s, r)),
        "eq": equal,
        "eq of numbers": TRUE,
        "and": intern(Op.AND, (less, intern(Op.LT, (u, half)))),
        "or": intern(Op.OR, (less, intern(Op.LE, (half, u)))),
        "not": intern(Op.NOT, (less,)),
        "not or": intern(Op.NOT, (intern(Op.OR, (less, intern(Op.NOT, (equal,)))),)),
    }
    for name, condition in conditions.items():
        found[name] = intern(Op.SELECT, (condition, r, p))
        found[f"{name}, of numbers"] = intern(Op.SELECT, (condition, two, half))
    found["select"] = intern(Op.SELECT, (less, found["add"], intern(Op.SELECT, (conditions["le"], u, two))))
    # What is not chosen may be no number.
    found["select beside nan"] = intern(Op.SELECT, (less, r, intern(Op.LOG, (_number(-1.0),))))
    found["detach"] = intern(Op.MUL, (intern(Op.DETACH, (r,)), s))
    found["const"] = half
    found["const infinite"] = intern(Op.SELECT, (equal, r, _number(-np.inf)))
    found["const tiny"] = intern(Op.ADD, (r, _number(1e-300)))
    return found


def _waves(point: Node) -> Node:
    return build.exp(-A * point**2) * build.sin(C * point + B) + D


def over_rows() -> dict[str, Node]:
    """Sums over rows for every event, alone, together and after others; and curves on a grid."""
    near = build.inner(NEAR, W * build.exp(-0.5 * ((R - M) * P) ** 2))
    again = build.inner(NEAR, build.sin(0.1 * near * M) * W)
    return {
        "inner": near,
        "inner of one row": build.inner(ONE_ROW, build.exp(V * U)),
        "inner of the data": build.inner(NEAR, build.exp(-((M - R) ** 2))),
        "inner with a parameter": build.inner(NEAR, build.exp(-A * (M - R) ** 2)) * S,
        "inner with functions": build.inner(
            NEAR, build.erfcx(P + M * M) * build.polygamma(1, P + W) * (P + 2.0 * W) ** 7 * build.log(P + W)
        ),
        "inner with selections": build.inner(NEAR, build.select(M < R, M * R, build.maximum(S, W))),
        "inner with a table": build.inner(NEAR, lookup(TABLES["seven bins"], R + M) * M),
        "inner of another": again,
        "curve": build.curve(GRID, R, _waves),
        "curve beyond its grid": build.curve(GRID, 2.0 * R, lambda point: build.cos(0.1 * point) * A),
        "curve of sums": build.curve(
            GRID, R, lambda point: build.inner(NEAR, W * build.exp(-D * (point - M) ** 2))
        ),
        "curve, its first derivative": partials(build.curve(GRID, R, _waves))[0],
        "curve, its second derivative": second_partials(build.curve(COARSE, R, _waves))[0, 0],
        "curve and inner": build.curve(GRID, 0.1 * near, _waves) * near,
        "inner twice": build.exp(-near)
        + build.inner(NEAR, W * (R - M) * build.exp(-0.5 * ((R - M) * P) ** 2)),
    }


IN_LOOP = {f"{name}, per event": build.total(AXIS, node) for name, node in cases(R, S, U, P).items()}
IN_LOOP |= {f"{name}, per event": build.total(AXIS, node) for name, node in over_rows().items()}
ONCE = {f"{name}, once a call": node for name, node in cases(A, B, C, D).items()}
MIXED = {"sum": build.total(AXIS, intern(Op.SELECT, (intern(Op.LT, (A, B)), R, intern(Op.MUL, (R, D)))))}
ROOTS = IN_LOOP | ONCE | MIXED


def optimised(roots: dict[str, Node] = ROOTS, parameters: tuple[Parameter, ...] = PARAMETERS) -> Optimised:
    """Roots as they are, so that nothing is simplified away."""
    held = list(roots.values())
    return Optimised(parameters, {0: held}, frozenset(), (Step("none", {0: count(held)}),), "none", {})


def made_program() -> ObjectiveProgram:
    held = ObjectiveProgram(build.add(*list(IN_LOOP.values())[:2]), PARAMETERS, 0)
    held.__dict__ |= {"optimised": optimised(), "axes": axes_of(ROOTS.values())}
    return held


def on(choice: Choice) -> dict[str, float]:
    """What a device makes of every root."""
    executable = choice.backend.compile(made_program(), choice.device)
    data = {AXIS.name: AxisData(COLUMNS, ROWS)}
    data |= {grid.axis.name: AxisData(grid.axis.rows, grid.points) for grid in (GRID, COARSE)}
    buffers = executable.upload(data)
    results = executable.run(buffers, POINT, 0)
    buffers.release()
    return dict(zip(ROOTS, results, strict=True))


def meant() -> tuple[dict[str, float], dict[str, float]]:
    """What NumPy makes of them, and the size of what was added: errors are relative to it."""
    values = dict(zip("abcd", POINT, strict=True))
    found: NDArray[np.float64] = np.array(evaluate(list(ROOTS.values()), values, {AXIS.name: COLUMNS}))
    terms = [build.total(AXIS, intern(Op.ABS, (node.args[0],))) for node in IN_LOOP.values()]
    sizes = evaluate(terms, values, {AXIS.name: COLUMNS})
    size = dict(zip(ROOTS, np.abs(found), strict=True)) | dict(zip(IN_LOOP, map(float, sizes), strict=True))
    return dict(zip(ROOTS, found, strict=True)), size
