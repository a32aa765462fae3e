"""Tables of figures, with targets beside them, as terminal, Markdown and JSON show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Cell = str | float | int | bool | None
TARGET = ("target", "met")


@dataclass(frozen=True)
class Table:
    """Figures of one benchmark; columns name their unit, and remarks say how they were taken."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    # What only JSON keeps.
    details: dict[str, Any] = field(default_factory=dict)

    def add(self, *cells: Cell) -> None:
        if len(cells) != len(self.columns):
            raise ValueError(f"{self.name}: {len(cells)} cells for the columns {self.columns}")
        self.rows.append(cells)

    @property
    def verdicts(self) -> list[tuple[str, bool]]:
        """Every row that has a target: what it is with its figure, and whether the target is met.

        The figure stands before the target, and the words and sizes before it say what it is.
        """
        if TARGET[1] not in self.columns:
            return []
        at = self.columns.index(TARGET[1])
        first = self.columns.index(TARGET[0])
        found = []
        for row in self.rows:
            if isinstance(row[at], bool):
                what = ", ".join(shown(cell) for cell in row[: first - 1] if isinstance(cell, str | int))
                found.append((f"{self.name}: {what}: {shown(row[first - 1])} ({row[first]})", bool(row[at])))
        return found

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def at_most(value: float | None, goal: float, unit: str = "") -> tuple[Cell, Cell]:
    """The cells `target` and `met` for a figure that should not exceed its goal; blank without a figure."""
    return _judged(value, f"≤ {goal:g}{unit}", value is not None and value <= goal)


def at_least(value: float | None, goal: float, unit: str = "") -> tuple[Cell, Cell]:
    """The cells `target` and `met` for a figure that should reach its goal; blank without a figure."""
    return _judged(value, f"≥ {goal:g}{unit}", value is not None and value >= goal)


NO_TARGET: tuple[Cell, Cell] = (None, None)


def _judged(value: float | None, goal: str, met: bool) -> tuple[Cell, Cell]:
    return (goal, None) if value is None else (goal, bool(met))


def shown(cell: Cell) -> str:
    """A cell as text: three significant digits, thousands apart, nothing for None."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "NO"
    if isinstance(cell, int):
        return f"{cell:,}".replace(",", " ")
    if isinstance(cell, float):
        if cell == 0 or 1e-3 <= abs(cell) < 1e3:
            return f"{cell:#.3g}".rstrip(".")
        return f"{cell:.0f}" if 1e3 <= abs(cell) < 1e6 else f"{cell:.1e}"
    return cell


def markdown(table: Table) -> str:
    """The table in Markdown, numbers to the right."""
    numbers = [_is_number(table, column) for column in range(len(table.columns))]
    lines = [
        f"**{table.title}**",
        "",
        _line(table.columns),
        _line(["---:" if number else "---" for number in numbers]),
        *(_line([shown(cell) for cell in row]) for row in table.rows),
    ]
    return "\n".join([*lines, "", *(f"{remark}\n" for remark in table.remarks)]).rstrip() + "\n"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _is_number(table: Table, column: int) -> bool:
    held = [row[column] for row in table.rows if row[column] is not None]
    return bool(held) and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in held)


def print_table(table: Table) -> None:
    """The table on the terminal, missed targets in red."""
    from rich.console import Console
    from rich.table import Table as Shown

    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    made = Shown(title=table.title, title_justify="left", title_style="bold")
    for index, name in enumerate(table.columns):
        made.add_column(name, justify="right" if _is_number(table, index) else "left")
    for row in table.rows:
        made.add_row(*(_coloured(cell) for cell in row))
    console.print(made)
    for remark in table.remarks:
        console.print(f"  {remark}", style="dim", highlight=False, markup=False)
    console.print()


def _coloured(cell: Cell) -> str:
    if isinstance(cell, bool):
        return f"[green]{shown(cell)}[/]" if cell else f"[bold red]{shown(cell)}[/]"
    return shown(cell)


def write_markdown(path: Path, tables: Sequence[Table], machine: str) -> None:
    """Put the tables into a Markdown file.

    What stands between `<!-- benchmarks:NAME -->` and `<!-- end -->` is replaced by the tables of that
    name, and everything else stays; tables without such a place are appended. `machine` has its own place.
    """
    text = path.read_text(encoding="utf-8") if path.exists() else "# Performance\n"
    blocks = {"machine": machine}
    for table in tables:
        held = blocks.get(table.name)
        blocks[table.name] = markdown(table) if held is None else f"{held}\n{markdown(table)}"
    for name, block in blocks.items():
        begin, end = f"<!-- benchmarks:{name} -->", "<!-- end -->"
        if begin not in text:
            text = f"{text.rstrip()}\n\n{begin}\n{end}\n"
        before, _, rest = text.partition(begin)
        after = rest.partition(end)[2]
        text = f"{before}{begin}\n\n{block.strip()}\n\n{end}{after}"
    path.write_text(text, encoding="utf-8")
