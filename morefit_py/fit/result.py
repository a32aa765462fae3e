"""The result of a fit: a value that says of itself whether it is valid."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np

from morefit_py.errors import FitError
from morefit_py.fit.drawing import figure
from morefit_py.fit.hesse import PLAIN, read_only
from morefit_py.fit.objective import Matrix
from morefit_py.fit.plain import decoded, encoded

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from rich.table import Table

FORMAT: Final = "morefit_py fit result 1"


@final
@dataclass(frozen=True, eq=False)
class FitResult:
    """The outcome of a fit of P parameters.

    `values` and `errors` (Hesse) have all parameters by name; an error is 0 for a fixed parameter and nan for
    one at a limit or without curvature. `asymmetric_errors` holds (lower < 0, upper > 0) where MINOS ran.
    `global_correlations` has the largest correlation of each parameter with any combination of the others,
    sqrt(1 - 1/(V_ii (V^-1)_ii)) with V the covariance: 0 for one that is independent, near 1 for one that
    the data determine only together with others. `limits` holds (lower, upper), infinite where there is none.
    `covariance` and `correlation` (P, P) are read-only, in the order of `parameters`, with zero rows for
    parameters that are fixed or at a limit. `covariance_type` says how it was made: "hesse" is the inverse
    Hessian, "sandwich" and "scaled" are corrected for the weights of events. `nll` is the full NLL at the
    minimum and `edm` the expected distance to it in NLL. The result is `valid` only if the exact gradient and
    Hessian say so, and `reasons` tells why it is not; `notes` are remarks that do not invalidate it. `calls`
    and `times` (in seconds) are by kind, and `provenance` is what the caller wants kept with the numbers, as
    JSON has it.
    """

    parameters: tuple[str, ...]
    values: dict[str, float]
    errors: dict[str, float]
    covariance: Matrix
    correlation: Matrix
    nll: float
    edm: float
    valid: bool
    reasons: tuple[str, ...] = ()
    asymmetric_errors: dict[str, tuple[float, float]] = field(default_factory=dict)
    at_limit: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    global_correlations: dict[str, float] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    minimiser: str = ""
    message: str = ""
    backend: str = ""
    provenance: dict[str, Any] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    latex: dict[str, str] = field(default_factory=dict)
    limits: dict[str, tuple[float, float]] = field(default_factory=dict)
    covariance_type: str = PLAIN

    def to_json(self) -> str:
        """The result as JSON text that `from_json` reads back to the last bit.

        Numbers that JSON does not have are written as `{"float": "nan"}`, with inf and -inf alike.
        """
        content = {"format": FORMAT} | {entry.name: getattr(self, entry.name) for entry in fields(self)}
        return json.dumps(encoded(content), indent=1, allow_nan=False, ensure_ascii=False)

    @staticmethod
    def from_json(text: str) -> FitResult:
        """Reads what `to_json` wrote; raises FitError for anything else."""
        try:
            content = decoded(json.loads(text))
        except json.JSONDecodeError as error:
            raise FitError(
                f"fit result: line {error.lineno} is not JSON ({error.msg}); give a saved one"
            ) from None
        known = {entry.name for entry in fields(FitResult)}
        # Written before there were other covariances.
        earlier = known - {"covariance_type"}
        if (
            not isinstance(content, dict)
            or content.pop("format", None) != FORMAT
            or set(content) not in (known, earlier)
        ):
            raise FitError(
                f"fit result: this is not one, for it has not the fields of {FORMAT!r}; give a saved one"
            )
        size = len(content["parameters"])
        for name in ("covariance", "correlation"):
            content[name] = read_only(np.array(content[name], dtype=np.float64).reshape(size, size))
        for name in ("parameters", "reasons", "at_limit", "fixed", "notes"):
            content[name] = tuple(content[name])
        for name in ("asymmetric_errors", "limits"):
            content[name] = {key: (lower, upper) for key, (lower, upper) in content[name].items()}
        return FitResult(**content)

    def plot(self) -> Figure:
        """The correlation matrix; raises MorefitError where matplotlib is missing."""
        return figure("correlation", self)

    def save(self, path: str | Path) -> None:
        """Writes the result as JSON."""
        Path(path).write_text(self.to_json() + "\n", encoding="utf-8")

    @staticmethod
    def load(path: str | Path) -> FitResult:
        """Reads a saved result; raises FitError if the file holds none."""
        return FitResult.from_json(Path(path).read_text(encoding="utf-8"))

    def __str__(self) -> str:
        from morefit_py.fit.present import as_text

        return as_text(self)

    def __rich__(self) -> Table:
        from morefit_py.fit.present import as_table

        return as_table(self)

    def _repr_html_(self) -> str:
        from morefit_py.fit.present import as_html

        return as_html(self)
