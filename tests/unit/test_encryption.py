"""Secrets encrypted at rest."""

import pytest

from consent_service.security.encryption import Cipher, Undecipherable

OLD, NEW, OTHER = "o" * 32, "n" * 32, "x" * 32


def test_what_was_encrypted_is_read_again_and_looks_different_each_time():
    cipher = Cipher([NEW])
    first, second = cipher.encrypt("JBSWY3DP", "jane"), cipher.encrypt("JBSWY3DP", "jane")
    assert first != second
    assert "JBSWY3DP" not in first
    assert cipher.decrypt(first, "jane") == cipher.decrypt(second, "jane") == "JBSWY3DP"


def test_an_older_key_still_reads_and_the_newest_writes():
    old = Cipher([OLD]).encrypt("JBSWY3DP", "jane")
    both = Cipher([NEW, OLD])
    assert both.decrypt(old, "jane") == "JBSWY3DP"
    assert Cipher([NEW]).decrypt(both.encrypt("JBSWY3DP", "jane"), "jane") == "JBSWY3DP"


def test_what_belongs_to_one_account_cannot_be_put_in_the_place_of_anothers():
    cipher = Cipher([NEW])
    with pytest.raises(Undecipherable):
        cipher.decrypt(cipher.encrypt("JBSWY3DP", "jane"), "joe")


@pytest.mark.parametrize("text", ["", "abc", "not base64!", "A" * 80])
def test_what_no_key_opens_is_said_to_be_that(text):
    with pytest.raises(Undecipherable):
        Cipher([NEW, OLD]).decrypt(text, "jane")
    with pytest.raises(Undecipherable):
        Cipher([OTHER]).decrypt(Cipher([NEW]).encrypt("JBSWY3DP", "jane"), "jane")
