"""Numbers of things in sentences."""

from __future__ import annotations


def counted(count: int, what: str, plural: str = "") -> str:
    """A number with its noun: `1 kernel`, `2 kernels`; `plural` for one that does not just take an s."""
    return f"{count} {what if count == 1 else plural or what + 's'}"
