"""Distributions of statistics: of sums, counts, lifetimes and extremes."""
