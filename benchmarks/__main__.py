"""Run the benchmarks: `python -m benchmarks [NAMES...] [--quick] [--json FILE] [--markdown FILE]`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import peers


def main() -> int:
    asked = _arguments()
    if not asked.no_peers:
        peers.enter()
    from rich.console import Console
    from rich.markup import escape

    import morefit_py as mf
    from benchmarks import (
        angular,
        compile_time,
        counts,
        evaluate,
        fits,
        machine,
        memory,
        overhead,
        streaming,
        toys,
    )
    from benchmarks.figures import Table, print_table, write_markdown
    from benchmarks.process import ChildError

    modules = (counts, overhead, evaluate, angular, fits, toys, compile_time, memory, streaming)
    known: dict[str, Callable[[], list[Table]]] = {
        module.NAME: lambda module=module: module.tables(asked.quick)  # type: ignore[misc]
        for module in modules
    }
    known[fits.NAME] = lambda: fits.tables(asked.quick, asked.long)
    known[streaming.NAME] = lambda: streaming.tables(asked.quick, asked.long)
    unknown = [name for name in asked.names if name not in known]
    if unknown:
        print(f"benchmarks: no benchmark is named {', '.join(unknown)}; there are {', '.join(known)}")
        return 2
    described = machine.describe()
    console = Console(highlight=False)
    console.print(machine.text(described), markup=False)
    if described["load_before"] and described["load_before"] > 0.3:
        console.print("[yellow]the machine is busy: figures will be too high, and ratios uncertain[/]")
    console.print()
    done: list[Table] = []
    failed = []
    for name in asked.names or known:
        try:
            tables = known[name]()
        except (ChildError, mf.MorefitError) as problem:
            # The others are worth having all the same.
            failed.append(f"{name}: {problem}")
            continue
        for table in tables:
            print_table(table)
            done.append(table)
    described["load_after"] = machine.load()
    verdicts = [verdict for table in done for verdict in table.verdicts]
    missed = [what for what, met in verdicts if not met]
    if verdicts:
        console.print(f"{len(verdicts) - len(missed)} of {len(verdicts)} targets met")
    for what in missed:
        console.print(f"  missed: {what}", markup=False)
    if asked.json:
        content = {"machine": described, "quick": asked.quick, "tables": [table.to_dict() for table in done]}
        asked.json.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    if asked.markdown:
        write_markdown(asked.markdown, done, machine.text(described))
    for what in failed:
        console.print(f"[red]failed:[/] {escape(what)}")
    return 1 if failed else 0


def _arguments() -> Any:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="which to run; all by default")
    parser.add_argument("--quick", action="store_true", help="smaller samples and fewer repetitions: minutes")
    parser.add_argument("--long", action="store_true", help="peers fit 1e6 events of every model, we 1e8")
    parser.add_argument("--no-peers", action="store_true", help="stay in this environment, install nothing")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures and the machine")
    parser.add_argument(
        "--markdown", type=Path, metavar="FILE", help="put the tables into FILE, at their marks"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
