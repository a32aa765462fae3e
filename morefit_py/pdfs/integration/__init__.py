"""Numeric integrals, and where densities are looked at before a fit."""
