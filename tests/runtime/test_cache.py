"""The kernel cache as its users see it: built once, seen whole or not at all, never trusted blindly."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from morefit_py.errors import CacheError
from morefit_py.runtime.cache import Entry, KernelCache, digest

KEY = digest("source", "flags")

# Each child counts its own building by a file of its own, outside the cache.
TWENTY_AT_ONCE = """
import os, sys, time
from pathlib import Path
from morefit_py.runtime.cache import KernelCache, digest
cache, counts = KernelCache(Path(sys.argv[1])), Path(sys.argv[2])
def build(folder):
    (counts / str(os.getpid())).touch()
    (folder / "kernel.so").write_bytes(b"first half, ")
    time.sleep(0.2)
    with (folder / "kernel.so").open("ab") as stream:
        stream.write(b"second half")
    return {"builder": str(os.getpid())}
gate, start = os.pipe()
children = []
for _ in range(20):
    child = os.fork()
    if child == 0:
        os.close(start)
        os.read(gate, 1)
        entry = cache.get_or_build(digest("source", "flags"), build)
        os._exit(0 if entry.read("kernel.so") == b"first half, second half" else 1)
    children.append(child)
os.close(start)
sys.exit(sum(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) != 0 for child in children))
"""

BUILD_FOREVER = """
import sys, time
from pathlib import Path
from morefit_py.runtime.cache import KernelCache, digest
def build(folder):
    (folder / "kernel.so").write_bytes(b"half a ker")
    print("building", flush=True)
    time.sleep(60)
