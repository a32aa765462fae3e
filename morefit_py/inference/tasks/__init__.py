"""Tasks that take a while: done in this process, in several, or on a cluster, and kept as they finish."""
