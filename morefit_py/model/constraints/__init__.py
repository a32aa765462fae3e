"""Knowledge of parameters from elsewhere, as terms of the likelihood: one kind a file."""
