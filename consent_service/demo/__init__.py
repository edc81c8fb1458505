"""``consent-service demo``: two sites with three past months, made by simulated visitors, in a throw-away folder."""
