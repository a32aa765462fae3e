"""Kernel plans: a graph cut by stage, scheduled and named, ready to be printed in any dialect."""
