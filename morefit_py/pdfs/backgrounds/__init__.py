"""Backgrounds: slopes, polynomials and thresholds."""
