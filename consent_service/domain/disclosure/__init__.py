"""What may be published: folding, suppression, rounding, and how a number is marked."""
