"""Numbers with their errors as they belong into tables: two significant digits of the error."""

from __future__ import annotations

from math import floor, isfinite, log10


def with_error(value: float, error: float) -> tuple[str, str]:
    """Value and error rounded to two significant digits of the error, with a common power of ten.

    Without a positive finite error the value has six significant digits and the error is empty.
    """
    if not (isfinite(value) and isfinite(error) and error > 0.0):
        return f"{value:.6g}", ""
    texts, power = _aligned([value, error], error)
    return texts[0] + power, texts[1] + power


def with_errors(value: float, lower: float, upper: float) -> tuple[str, str, str]:
    """Value, lower (< 0) and upper (> 0) error rounded to two significant digits of the smaller error."""
    errors = [abs(side) for side in (lower, upper) if isfinite(side) and side != 0.0]
    if not isfinite(value) or not errors:
        return f"{value:.6g}", f"{lower:+.2g}", f"{upper:+.2g}"
    texts, power = _aligned([value, lower, upper], min(errors))
    signed = [text if text.startswith(("-", "+", "n", "i")) else "+" + text for text in texts[1:]]
    return texts[0] + power, signed[0] + power, signed[1] + power


def _aligned(numbers: list[float], error: float) -> tuple[list[str], str]:
    """All numbers down to the second digit of `error`, and the power of ten taken out of them."""
    # The error is rounded before its digits are counted, for 0.0996 is 0.10.
    last = floor(log10(float(f"{error:.1e}"))) - 1
    top = floor(log10(max(abs(number) for number in numbers if isfinite(number))))
    power = top if top >= 7 or top <= -5 else 0
    digits = max(0, power - last)
    texts = []
    for number in numbers:
        rounded = round(number, -last) if isfinite(number) else number
        texts.append(f"{rounded / 10.0**power:.{digits}f}")
    return texts, f"e{power:+03d}" if power else ""
