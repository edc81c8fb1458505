"""Tables of counts: cells, closed periods, spools, keys of quarters."""
