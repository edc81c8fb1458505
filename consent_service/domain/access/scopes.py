"""Scopes: what a program may do with the token that it was given."""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal, TypeAlias

Scope: TypeAlias = Literal["read:numbers", "read:exports"]

SCOPES: MappingProxyType[Scope, str] = MappingProxyType(
    {
        "read:numbers": "Totals, series and breakdowns",
        "read:exports": "Exports of closed months",
    }
)
"""What each lets a program read, as people are told."""
