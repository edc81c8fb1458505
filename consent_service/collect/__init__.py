"""The hot path: what a worker does with a hit, in front of Flask."""
