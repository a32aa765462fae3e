"""Weights that single out a component in other variables: sWeights and COWs."""
