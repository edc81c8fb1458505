"""The one process per machine that merges tallies and writes counts: release, close, coarsen."""
