"""Expressions that several densities are made of, in forms that stay exact in their limits."""
