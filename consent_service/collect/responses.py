"""What the public paths answer: one table of refusals, each counted by its reason."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, eq=False)
class PlainResponse:
    """A status and a line of plain text for whoever looks.

    A refusal has a number, under which it is counted, and a name, under which metrics tell how often.
    """

    status: str
    text: bytes = b""
    reason: int = -1
    name: str = ""

    @cached_property
    def head(self) -> bytes:
        """The first lines of the answer, as HTTP/1.1 has them."""
        lines = [f"HTTP/1.1 {self.status}", *(f"{name}: {value}" for name, value in HEADERS)]
        if self.text:
            lines += ["Content-Type: text/plain", f"Content-Length: {len(self.text)}"]
        return "".join(f"{line}\r\n" for line in lines).encode()


RECORDED = PlainResponse("204 No Content")
MALFORMED = PlainResponse("400 Bad Request", b"this is not a hit as docs/embedding.md describes it\n", 0, "malformed")
NO_CONSENT = PlainResponse(
    "403 Forbidden", b"the token is not valid for this site now: accept the notice anew\n", 1, "no_consent"
)
FOREIGN = PlainResponse(
    "403 Forbidden", b"this host is not one of the site's: see consent-service site set --host\n", 2, "foreign"
)
OPTED_OUT = PlainResponse("403 Forbidden", b"Global Privacy Control refuses\n", 3, "opted_out")
TOO_LARGE = PlainResponse("413 Content Too Large", b"a hit has at most 1,024 bytes\n", 4, "too_large")
TOO_MANY = PlainResponse(
    "429 Too Many Requests", b"too many requests from this network in this minute\n", 5, "too_many"
)
NO_ROOM = PlainResponse("503 Service Unavailable", b"the hit cannot be kept now: the spool is full\n", 6, "no_room")
NO_DATABASE = PlainResponse(
    "503 Service Unavailable", b"this site is not known yet, and the database is away\n", 7, "no_database"
)

NO_KEY = PlainResponse(
    "503 Service Unavailable", b"the service has no secret key for this: its log says why\n", 8, "no_key"
)
NO_SITE = PlainResponse("403 Forbidden", b"there is no site with this key\n", 9, "no_site")
SITE_CAPPED = PlainResponse(
    "429 Too Many Requests", b"this site has had far more hits in this hour than it usually has\n", 10, "site_capped"
)
FAULT = PlainResponse("500 Internal Server Error", b"this is a fault of the service: its log says which\n", 11, "fault")

REFUSALS = (
    MALFORMED, NO_CONSENT, FOREIGN, OPTED_OUT, TOO_LARGE, TOO_MANY, NO_ROOM, NO_DATABASE, NO_KEY, NO_SITE, SITE_CAPPED,
    FAULT,
)  # fmt: skip

HEADERS = [("Access-Control-Allow-Origin", "*"), ("Cache-Control", "no-store")]
