"""Columns of numbers: in memory or on disk, and expressions of them in the manner of TTreeFormula."""
