"""The hint for a misspelt name."""

import pytest

from morefit_py.errors import nearest


@pytest.mark.parametrize(
    ("name", "candidates", "hint"),
    [
        ("gausian", ["gaussian", "argus"], "; did you mean 'gaussian'?"),
        ("xyz", ["gaussian", "argus"], "; known are argus, gaussian"),
        ("xyz", [], ""),
        ("xyz", [f"name{number:02}" for number in range(13)], ", name11, ..."),
    ],
)
def test_nearest(name: str, candidates: list[str], hint: str) -> None:
    assert nearest(name, candidates).endswith(hint)
    assert bool(nearest(name, candidates)) is bool(hint)
