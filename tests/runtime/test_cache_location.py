"""The default place and size of the cache."""

import os
from pathlib import Path

import platformdirs
import pytest

from morefit_py.errors import CacheError
from morefit_py.runtime import cache_location
from morefit_py.runtime.cache_location import checkout_cache, default_max_bytes, default_root


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "morefit-py"\n')
    (tmp_path / "generated_cache").mkdir(mode=0o755)
    return tmp_path


def test_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOREFIT_CACHE_DIR", str(tmp_path / "mine"))
    assert default_root() == tmp_path / "mine"
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("MOREFIT_CACHE_DIR", "~/mine")
    assert default_root() == tmp_path / "mine"


def test_checkout_is_recognised(checkout: Path) -> None:
    assert checkout_cache(checkout) == checkout / "generated_cache"


def test_another_project_is_no_checkout(checkout: Path) -> None:
    (checkout / "pyproject.toml").write_text('[project]\nname = "other"\n')
    assert checkout_cache(checkout) is None


@pytest.mark.parametrize("missing", ["pyproject.toml", "generated_cache"])
def test_incomplete_checkout_is_none(checkout: Path, missing: str) -> None:
    (checkout / missing).rename(checkout / "elsewhere")
    assert checkout_cache(checkout) is None


def test_foreign_checkout_is_none(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: foreign)
    assert checkout_cache(checkout) is None


def test_read_only_checkout_is_none(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert checkout_cache(checkout) is None


def test_checkout_comes_before_the_users_folder(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOREFIT_CACHE_DIR", raising=False)
    monkeypatch.setattr(cache_location, "__file__", str(checkout / "morefit_py" / "runtime" / "x.py"))
    assert default_root() == checkout / "generated_cache"


def test_installed_copy_uses_the_users_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOREFIT_CACHE_DIR", "")
    monkeypatch.setattr(cache_location, "__file__", str(tmp_path / "a" / "b" / "x.py"))
    users = platformdirs.user_cache_path("morefit_py", appauthor=False)
    assert default_root() == users.resolve() / "kernels"


def test_size_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MOREFIT_CACHE_MAX_MB", raising=False)
    assert default_max_bytes() == 512 * 2**20
    monkeypatch.setenv("MOREFIT_CACHE_MAX_MB", "1.5")
    assert default_max_bytes() == 3 * 2**19


@pytest.mark.parametrize("text", ["0", "-1", "many", "nan", "inf"])
def test_size_limit_that_is_none(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MOREFIT_CACHE_MAX_MB", text)
    with pytest.raises(CacheError, match=f"MAX_MB='{text}': not a positive number; give .* MiB"):
        default_max_bytes()
