"""Errors that a person can mend."""

from __future__ import annotations


class Mendable(Exception):
    """Its message is one line that says what to do: the command line shows it as it is, and ends with status 1."""
