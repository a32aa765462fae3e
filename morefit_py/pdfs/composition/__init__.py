"""Densities made of others: sums, products, truncations, convolutions, and free formulas."""
