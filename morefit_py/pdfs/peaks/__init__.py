"""Signals: densities with one peak."""
