"""The statement that a consent token signs: this site, this notice, this quarter. No identifier, nonce or time."""

from __future__ import annotations

import json
from typing import NamedTuple

from consent_service.domain.calendar.periods import quarter_after


class Consent(NamedTuple):
    """What everyone who accepts the same notice of a site in the same quarter holds."""

    site: str
    notice: str
    quarter: str

    def statement(self) -> bytes:
        """The canonical JSON list, such as ``["k3f9","9a03…","2026Q4"]``."""
        return json.dumps(list(self), separators=(",", ":")).encode()

    @property
    def quarters(self) -> tuple[str, str]:
        """A token is valid in its quarter and the next."""
        return self.quarter, quarter_after(self.quarter)


def read_statement(text: bytes) -> Consent:
    """The consent that a statement names. Raises ValueError if it is not a list of three strings."""
    parts = json.loads(text)
    if not (isinstance(parts, list) and len(parts) == 3 and all(isinstance(part, str) for part in parts)):
        raise ValueError("a consent is a list of site, notice and quarter")
    return Consent(*parts)
