"""Models: channels of densities that share parameters, their constraints, and their likelihood."""
