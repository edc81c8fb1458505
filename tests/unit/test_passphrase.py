"""Parts of one file, sealed in order under one passphrase."""

import pytest

from consent_service.spool.passphrase import Sealing

COST = 2**4


def sealing(passphrase="correct horse battery", salt=b"s" * 16, nonce=b"n" * 8, context=b"file"):
    return Sealing(passphrase, salt, nonce, context, COST)


def sealed(*parts, **how):
    writer = sealing(**how)
    return [writer.seal(part) for part in parts]


def test_parts_are_opened_in_their_order():
    reader = sealing()
    assert [reader.open(part) for part in sealed(b"one", b"two", b"one")] == [b"one", b"two", b"one"]


def test_equal_parts_do_not_look_alike():
    first, second = sealed(b"one", b"one")
    assert first != second


def test_a_part_that_is_not_the_next_one_is_refused():
    first, second = sealed(b"one", b"two")
    with pytest.raises(ValueError, match=r"^$"):
        sealing().open(second)
    reader = sealing()
    reader.open(first)
    with pytest.raises(ValueError, match=r"^$"):
        reader.open(first)


@pytest.mark.parametrize(
    "other", [{"passphrase": "another"}, {"salt": b"t" * 16}, {"nonce": b"m" * 8}, {"context": b"x"}]
)
def test_another_passphrase_and_another_file_are_refused(other):
    [part] = sealed(b"one")
    with pytest.raises(ValueError, match=r"^$"):
        sealing(**other).open(part)
