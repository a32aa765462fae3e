"""The table of a batch: a row for each fit, whatever came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from io import StringIO
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from morefit_py.errors import FitError, nearest
from morefit_py.fit.plain import encoded
from morefit_py.fit.result import FitResult
from morefit_py.inference.tasks.task import Outcome
from morefit_py.model.files.write_parquet import replaced

if TYPE_CHECKING:
    from rich.console import Group

FORMAT = "morefit_py batch 1"
VALID, INVALID, FAILED = "valid", "invalid", "failed"
# Rows that are printed.
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class FitRow:
    """A fit of a batch: "valid", "invalid", or "failed" if there is no result; `reason` says why.

    Its numbers are nan and 0 where it failed. `seconds` are those of reading, compiling and fitting.
    """

    name: str
    spec: str
    status: str
    reason: str = ""
    nll: float = nan
    edm: float = nan
    events: int = 0
    evaluations: int = 0
    seconds: float = nan
    values: dict[str, float] | None = None
    errors: dict[str, float] | None = None
    warnings: tuple[str, ...] = ()


@final
@dataclass(frozen=True, eq=False)
class Batch:
    """The fits of a batch in the order they were asked for; their folders are in `folder`.

    `fitted` are the names of those that were fitted by this run; the others were there already.
    """

    folder: Path
    rows: tuple[FitRow, ...]
    fitted: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> FitRow:
        for row in self.rows:
            if row.name == name:
                return row
        raise FitError(f"batch: no fit {name!r}{nearest(name, [row.name for row in self.rows])}")

    @property
    def valid(self) -> bool:
        """Whether all fits are valid."""
        return all(row.status == VALID for row in self.rows)

    def count(self, status: str) -> int:
        """How many fits are "valid", "invalid" or "failed"."""
        return sum(row.status == status for row in self.rows)

    def result(self, name: str) -> FitResult:
        """The result of a fit from its folder; raises FitError where there is no such fit or it failed."""
        row = self[name]
        if row.status == FAILED:
            raise FitError(f"batch: the fit {name!r} has no result ({row.reason})")
        return FitResult.load(self.folder / name / "result.json")

    def columns(self) -> dict[str, Any]:
        """Columns by name: those of a fit, and `values NAME`, `errors NAME` for each parameter of any.

        A parameter that a fit does not have is None there.
        """
        single = [
            entry.name for entry in fields(FitRow) if entry.name not in ("values", "errors", "warnings")
        ]
        found: dict[str, Any] = {name: [getattr(row, name) for row in self.rows] for name in single}
        found["warnings"] = [list(row.warnings) for row in self.rows]
        parameters = dict.fromkeys(name for row in self.rows for name in row.values or ())
        for kind in ("values", "errors"):
            for name in parameters:
                found[f"{kind} {name}"] = [(getattr(row, kind) or {}).get(name) for row in self.rows]
        return found

    def to_parquet(self, path: str | Path) -> None:
        """Writes the columns as a Parquet file; raises DataError where it cannot be written."""
        import pyarrow as pa
        from pyarrow import parquet

        columns = self.columns()
        kinds = {"events": pa.int64(), "evaluations": pa.int64(), "warnings": pa.list_(pa.string())}
        texts = dict.fromkeys(("name", "spec", "status", "reason"), pa.string())
        schema = pa.schema([(name, {**kinds, **texts}.get(name, pa.float64())) for name in columns])
        with replaced(Path(path)) as temporary:
            parquet.write_table(pa.table(columns, schema=schema), temporary)

    def to_dict(self) -> dict[str, Any]:
        """The rows as JSON has them; numbers that it does not have are `{"float": "nan"}`."""
        rows = [{entry.name: getattr(row, entry.name) for entry in fields(FitRow)} for row in self.rows]
        counts = {status: self.count(status) for status in (VALID, INVALID, FAILED)}
        held: dict[str, Any] = encoded({"format": FORMAT, "counts": counts, "fits": rows})
        return held

    def save(self, path: str | Path) -> None:
        """Writes the rows as JSON; raises DataError where it cannot be written."""
        text = json.dumps(self.to_dict(), indent=1, allow_nan=False, ensure_ascii=False)
        with replaced(Path(path)) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")

    def __str__(self) -> str:
        from rich.console import Console

        console = Console(file=StringIO(), width=110, markup=False, highlight=False, force_terminal=False)
        console.print(self)
        assert isinstance(console.file, StringIO)
        return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())

    def __rich__(self) -> Group:
        return _shown(self)


def fit_row(name: str, spec: str, outcome: Outcome) -> FitRow:
    """The row of a fit's outcome."""
    if outcome.failed:
        return FitRow(name, spec, FAILED, outcome.failed, warnings=outcome.warnings)
    row = dict(outcome.row)
    status = VALID if row.pop("valid") else INVALID
    return FitRow(name, spec, status, "; ".join(row.pop("reasons")), **row, warnings=outcome.warnings)


def _shown(batch: Batch) -> Group:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    colours = {VALID: "green", INVALID: "bold red", FAILED: "bold red"}
    table = Table("fit", "", box=None, pad_edge=False)
    for head in ("NLL", "events", "calls", "seconds"):
        table.add_column(head, justify="right")
    table.add_column("")
    # What went wrong is never left out.
    good = max(0, _SHOWN - batch.count(INVALID) - batch.count(FAILED))
    left = 0
    for row in batch.rows:
        if row.status == VALID:
            good -= 1
            if good < 0:
                left += 1
                continue
        numbers = (f"{row.nll:.6f}", str(row.events), str(row.evaluations), f"{row.seconds:.3f}")
        cells = ("", "", "", "") if row.status == FAILED else numbers
        table.add_row(Text(row.name), Text(row.status, colours[row.status]), *cells, Text(row.reason))
    counts = ", ".join(f"{batch.count(status)} {status}" for status in (VALID, INVALID, FAILED))
    here = len(batch.fitted)
    many = f"{len(batch)} fit{'s' * (len(batch) != 1)}"
    said = f"{many}: {counts}; {here} fitted now, {len(batch) - here} there"
    return Group(table, Text(said + (f"; {left} valid ones are not shown" if left else "")))
