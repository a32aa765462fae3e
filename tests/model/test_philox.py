import numpy as np
import pytest

from morefit_py.model.philox import philox

from . import plain_philox

FULL = 2**64 - 1


@pytest.mark.parametrize(
    ("counter", "key", "expected"),
    [
        (
            (0, 0, 0, 0),
            (0, 0),
            (0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B),
        ),
        (
            (FULL, FULL, FULL, FULL),
            (FULL, FULL),
            (0x87B092C3013FE90B, 0x438C3C67BE8D0224, 0x9CC7D7C69CD777B6, 0xA09CAEBF594F0BA0),
        ),
        (
            (0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89),
            (0x452821E638D01377, 0xBE5466CF34E90C6C),
            (0xA528F45403E61D95, 0x38C72DBD566E9788, 0xA5A1610E72FD18B5, 0x57BD43B5E52B7FE6),
        ),
    ],
)
def test_known_answers(counter: tuple[int, ...], key: tuple[int, ...], expected: tuple[int, ...]) -> None:
    """Those that the authors of Philox publish with it (Random123, kat_vectors)."""
    assert tuple(philox(counter, key)[:, 0].tolist()) == expected


def test_words_are_those_of_numpy_and_of_whole_numbers() -> None:
    # More counters than are made at once.
    many = np.random.default_rng(1).integers(0, 2**64, (6, 5000), dtype=np.uint64)
    found = philox(tuple(many[:4]), tuple(many[4:]))
    for i in [0, 1, 77, 2047, 2048, 4999]:
        *counter, k0, k1 = (int(word) for word in many[:, i])
        assert tuple(found[:, i].tolist()) == plain_philox.words(tuple(counter), (k0, k1))  # type: ignore[arg-type]
        # NumPy counts up before it makes a block.
        before = (sum(word << 64 * place for place, word in enumerate(counter)) - 1) % 2**256
        numpys = np.random.Philox(counter=before, key=k0 + (k1 << 64)).random_raw(4)
        assert found[:, i].tolist() == numpys.tolist()


def test_one_number_for_all_counters() -> None:
    found = philox((np.arange(5), 1, 2, 3), (4, np.arange(5, 10)))
    assert found.shape == (4, 5)
    assert tuple(found[:, 3].tolist()) == plain_philox.words((3, 1, 2, 3), (4, 8))
    assert philox((np.arange(0), 0, 0, 0), (0, 0)).shape == (4, 0)
