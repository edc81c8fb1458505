"""``/api/v1``: the same numbers for programs, as JSON and as files."""
