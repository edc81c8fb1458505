"""Keys that are worked out of passwords and passphrases at the least cost: at the full one each takes half a second.

Whoever imports this has them so: the tests, and the process from which commands are forked.
"""

from argon2 import PasswordHasher

from consent_service.spool import saved
from consent_service.storage.people import accounts

FULL_COST, NOBODYS_HASH, FULL_SCRYPT_COST = accounts.HASHER, accounts.NOBODYS_HASH, saved.SCRYPT_COST
"""What is used outside of tests."""

accounts.HASHER = PasswordHasher(1, 8, 1)
accounts.NOBODYS_HASH = accounts.hashed("a password that nobody knows")
saved.SCRYPT_COST = 2**4
