"""What is kept in memory only: tallies, pending counts, and the batch under way (docs/architecture.md)."""
