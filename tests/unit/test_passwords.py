"""What guessing costs whoever takes the database, or a saved spool; and that every keyboard types the same password."""

from unicodedata import normalize

import pytest
from argon2 import PasswordHasher, extract_parameters, profiles

from consent_service.domain.errors import UserError
from consent_service.security import passwords
from consent_service.storage.people import accounts
from tests.cheap_keys import FULL_COST, FULL_SCRYPT_COST, NOBODYS_HASH


def test_a_password_costs_what_rfc_9106_advises_where_memory_is_scarce():
    assert extract_parameters(FULL_COST.hash("a long enough password")) == profiles.RFC_9106_LOW_MEMORY


def test_an_address_without_an_account_costs_as_much():
    assert not FULL_COST.check_needs_rehash(NOBODYS_HASH)
    assert PasswordHasher(1, 8, 1).check_needs_rehash(NOBODYS_HASH)


def test_the_passphrase_of_a_saved_spool_costs_128_megabytes_to_guess_and_always_the_same():
    """Another cost could not open the files that there are."""
    assert 128 * FULL_SCRYPT_COST * 8 == 128 * 2**20


@pytest.mark.parametrize("kept", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("typed", ["NFC", "NFD", "NFKC", "NFKD"])
def test_a_password_is_the_same_in_every_form_of_unicode(kept, typed):
    password = "Ångström \N{LATIN SMALL LIGATURE FI}ve \N{FULLWIDTH DIGIT ONE}23"

    assert accounts.is_right(accounts.hashed(normalize(kept, password)), normalize(typed, password))


def test_another_letter_is_another_password():
    assert not accounts.is_right(accounts.hashed("pâté en croûte"), "pate en croute")


def test_a_password_is_as_long_as_what_is_hashed():
    longest = "ΰ" * passwords.LONGEST
    assert passwords.checked(normalize("NFD", longest)) == longest
    for typed in ("e\u0301" * 11, longest + "a", "e" + "\u0301" * passwords.MOST_TYPED):
        with pytest.raises(UserError, match="a password"):
            passwords.checked(typed)
