from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from morefit_py.fit.rounding import with_error, with_errors


@pytest.mark.parametrize(
    ("value", "error", "expected"),
    [
        (75123.4, 274.1, ("75120", "270")),
        (5.27934, 0.01234, ("5.279", "0.012")),
        (5.27934, 0.0996, ("5.28", "0.10")),
        (-0.0312, 0.00034, ("-0.03120", "0.00034")),
        (0.0, 0.5, ("0.00", "0.50")),
        (123.0, 45.0, ("123", "45")),
        (1.23456e9, 4.5e6, ("1.2346e+09", "0.0045e+09")),
        (3.1e-7, 2.0e-9, ("3.100e-07", "0.020e-07")),
        (1.23456789, 0.0, ("1.23457", "")),
        (1.5, nan, ("1.5", "")),
        (nan, 1.0, ("nan", "")),
    ],
)
def test_two_digits_of_the_error(value, error, expected):
    assert with_error(value, error) == expected


def test_asymmetric_errors_share_the_digits_of_the_smaller():
    assert with_errors(31.34, -5.91, 6.62) == ("31.3", "-5.9", "+6.6")
    assert with_errors(31.34, -0.44, 12.3) == ("31.34", "-0.44", "+12.30")
    assert with_errors(1.0, -inf, 0.25) == ("1.00", "-inf", "+0.25")
    assert with_errors(1.0, 0.0, 0.25) == ("1.00", "+0.00", "+0.25")
    assert with_errors(1.0, nan, nan) == ("1", "+nan", "+nan")


@given(st.floats(-1e12, 1e12), st.floats(1e-12, 1e12))
def test_rounding_loses_less_than_the_third_digit(value, error):
    shown, sigma = (float(text) for text in with_error(value, error))
    assert sigma == pytest.approx(error, rel=0.051)
    assert abs(shown - value) <= 0.051 * error + 1e-15 * abs(value)
