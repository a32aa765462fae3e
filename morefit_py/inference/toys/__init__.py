"""Toys of a model and their fits: studies with pulls, and the ensembles that tests are made with."""
