"""`morefit cache` from the outside."""

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from morefit_py.cli.cache import app
from morefit_py.errors import CacheError
from morefit_py.runtime.cache import KernelCache, digest

KEYS = [digest(str(number)) for number in range(3)]
SOURCE = "// [bold]not markup[/bold]\ndouble x[8];\n"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KernelCache:
    monkeypatch.setenv("MOREFIT_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    return KernelCache.default()


@pytest.fixture
def filled(cache: KernelCache) -> KernelCache:
    def build(folder: Path) -> dict[str, str]:
        (folder / "source.c").write_text(SOURCE)
        (folder / "kernel.so").write_bytes(bytes(3000))
        return {"compiler": "cc 1.0", "flags": "-O3 [red]"}

    for key in KEYS:
        cache.get_or_build(key, build, kind="shared library")
    return cache


def run(*arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(app, list(arguments), input=answer)


def complaint(result: Result) -> str:
    assert result.exit_code == 1
    assert isinstance(result.exception, CacheError)
    return str(result.exception)


def test_list(filled: KernelCache) -> None:
    result = run("list")
    assert result.exit_code == 0
    for key in KEYS:
        assert key[:12] in result.stdout
    assert "shared library" in result.stdout
    assert f"of 512.0 MiB, in {filled.root}" in result.stdout
    assert "3 kernels and 0 sources, " in result.stdout


def test_list_tells_sources_from_kernels(filled: KernelCache) -> None:
    def build(folder: Path) -> dict[str, str]:
        (folder / "source.c").write_text(SOURCE)
        return {}

    filled.get_or_build(digest("source"), build, kind="source")
    assert "3 kernels and 1 source, " in run("list").stdout


def test_list_of_an_empty_cache(cache: KernelCache) -> None:
    result = run("list")
    assert result.exit_code == 0
    assert result.stdout == f"0 kernels and 0 sources, 0.0 KiB of 512.0 MiB, in {cache.root}\n"
    assert not cache.root.exists()


def test_list_counts_what_it_cannot_read(filled: KernelCache) -> None:
    (filled.root / KEYS[0] / "manifest.json").write_text("{")
    result = run("list")
    assert result.exit_code == 0
    assert "1 more cannot be read; `morefit cache verify` says why" in result.stdout


def test_show(filled: KernelCache) -> None:
    result = run("show", KEYS[1][:8])
    assert result.exit_code == 0
    for text in (KEYS[1], "shared library", "cc 1.0", "-O3 [red]", "2.9 KiB, sha256", str(filled.root)):
        assert text in result.stdout
    assert f"\nsource.c:\n{SOURCE}" in result.stdout


def test_show_in_a_narrow_terminal_keeps_everything(
    filled: KernelCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    result = run("show", KEYS[1])
    letters = "".join(letter for letter in result.stdout if letter not in " │\n")
    assert KEYS[1] in letters
    assert str(filled.root / KEYS[1]) in letters


def test_show_of_an_unknown_key(filled: KernelCache) -> None:
    assert "no entry begins with 'xyz'" in complaint(run("show", "xyz"))


def test_show_of_an_ambiguous_key(filled: KernelCache) -> None:
    assert "3 entries begin with ''" in complaint(run("show", ""))


def test_show_of_a_tampered_kernel(filled: KernelCache) -> None:
    (filled.root / KEYS[0] / "source.c").write_text("evil")
    assert "source.c: changed" in complaint(run("show", KEYS[0]))


def test_show_of_a_kernel_that_vanishes(filled: KernelCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(KernelCache, "get", lambda self, key: None)
    assert "another process has just removed it" in complaint(run("show", KEYS[0]))


def test_verify(filled: KernelCache) -> None:
    result = run("verify")
    assert result.exit_code == 0
    assert result.stdout == f"3 entries checked in {filled.root}, none at fault\n"
    (filled.root / KEYS[0] / "kernel.so").write_bytes(b"evil")
    result = run("verify")
    assert result.exit_code == 1
    assert f"{KEYS[0][:12]}  {filled.root / KEYS[0] / 'kernel.so'}: changed" in result.stdout
    assert "1 at fault" in result.stdout


def test_clear_one(filled: KernelCache) -> None:
    result = run("clear", KEYS[2][:10])
    assert result.exit_code == 0
    assert result.stdout == f"removed 1 entry from {filled.root}\n"
    assert set(filled.keys()) == set(KEYS[:2])


def test_clear_all_asks_first(filled: KernelCache) -> None:
    result = run("clear", answer="n\n")
    assert result.exit_code == 1
    assert f"Remove 3 entries in {filled.root}?" in result.stdout
    assert len(filled.keys()) == 3
    assert run("clear", answer="y\n").exit_code == 0
    assert filled.keys() == []


def test_clear_all_with_yes(filled: KernelCache) -> None:
    assert run("clear", "--yes").stdout == f"removed 3 entries from {filled.root}\n"
    assert run("clear").stdout == f"removed 0 entries from {filled.root}\n"


def test_clear_of_an_unknown_key(filled: KernelCache) -> None:
    assert "no entry begins with 'xyz'" in complaint(run("clear", "xyz"))
    assert len(filled.keys()) == 3
