"""Shown numbers as figures, rows and files."""