KernelCache(Path(sys.argv[1])).get_or_build(digest("source", "flags"), build)
"""


@pytest.fixture
def cache(tmp_path: Path) -> KernelCache:
    return KernelCache(tmp_path / "parent" / "cache")


def build(folder: Path) -> Mapping[str, str]:
    (folder / "source.c").write_text("int x;\n")
    (folder / "kernel.so").write_bytes(bytes(1000))
    return {"compiler": "cc 1.0"}


def must_not_build(folder: Path) -> Mapping[str, str]:
    raise AssertionError(f"built again in {folder}")


def hidden(cache: KernelCache) -> list[str]:
    return [path.name for path in cache.root.iterdir() if path.name.startswith(".")]


def test_digest_keeps_parts_apart() -> None:
    assert digest("ab", "c") != digest("a", "bc") != digest("abc")
    assert digest("a", "") != digest("a")
    assert digest("é") == digest("é".encode())
    assert digest() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_builds_once_and_serves_ever_after(cache: KernelCache) -> None:
    assert cache.get(KEY) is None
    built = cache.get_or_build(KEY, build, kind="c")
    assert built.manifest["kind"] == "c"
    assert built.path("kernel.so").read_bytes() == bytes(1000)
    assert cache.get_or_build(KEY, must_not_build) == built == cache.get(KEY)
    assert KernelCache(cache.root).get(KEY) == built
    assert hidden(cache) == []


def test_is_private_whatever_the_umask(cache: KernelCache) -> None:
    before = os.umask(0)
    try:
        cache.get_or_build(KEY, build)
    finally:
        os.umask(before)
    assert cache.root.stat().st_mode & 0o777 == 0o700
    assert (cache.root / KEY).stat().st_mode & 0o777 == 0o700
    assert cache.get(KEY) is not None


def test_failing_builder_leaves_nothing(cache: KernelCache) -> None:
    def fail(folder: Path) -> Mapping[str, str]:
        (folder / "kernel.so").touch()
        raise RuntimeError("no compiler")

    with pytest.raises(RuntimeError, match="no compiler"):
        cache.get_or_build(KEY, fail)
    assert list(cache.root.iterdir()) == []
    assert cache.get_or_build(KEY, build).key == KEY


def test_nothing_is_seen_before_all_is_there(cache: KernelCache) -> None:
    def watch(folder: Path) -> Mapping[str, str]:
        metadata = build(folder)
        assert cache.get(KEY) is None
        assert cache.keys() == []
        return metadata

    cache.get_or_build(KEY, watch)
    assert cache.keys() == [KEY]


def test_builder_may_build_another_entry(cache: KernelCache) -> None:
    def nested(folder: Path) -> Mapping[str, str]:
        cache.get_or_build(digest("part"), build)
        return build(folder)

    cache.get_or_build(KEY, nested)
    assert cache.keys() == sorted([KEY, digest("part")])


def test_threads_share_one_build(cache: KernelCache) -> None:
    builds: list[Path] = []
    results: list[bytes] = []

    def slow(folder: Path) -> Mapping[str, str]:
        builds.append(folder)
        time.sleep(0.05)
        return build(folder)

    def work() -> None:
        results.append(cache.get_or_build(KEY, slow).read("kernel.so"))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(builds) == 1
    assert results == [bytes(1000)] * 8


def test_twenty_processes_at_once_share_one_build(cache: KernelCache, tmp_path: Path) -> None:
    counts = tmp_path / "counts"
    counts.mkdir()
    command = [sys.executable, "-c", TWENTY_AT_ONCE, str(cache.root), str(counts)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    entry = cache.get(KEY)
    assert entry is not None
    assert [path.name for path in counts.iterdir()] == [entry.manifest["metadata"]["builder"]]
    assert hidden(cache) == []


def test_killed_builder_blocks_nobody(cache: KernelCache) -> None:
    command = [sys.executable, "-c", BUILD_FOREVER, str(cache.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as builder:
        assert builder.stdout is not None
        assert builder.stdout.readline() == "building\n"
        assert cache.get(KEY) is None
        builder.send_signal(signal.SIGKILL)
        builder.wait()
    assert len(hidden(cache)) == 2
    assert cache.get_or_build(KEY, build).read("kernel.so") == bytes(1000)
    assert hidden(cache) == []


def test_tampered_entry_is_neither_loaded_nor_rebuilt(cache: KernelCache) -> None:
    entry = cache.get_or_build(KEY, build)
    (entry.folder / "kernel.so").write_bytes(bytes(999) + b"x")
    complaint = f"kernel.so: changed .* `morefit cache clear {KEY[:12]}`"
    with pytest.raises(CacheError, match=complaint):
        cache.get(KEY)
    with pytest.raises(CacheError, match=complaint):
        cache.get_or_build(KEY, must_not_build)
    assert cache.clear(KEY) == 1
    assert cache.get_or_build(KEY, build).read("kernel.so") == bytes(1000)


def test_entry_without_manifest_is_refused(cache: KernelCache) -> None:
    cache.get_or_build(KEY, build)
    (cache.root / KEY / "manifest.json").unlink()
    with pytest.raises(CacheError, match=f"the entry has no manifest.json.*clear {KEY[:12]}"):
        cache.get(KEY)


def test_entry_that_is_a_link_is_refused(cache: KernelCache, tmp_path: Path) -> None:
    cache.get_or_build(KEY, build).folder.rename(tmp_path / "moved")
    (cache.root / KEY).symlink_to(tmp_path / "moved")
    with pytest.raises(CacheError, match="not a plain folder"):
        cache.get(KEY)


def test_entry_replaced_during_a_read_is_read_again(
    cache: KernelCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.get_or_build(KEY, build)
    real, calls = Entry.verify, list[Entry]()

    def replaced_meanwhile(entry: Entry) -> None:
        calls.append(entry)
        if len(calls) == 1:
            cache.clear(KEY)
            cache.get_or_build(KEY, lambda folder: {**build(folder), "again": "yes"})
            raise CacheError("a file of the old entry has gone")
        real(entry)

    monkeypatch.setattr(Entry, "verify", replaced_meanwhile)
    entry = cache.get(KEY)
    assert entry is not None
    assert entry.manifest["metadata"]["again"] == "yes"


def test_entry_evicted_during_a_read_is_absent(cache: KernelCache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.get_or_build(KEY, build)

    def evicted_meanwhile(entry: Entry) -> None:
        cache.clear(KEY)
        raise CacheError(f"{entry.folder}: gone")

    monkeypatch.setattr(Entry, "verify", evicted_meanwhile)
    assert cache.get(KEY) is None


@pytest.mark.parametrize("mode", [0o775, 0o777])
def test_root_writable_by_others(cache: KernelCache, mode: int) -> None:
    cache.get_or_build(KEY, build)
    cache.root.chmod(mode)
    for use in (
        lambda: cache.get(KEY),
        lambda: cache.get_or_build(digest("new"), must_not_build),
        cache.keys,
        cache.entries,
        cache.verify,
        cache.clear,
    ):
        with pytest.raises(CacheError, match=f"{cache.root}: writable by .* `chmod go-w {cache.root}`"):
            use()


def test_root_of_a_checkout_as_git_makes_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / ".gitkeep").touch()
    cache = KernelCache(tmp_path)
    cache.get_or_build(KEY, build)
    assert cache.keys() == [KEY]
    cache.clear()
    assert [path.name for path in tmp_path.iterdir()] == [".gitkeep"]


def test_root_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for root in (tmp_path / "file" / "cache", tmp_path / "file"):
        with pytest.raises(CacheError, match=r"file.*: no use as a kernel cache: .*MOREFIT_CACHE_DIR"):
            KernelCache(root).get_or_build(KEY, must_not_build)


def test_root_without_permission(cache: KernelCache, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: object, *args: object, **options: object) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    cache.root.mkdir(parents=True, mode=0o700)
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(CacheError, match=r"Permission denied; give yourself permission .*MOREFIT_CACHE_DIR"):
        cache.get_or_build(KEY, must_not_build)


def test_malformed_keys_reach_no_file(cache: KernelCache) -> None:
    for use in (cache.get, cache.clear, lambda key: cache.get_or_build(key, must_not_build)):
        with pytest.raises(CacheError, match="is not a cache key"):
            use("../" + KEY[3:])


def test_bounded(cache: KernelCache) -> None:
    small = KernelCache(cache.root, max_bytes=3500)
    keys = [digest(str(number)) for number in range(4)]
    for age, key in enumerate(keys):
        small.get_or_build(key, build)
        past = time.time() - 1000 + age
        os.utime(small.root / key / "manifest.json", (past, past))
    assert set(small.keys()) == set(keys[2:])
    assert small.size <= 3500


def test_the_entry_just_built_is_never_evicted(cache: KernelCache) -> None:
    tiny = KernelCache(cache.root, max_bytes=1)
    tiny.get_or_build(KEY, build)
    assert tiny.get(KEY) is not None


def test_get_makes_an_entry_the_most_recently_used(cache: KernelCache) -> None:
    keys = [digest(str(number)) for number in range(3)]
    for age, key in enumerate(keys):
        folder = cache.get_or_build(key, build).folder
        os.utime(folder / "manifest.json", (age, age))
    assert cache.verify() == []
    assert [entry.key for entry in cache.entries()] == keys[::-1], "looking at entries is not using them"
    cache.get(keys[0])
    assert [entry.key for entry in cache.entries()] == [keys[0], keys[2], keys[1]]


def test_verify_finds_every_problem(cache: KernelCache) -> None:
    sound, changed, empty = sorted(digest(str(number)) for number in range(3))
    cache.get_or_build(sound, build)
    (cache.get_or_build(changed, build).folder / "source.c").write_text("int y;\n")
    (cache.root / empty).mkdir(mode=0o700)
    problems = dict(cache.verify())
    assert list(problems) == [changed, empty]
    assert "source.c: changed" in problems[changed]
    assert "no manifest.json" in problems[empty]
    assert {entry.key for entry in cache.entries()} == {sound, changed}


def test_clear(cache: KernelCache) -> None:
    keys = [digest(str(number)) for number in range(3)]
    assert cache.clear() == 0
    for key in keys:
        cache.get_or_build(key, build)
    assert cache.clear(digest("unknown")) == 0
    assert cache.clear(keys[1]) == 1
    assert set(cache.keys()) == {keys[0], keys[2]}
    (cache.root / ".building-of-a-dead-process").mkdir()
    assert cache.clear() == 2
    assert list(cache.root.iterdir()) == []
    assert cache.size == 0


def test_find_by_prefix(cache: KernelCache) -> None:
    keys = [digest(str(number)) for number in range(20)]
    for key in keys:
        (cache.root / key).mkdir(parents=True, mode=0o700)
    assert cache.find(keys[3]) == cache.find(keys[3][:10]) == keys[3]
    with pytest.raises(CacheError, match=r"20 entries begin with '': .*; give more digits"):
        cache.find("")
    with pytest.raises(CacheError, match="no entry begins with 'xyz'; see `morefit cache list`"):
        cache.find("xyz")


def test_default_takes_place_and_size_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOREFIT_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("MOREFIT_CACHE_MAX_MB", "2")
    assert KernelCache.default() == KernelCache(tmp_path, 2 * 2**20)
