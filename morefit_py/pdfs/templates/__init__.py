"""Templates: densities known as numbers, in bins, at knots, or as a sample."""
