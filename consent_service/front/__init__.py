"""What a worker's event loop does: parse HTTP, answer hits, and hand everything else to Flask on a few threads."""
