"""Measurements: ratios within one run, against something that shows the limit."""
