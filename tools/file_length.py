"""Hold the files of the package to one idea each: a warning above 250 lines, a failure above 400."""

from __future__ import annotations

import sys
from pathlib import Path

SOFT = 250
HARD = 400
ROOT = Path(__file__).resolve().parents[1]
FOLDERS = {"morefit_py": "*.py", "codegen_templates": "*"}


def lengths(root: Path) -> dict[Path, int]:
    """The number of lines of each source file and template under `root`."""
    files = (path for folder, pattern in FOLDERS.items() for path in sorted((root / folder).rglob(pattern)))
    return {
        path.relative_to(root): len(path.read_text(encoding="utf-8").splitlines())
        for path in files
        if path.is_file() and path.suffix != ".pyc"
    }


def main(root: Path = ROOT) -> int:
    """Print the files above the soft ceiling; 1 if one is above the hard ceiling, else 0."""
    found = lengths(root)
    for path, count in found.items():
        if count > SOFT:
            advice = "split it" if count > HARD else "consider splitting it"
            print(f"{path}: {count} lines of at most {HARD}; {advice}")
    return int(any(count > HARD for count in found.values()))


if __name__ == "__main__":
    sys.exit(main())
