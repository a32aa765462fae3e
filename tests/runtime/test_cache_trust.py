"""Trust: only plain files and folders of the current user that nobody else can write to."""

import errno
import os
from pathlib import Path

import pytest

from morefit_py.errors import CacheError
from morefit_py.runtime.cache_trust import check_folder, check_private, denied, read_file


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o500])
def test_own_folder_passes(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    folder.chmod(mode)
    assert check_folder(folder) is not None


@pytest.mark.parametrize("mode", [0o775, 0o757, 0o777, 0o1777])
def test_folder_writable_by_others_names_the_remedy(tmp_path: Path, mode: int) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(
        CacheError,
        match=rf"shared: writable by .*\(mode {mode:04o}\).*chmod go-w .*MOREFIT_CACHE_DIR",
    ):
        check_folder(folder)


def test_foreign_owner_is_refused(tmp_path: Path) -> None:
    status = list(tmp_path.stat())
    status[4] = os.geteuid() + 1
    with pytest.raises(CacheError, match=rf"owned by user {os.geteuid() + 1}, not by you \({os.geteuid()}\)"):
        check_private(tmp_path, os.stat_result(status))


def test_missing_folder_is_none(tmp_path: Path) -> None:
    assert check_folder(tmp_path / "none") is None


def test_file_and_link_are_no_folders(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path)
    for name in ("file", "link"):
        with pytest.raises(CacheError, match=f"{name}: not a plain folder"):
            check_folder(tmp_path / name)


def test_reads_own_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    assert read_file(tmp_path / "file") == b"abc"


def test_missing_file_is_the_callers_matter(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "none")


def test_link_pipe_and_folder_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(tmp_path / "file")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    with pytest.raises(CacheError, match="link: a symbolic link"):
        read_file(tmp_path / "link")
    for name in ("pipe", "folder"):
        with pytest.raises(CacheError, match=f"{name}: "):
            read_file(tmp_path / name)


def test_file_writable_by_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "file").chmod(0o664)
    with pytest.raises(CacheError, match=r"file: writable by other users \(mode 0664\)"):
        read_file(tmp_path / "file")


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EROFS, "permission to read and write"),
        (errno.EACCES, "permission to read and write"),
    ],
)
def test_refusal_says_what_where_and_what_to_do(code: int, remedy: str) -> None:
    message = str(denied(Path("cache"), OSError(code, os.strerror(code), "cache/entry")))
    assert message.startswith("cache/entry: ")
    assert os.strerror(code) in message
    assert remedy in message
    assert "MOREFIT_CACHE_DIR" in message
