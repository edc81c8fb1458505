"""What guessing costs whoever takes the database, or a saved spool."""

from argon2 import PasswordHasher, extract_parameters, profiles

from tests.cheap_keys import FULL_COST, FULL_SCRYPT_COST, NOBODYS_HASH


def test_a_password_costs_what_rfc_9106_advises_where_memory_is_scarce():
    assert extract_parameters(FULL_COST.hash("a long enough password")) == profiles.RFC_9106_LOW_MEMORY


def test_an_address_without_an_account_costs_as_much():
    assert not FULL_COST.check_needs_rehash(NOBODYS_HASH)
    assert PasswordHasher(1, 8, 1).check_needs_rehash(NOBODYS_HASH)


def test_the_passphrase_of_a_saved_spool_costs_128_megabytes_to_guess_and_always_the_same():
    """Another cost could not open the files that there are."""
    assert 128 * FULL_SCRYPT_COST * 8 == 128 * 2**20
