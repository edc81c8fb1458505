"""Errors that a person can put right."""

from __future__ import annotations


class UserError(Exception):
    """Something that a person can put right.

    ``message`` is one line that says what to do. It holds nothing personal: the command line shows it as it is, and
    ends with status 1. ``field`` names what of a form or a document is wrong; empty where nothing can be named.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class DocumentError(UserError, ValueError):
    """Something that a person wrote into a document cannot be used; as text the message begins with the field."""

    def __str__(self) -> str:
        return f"{self.field}: {self.message}" if self.field else self.message
