"""Specs: a fit written down in YAML, validated with the line of every value, and resolved to a model."""
