"""Proof of consent without a record of any person."""
