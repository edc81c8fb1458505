"""Tokens, encryption, one-time passwords and links."""
