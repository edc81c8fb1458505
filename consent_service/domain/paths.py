"""A path made safe before it is counted: it names a page, and no visitor."""

from __future__ import annotations

import re
from collections.abc import Iterator

from consent_service.domain.identifiers import MASK, names_someone
from consent_service.domain.text import settled

LONGEST_PATH = 200
MOST_SEGMENTS = 12
LONGEST_SEGMENT = 150


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PEOPLE = _words(
    """
    user users u uid userid username profile profiles account accounts member members
    patient patients applicant applicants
    benutzer mitglied mitglieder profil utilisateur utilisateurs membre membres gebruiker gebruikers profiel
    usuario usuarios perfil utente utenti usuário usuários
    """
)
"""What comes after one of these names someone, whatever it looks like."""

SECRETS = _words(
    """
    invite invites invitation invitations reset token tokens verify verification confirm confirmation
    activate activation unsubscribe magic magiclink session sessions sid otp passcode
    """
)
"""What comes after one of these is known to one person alone."""

RECORDS = _words(
    """
    order orders invoice invoices receipt receipts ticket tickets case cases booking bookings reservation
    reservations customer customers client clients contact contacts payment payments shipment shipments parcel
    claim claims application applications appointment appointments message messages conversation conversations
    thread phone tel mobile iban bestellung bestellungen rechnung bestelling commande pedido
    """
)
"""A number after one of these, however short, is one person's, unless it is a year."""

PAGES = _words(
    """
    about activity address addresses all and area avatar benefits billing cancel change code
    create dashboard delete deletion details done download downloads edit email error events exit expired export
    factor failed faq favorites favourites forgot forgotten friends guide guidelines help history home in index info
    invalid join language link list login logout lost manage me my new news newsletter notifications
    off options out overview password plan policy preferences privacy recover
    recovery register registration request required resend returns search security sent settings sign signin
    signout signup start stories subscription subscriptions success support terms thank thanks two up update view
    welcome wishlist you your
    """
)
"""Words of which the pages are made that stand in those places too: ``/account/change-password``."""

_BETWEEN_WORDS = re.compile(r"[\W_]+")
_NOBODY = PAGES | PEOPLE | SECRETS | RECORDS
_NUMBERED = PEOPLE | RECORDS
_YEAR = re.compile(r"(?:19|20)\d\d")


def safe_path(path: str) -> str:
    """The path without query, fragment and parameters; what could name someone is masked as ``:id``.

    It has at most `MOST_SEGMENTS` segments and `LONGEST_PATH` characters, begins with ``/``, and is decoded.
    Making it safe again changes nothing.
    """
    plain = settled(path)
    if plain is None:
        return f"/{MASK}"
    plain = plain.partition("?")[0].partition("#")[0]
    safe = "/" + "/".join(_safe_segments(plain.split("/")[1 : MOST_SEGMENTS + 1]))
    return safe if len(safe) <= LONGEST_PATH else safe[:LONGEST_PATH].rpartition("/")[0] or "/"


def _safe_segments(segments: list[str]) -> Iterator[str]:
    before = ""
    for segment in segments:
        plain = segment.partition(";")[0]
        is_safe = len(plain) <= LONGEST_SEGMENT and not names_someone(plain) and not _is_named_by(before, plain)
        yield plain if is_safe else MASK
        before = plain.casefold() or before


def _is_named_by(before: str, segment: str) -> bool:
    """Whether what stands before a segment, or begins it, says that it names someone."""
    kind, words = _BETWEEN_WORDS.split(before), _BETWEEN_WORDS.split(segment.casefold())
    if words[0] in PEOPLE and segment[len(words[0]) :].startswith(":"):
        return True
    if len(words) == 2 and words[0] in _NUMBERED and _is_number(words[1]):
        return True
    if not segment or len(kind) > 2 or before == MASK:
        return False
    if kind[-1] in PEOPLE or (not SECRETS.isdisjoint(kind) and _NOBODY.issuperset(kind)):
        return not _NOBODY.issuperset(words)
    return not RECORDS.isdisjoint(kind) and any(map(str.isdigit, segment)) and not _YEAR.fullmatch(segment)


def _is_number(word: str) -> bool:
    return word.isdigit() and not _YEAR.fullmatch(word)
