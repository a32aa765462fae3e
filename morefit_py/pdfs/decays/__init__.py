"""Decay times: exponentials as a detector sees them."""
