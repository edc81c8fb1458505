import base64
import json

import pytest

from consent_service.domain.notice.consent import Consent
from consent_service.security.tokens import BadToken, KeyRing, MissingKey, draw, fingerprint

OLD, NEW = "o" * 32, "n" * 32
CONSENT = Consent("k3f9", "9a0364b9e99bb480dd25e1f0284c8555", "2026Q4")


@pytest.fixture
def ring():
    ring = KeyRing([NEW, OLD])
    ring.assign("2026Q4", fingerprint(OLD))
    ring.assign("2027Q1", fingerprint(NEW))
    return ring


def test_the_payload_is_the_canonical_list_that_the_browser_can_read(ring):
    payload = ring.sign(CONSENT).partition(".")[0]

    text = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
    assert text == b'["k3f9","9a0364b9e99bb480dd25e1f0284c8555","2026Q4"]'


def test_everyone_gets_the_same_token(ring):
    assert ring.sign(CONSENT) == ring.sign(Consent(*json.loads(CONSENT.statement())))
    assert ring.read(ring.sign(CONSENT)) == CONSENT


def spellings(token):
    payload, _, signature = token.partition(".")
    yield payload + "=." + signature
    yield payload + "." + signature + "="
    yield token + "\n"
    yield " " + token
    # The last base64 letter of 32 bytes carries two bits that decoding ignores.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet.index(signature[-1])
    yield from (payload + "." + signature[:-1] + alphabet[last ^ bit] for bit in (1, 2, 3))
    loose = base64.urlsafe_b64encode(json.dumps(list(CONSENT)).encode()).decode().rstrip("=")
    yield loose + "." + signature


def test_another_spelling_of_the_same_token_is_refused(ring):
    for spelling in spellings(ring.sign(CONSENT)):
        with pytest.raises(BadToken):
            ring.read(spelling)


@pytest.mark.parametrize("text", ["", ".", "a.b", "WzFd.x", "W10.x", "é.é", "[" * 300 + ".x", "\x00" * 40])
def test_what_is_no_token_is_refused(ring, text):
    with pytest.raises(BadToken):
        ring.read(text)


def test_a_token_signed_by_another_key_is_refused(ring):
    stranger = KeyRing(["s" * 32])
    stranger.assign("2026Q4", fingerprint("s" * 32))

    with pytest.raises(BadToken):
        ring.read(stranger.sign(CONSENT))


def test_each_quarter_is_signed_by_its_own_key(ring):
    old_only = KeyRing([OLD])
    old_only.assign("2026Q4", fingerprint(OLD))

    assert ring.sign(CONSENT) == old_only.sign(CONSENT)
    assert ring.read(ring.sign(CONSENT._replace(quarter="2027Q1"))).quarter == "2027Q1"


def test_a_quarter_without_its_key_is_refused_with_what_to_do():
    with pytest.raises(MissingKey, match="CONSENT_SECRET_KEYS lacks the key with fingerprint"):
        KeyRing([NEW]).assign("2026Q4", fingerprint(OLD))


def test_a_token_holds_in_its_quarter_and_the_next():
    assert CONSENT.quarters == ("2026Q4", "2027Q1")


def test_what_is_drawn_depends_on_key_site_period_and_dimension():
    draws = {draw(*context)("x") for context in ((OLD, "a", "2026", "page"), (NEW, "a", "2026", "page"),
              (OLD, "b", "2026", "page"), (OLD, "a", "2027", "page"), (OLD, "a", "2026", "platform"))}  # fmt: skip

    assert len(draws) == 5
    assert draw(OLD, "a", "2026", "page")("x") in draws
