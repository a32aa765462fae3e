"""Philox4x64-10: four random words as a pure function of a counter and a key, for many of them at once.

Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC11 (2011), section 3.3 and table 2. NumPy has
the same generator for runs of consecutive counters; here every counter stands by itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Words = NDArray[np.uint64]

_ROUNDS = 10
# Counters at once, so that temporaries stay in the nearest cache.
_BLOCK = 2048
_MULTIPLIERS = np.array([[0xD2E7470EE14C6C93], [0xCA5A826395121157]], dtype=np.uint64)
_WEYL = np.array([[0x9E3779B97F4A7C15], [0xBB67AE8584CAA73B]], dtype=np.uint64)
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)
_MULTIPLIER_LOW, _MULTIPLIER_HIGH = _MULTIPLIERS & _LOW, _MULTIPLIERS >> _HALF


def philox(counter: tuple[ArrayLike, ...], key: tuple[ArrayLike, ...]) -> Words:
    """The words of shape (4, n) of n counters of four words each, under keys of two.

    Each of the six may be one number for all. Sums and products of words are modulo 2^64.
    """
    given = [np.atleast_1d(np.asarray(word, dtype=np.uint64)) for word in (*counter, *key)]
    held = np.broadcast_arrays(*given)
    found = np.empty((4, held[0].size), dtype=np.uint64)
    for begin in range(0, held[0].size, _BLOCK):
        block = slice(begin, begin + _BLOCK)
        found[:, block] = _words(*(word[block] for word in held))
    return found


def _words(c0: Words, c1: Words, c2: Words, c3: Words, k0: Words, k1: Words) -> Words:
    multiplied, other, keys = np.stack([c0, c2]), np.stack([c1, c3]), np.stack([k0, k1])
    for _ in range(_ROUNDS):
        low = multiplied * _MULTIPLIERS
        high = _high(multiplied)
        # What comes from one of the two multiplications goes into the other.
        multiplied = high[::-1] ^ other ^ keys
        other = low[::-1]
        keys = keys + _WEYL
    return np.stack([multiplied[0], other[0], multiplied[1], other[1]])


def _high(x: Words) -> Words:
    """The upper 64 bits of the products with the multipliers, from products of halves."""
    low, high = x & _LOW, x >> _HALF
    carried = low * _MULTIPLIER_HIGH + (low * _MULTIPLIER_LOW >> _HALF)
    middle = high * _MULTIPLIER_LOW + (carried & _LOW)
    return np.asarray(high * _MULTIPLIER_HIGH + (carried >> _HALF) + (middle >> _HALF))
