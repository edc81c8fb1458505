"""Promise 2: all browsers that accept a notice in a quarter hold one identical token; other spellings are refused."""

from string import ascii_lowercase, ascii_uppercase, digits

import pytest

from tests.e2e.snippet.visitor import accept

ALPHABET = ascii_uppercase + ascii_lowercase + digits + "-_"
"""Of base64 for addresses, in its order."""


def test_browsers_that_accept_weeks_apart_hold_the_same_bytes(stage):
    held = set()
    for options in ({"locale": "de-DE"}, {"timezone_id": "Asia/Tokyo"}, {"locale": "fr-FR", "color_scheme": "dark"}):
        visitor = stage.visitor(**options)
        accept(visitor.opens("/from/somewhere"))
        held.add(visitor.cookies()["consent"])
        stage.later(days=12, hours=5)

    assert len(held) == 1


def spellings_of(token, is_long):
    """The token with each of its characters in another way, and with what decoders overlook.

    In the short version a character is changed by one of its six bits, which are all that a decoder may overlook.
    """
    for place, letter in enumerate(token):
        for other in ALPHABET if is_long else neighbours(letter):
            if other != letter:
                yield token[:place] + other + token[place + 1 :]
    yield from (
        token + "=",
        token + "==",
        " " + token,
        token + "\n",
        token.replace(".", ".."),
        token.upper(),
        token + ".",
    )


def neighbours(letter):
    """The characters of base64 that differ in one bit."""
    place = ALPHABET.find(letter)
    return [ALPHABET[place ^ 1 << bit] for bit in range(6)] if place >= 0 else ALPHABET


@pytest.mark.parametrize(
    "is_known", [False, True], ids=["to a worker that sees it first", "to one that knows the token"]
)
def test_no_other_spelling_of_a_token_is_taken(world, is_known, is_long):
    key = world.add_site()
    token = world.token(key)
    if is_known:
        assert world.view(key, token).status_code == 204

    taken = [other for other in spellings_of(token, is_long) if world.view(key, other).status_code != 403]
    assert taken == []
    assert world.view(key, token).status_code == 204
