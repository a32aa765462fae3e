"""Fit results for people: plain text, a table for the terminal, and HTML for notebooks."""

from __future__ import annotations

from html import escape
from math import isfinite
from typing import TYPE_CHECKING

from morefit_py.fit.rounding import with_error, with_errors

if TYPE_CHECKING:
    from rich.table import Table

    from morefit_py.fit.result import FitResult

Row = tuple[str, str, str, str, str]


def as_text(result: FitResult) -> str:
    """The result as aligned columns without colour."""
    heads, *rows = _columns(result)
    widths = [max(len(row[k]) for row in (heads, *rows)) for k in range(len(heads))]
    lines = ["  ".join(_padded(row, widths)).rstrip() for row in (heads, *rows)]
    rule = "-" * max(len(line) for line in lines)
    return "\n".join([*_headlines(result), *_remarks(result), rule, lines[0], rule, *lines[1:]])


def as_table(result: FitResult) -> Table:
    """The result as a table of rich."""
    from rich.table import Table
    from rich.text import Text

    colour = "green" if result.valid else "bold red"
    heads, *rows = _columns(result)
    title = _headlines(result)
    # As wide as its title, which would break between a name and its number otherwise.
    table = Table(title=Text("\n".join(title), colour), min_width=max(map(len, title)))
    if _remarks(result):
        table.caption = Text("\n".join(_remarks(result)))
    for k, head in enumerate(heads):
        table.add_column(head, justify="left" if k in (0, len(heads) - 1) else "right")
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def as_html(result: FitResult) -> str:
    """The result as an HTML table; LaTeX names where the result has them."""
    heads, *rows = _columns(result)
    colour = "#1a7f37" if result.valid else "#b3261e"
    title = "<br>".join(escape(line) for line in _headlines(result))
    lines = [f'<p><b style="color:{colour}">{title}</b></p>']
    lines += [f"<p>{escape(remark)}</p>" for remark in _remarks(result)]
    lines.append("<table><tr>" + "".join(f"<th>{escape(head)}</th>" for head in heads) + "</tr>")
    for name, row in zip(result.parameters, rows, strict=True):
        latex = result.latex.get(name)
        first = f"${escape(latex)}$" if latex else escape(row[0])
        cells = "".join(f'<td style="text-align:right">{escape(cell)}</td>' for cell in row[1:])
        lines.append(f'<tr><td style="text-align:left">{first}</td>{cells}</tr>')
    return "\n".join([*lines, "</table>"])


def _headlines(result: FitResult) -> list[str]:
    """What was found, and what it took: two lines that fit any terminal."""
    verdict = "Valid minimum" if result.valid else "NOT A VALID MINIMUM"
    by = ", ".join(part for part in (result.minimiser, result.backend) if part)
    calls = sum(result.calls.values())
    seconds = result.times.get("total")
    spent = "1 call" if calls == 1 else f"{calls} calls"
    spent += f" in {_duration(seconds)}" if seconds is not None else ""
    return [
        f"{verdict}: NLL = {result.nll:.6f}, EDM = {result.edm:.1e}",
        spent + (f" ({by})" if by else ""),
    ]


def _remarks(result: FitResult) -> list[str]:
    return [*result.reasons, *result.notes]


def _columns(result: FitResult) -> list[tuple[str, ...]]:
    """The head and the rows: parameter, value, error, MINOS errors if there are any, unit and state."""
    minos = bool(result.asymmetric_errors)
    heads = ("parameter", "value", "error", *(("MINOS -", "MINOS +") if minos else ()), "")
    rows: list[tuple[str, ...]] = [heads]
    for name in result.parameters:
        value, error = with_error(result.values[name], result.errors[name])
        sides: tuple[str, ...] = ("", "") if minos else ()
        if name in result.asymmetric_errors:
            value_minos, *both = with_errors(result.values[name], *result.asymmetric_errors[name])
            sides = tuple(both)
            value = value if error else value_minos
        rows.append((name, value, error, *sides, _state(result, name)))
    return rows


def _state(result: FitResult, name: str) -> str:
    parts = [result.units.get(name, "")]
    if name in result.fixed:
        parts.append("fixed")
    elif name in result.at_limit:
        parts.append("at limit")
    elif not isfinite(result.errors[name]):
        parts.append("no error")
    return " ".join(part for part in parts if part)


def _padded(row: tuple[str, ...], widths: list[int]) -> list[str]:
    last = len(row) - 1
    return [
        cell.ljust(width) if k in (0, last) else cell.rjust(width)
        for k, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def _duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1.0 else f"{seconds * 1e3:.1f} ms"
