"""Angles: sums of products of angular functions."""
