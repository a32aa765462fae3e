"""Speed and memory, against a hand-written kernel and against the peers: `python -m benchmarks`."""
