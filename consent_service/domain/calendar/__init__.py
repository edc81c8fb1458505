"""Days, weeks, months and years of a site, ranges of them, and their comparison."""
