"""The labels of a host name: which could be one person's, and which someone registered to be known by."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from consent_service.domain.masking.identifiers import holds_an_id, names_someone

MOST_LABELS = 5
"""Deeper names are made for machines, or for someone."""

_ADDRESS_WITHIN = re.compile(r"(?<!\d)\d{1,3}(-\d{1,3}){3}(?!\d)")
"""As providers name the connections of homes: ``81-2-69-142.dsl.example``."""
_IPV6_WITHIN = re.compile(r"(?=.*\d)(?=.*--|(?:.*-){7})[0-9a-f]{1,4}(?:--?[0-9a-f]{1,4}){1,7}")
_ADDRESS_LENGTH = 4
_SECOND_LEVEL = re.compile(
    "ac|asn|co|com|edu|gen|go|gob|gouv|gov|govt|gv|id|info|ltd|me|mil|mod|muni|ne|net|nhs|nom|or|org|plc|police|sch"
    "|school|web"
)
"""Below many countries names are registered under one of these: ``bbc.co.uk``, ``asahi.or.jp``."""
_TURNED_ROUND = frozenset({"com", "org", "net", "io"})
"""Android names its applications the other way round: ``com.duckduckgo.mobile.android``."""


def personal_labels(labels: Sequence[str]) -> int:
    """How many labels from the left go: the last that could be one person's or belongs to an address, and all before.

    So do those that are deeper than `MOST_LABELS`, and numbers beside what went: the rest of an address.
    """
    public = _registered(labels)
    named = [number + 1 for number, label in enumerate(labels) if _names_someone(label, number in public)]
    end = max([0, len(labels) - MOST_LABELS, *named, *_ends_of_addresses(labels)])
    while 0 < end < len(labels) and labels[end].isdigit() and end not in public:
        end += 1
    return end


def _registered(labels: Sequence[str]) -> set[int]:
    """Where the names stand that someone registered: before the public suffix; of an application after it."""
    is_country = len(labels) > 2 and len(labels[-1]) == 2 and bool(_SECOND_LEVEL.fullmatch(labels[-2]))
    registered = {len(labels) - (3 if is_country else 2)}
    return registered | {1} if 2 < len(labels) <= MOST_LABELS and labels[0] in _TURNED_ROUND else registered


def _ends_of_addresses(labels: Sequence[str]) -> Iterator[int]:
    """IPv4 addresses among the labels: ``10.0.0.1.nip.io``."""
    for end in range(_ADDRESS_LENGTH, len(labels) + 1):
        if all(map(str.isdigit, labels[end - _ADDRESS_LENGTH : end])):
            yield end


def _names_someone(label: str, is_registered: bool) -> bool:
    """Of an internationalized label what it reads counts; its spelling in ASCII looks like an id always.

    A registered name names a site, however its letters follow each other: ``duckduckgo``.
    """
    try:
        read = label[4:].encode().decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return True
    is_address = not label.isalpha() and (_ADDRESS_WITHIN.search(label) or _IPV6_WITHIN.fullmatch(label))
    return bool(is_address) or (holds_an_id if is_registered else names_someone)(read)
