"""Secrets of links, tokens and sessions: the database has their hashes alone."""

from __future__ import annotations

import hashlib


def hashed(secret: str) -> str:
    """SHA-256. Without salt or stretching: what is hashed here was drawn at random, and is long."""
    return hashlib.sha256(secret.encode()).hexdigest()
