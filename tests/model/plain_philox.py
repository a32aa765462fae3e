"""Philox4x64-10 in whole numbers of Python, and with it the numbers of toys as `numbers.py` defines them.

Written from the paper (Salmon et al., SC11 (2011), section 3.3), as a device would have it.
"""

_WORD = 2**64


def words(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    a, b, c, d = counter
    k, m = key
    for _ in range(10):
        p, q = 0xD2E7470EE14C6C93 * a, 0xCA5A826395121157 * c
        a, b, c, d = q // _WORD ^ b ^ k, q % _WORD, p // _WORD ^ d ^ m, p % _WORD
        k, m = (k + 0x9E3779B97F4A7C15) % _WORD, (m + 0xBB67AE8584CAA73B) % _WORD
    return a, b, c, d


def uniform(word: int) -> float:
    return (word >> 11) * 2.0**-53


def pair(
    seed: int, event: int, channel: int = 0, slot: int = 0, attempt: int = 0, round: int = 0
) -> tuple[float, float]:
    """The two numbers of an event."""
    counter = (1 + event // 2, attempt + 2**32 * round, slot, channel)
    block = words(counter, (seed % _WORD, seed // _WORD))
    return uniform(block[2 * (event % 2)]), uniform(block[2 * (event % 2) + 1])
