"""Closed integrals within a time limit: SymPy works in a process of its own, which can be stopped.

Request and answer are plain text: a line of JSON, and canonical graph text. A closed form is only
believed where it agrees with quadrature.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from morefit_py.errors import GraphError
from morefit_py.graph.algebra import mul
from morefit_py.graph.meaning import evaluate
from morefit_py.graph.node import Node, leaves, walk
from morefit_py.graph.op import Op, Stage
from morefit_py.graph.symbols import Observable, Parameter
from morefit_py.graph.text import read, write

# What starting Python and importing SymPy may take, beside the time for the integral itself.
_START_UP = 30.0
# Agreement of a closed form with quadrature, where quadrature itself is at least that good.
_AGREES = 1e-8
_USEFUL = 1e-3
_POINTS = 8
_PANELS, _NODES = 16, 32


def integrate(expression: Node, x: Observable, low: float, high: float, seconds: float = 2.0) -> Node | None:
    """The integral of an expression over an observable in closed form, if SymPy finds one in time.

    Parameters whose limits lie on one side of zero are taken to have that sign. None where no closed
    form is found, where it needs functions that do not exist here, or where quadrature disagrees.
    """
    if x.node not in leaves([expression], Op.COLUMN):
        return mul(expression, high - low) if expression.stage <= Stage.CALL else None
    if any(node.op in (Op.SUM, Op.INNER, Op.CURVE, Op.DETACH) for node in walk([expression])):
        return None
    parameters = [node.parameter for node in leaves([expression], Op.PARAM)]
    answer = _ask(_request(expression, x, low, high, seconds, parameters), seconds)
    if not answer:
        return None
    try:
        (closed,) = read(answer, {parameter.name: parameter for parameter in parameters})
    except (GraphError, ValueError):
        return None
    if closed.stage > Stage.CALL or not _agrees(expression, closed, x, (low, high), parameters):
        return None
    return closed


def _request(
    expression: Node, x: Observable, low: float, high: float, seconds: float, parameters: list[Parameter]
) -> str:
    signs = {p.name: 1 if p.low > 0.0 else -1 for p in parameters if p.low > 0.0 or p.high < 0.0}
    head = {"x": x.name, "low": low.hex(), "high": high.hex(), "seconds": seconds, "signs": signs}
    return json.dumps(head) + "\n" + write([expression])


def _ask(request: str, seconds: float) -> str:
    """The answer of the worker; empty where it found nothing, failed, or was stopped."""
    root = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(part for part in (root, os.environ.get("PYTHONPATH", "")) if part)
    # -P: nothing in the working folder may stand in for a module.
    command = [sys.executable, "-P", "-m", "morefit_py.graph.integral_worker"]
    try:
        done = subprocess.run(
            command,
            input=request,
            capture_output=True,
            text=True,
            encoding="utf-8",
            env=os.environ | {"PYTHONPATH": path},
            timeout=seconds + _START_UP,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""


def respond(request: str) -> str:
    """The worker's side: the canonical text of the closed form, or nothing."""
    from morefit_py.graph.sympy_bridge import definite_integral

    head, _, graph = request.partition("\n")
    asked: dict[str, Any] = json.loads(head)
    (expression,) = read(graph)
    low, high = float.fromhex(asked["low"]), float.fromhex(asked["high"])
    signs = asked["signs"] | ({asked["x"]: 1} if low >= 0.0 else {})
    names = {node.parameter.name: node for node in leaves([expression], Op.PARAM)}
    found = definite_integral(expression, asked["x"], low, high, signs, names)
    return "" if found is None else write([found])


def _agrees(
    expression: Node, closed: Node, x: Observable, ends: tuple[float, float], parameters: list[Parameter]
) -> bool:
    """Whether a closed form agrees with quadrature at the start and at some points within the limits."""
    points = _points(parameters)
    with np.errstate(all="ignore"):
        exact = np.ravel(evaluate([closed], points)[0])
        rough, fine = (_quadrature(expression, x, ends, points, panels) for panels in (_PANELS, 2 * _PANELS))
        scale = np.abs(fine)
        doubt = np.abs(fine - rough) / scale
        known = np.isfinite(fine) & (doubt < _USEFUL)
        close = np.abs(exact - fine) <= np.maximum(_AGREES, 10.0 * doubt) * scale
    return bool(known.any() and close[known].all())


def _points(parameters: list[Parameter]) -> dict[str, NDArray[np.float64]]:
    generator = np.random.default_rng(0)
    points = {}
    for parameter in parameters:
        reach = abs(parameter.init) or 1.0
        low = parameter.low if math.isfinite(parameter.low) else parameter.init - reach
        high = parameter.high if math.isfinite(parameter.high) else parameter.init + reach
        inside = [parameter.init] * _POINTS if parameter.fixed else generator.uniform(low, high, _POINTS)
        points[parameter.name] = np.array([[parameter.init], *([value] for value in inside)])
    return points


def _quadrature(
    expression: Node, x: Observable, ends: tuple[float, float], points: dict[str, Any], panels: int
) -> NDArray[np.float64]:
    """Gauss-Legendre over equal panels, an infinite range by x = t/(1 - t^2)."""
    infinite = not all(map(math.isfinite, ends))
    start, stop = (_to_finite(end) for end in ends) if infinite else ends
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    edges = np.linspace(start, stop, panels + 1)
    half = np.diff(edges)[:, None] / 2.0
    t = (edges[:-1, None] + half * (nodes + 1.0)).ravel()
    weight = (half * weights).ravel()
    if infinite:
        t, weight = t / (1.0 - t**2), weight * (1.0 + t**2) / (1.0 - t**2) ** 2
    (values,) = evaluate([expression], points, {"": {x.name: t[None, :]}})
    rows = len(next(iter(points.values()))) if points else 1
    return np.asarray(np.sum(np.broadcast_to(values, (rows, t.size)) * weight, axis=1))


def _to_finite(x: float) -> float:
    """The t in [-1, 1] with x = t/(1 - t^2)."""
    if math.isinf(x):
        return math.copysign(1.0, x)
    return 2.0 * x / (1.0 + math.sqrt(1.0 + 4.0 * x * x))
