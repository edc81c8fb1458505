"""What people and programs read when a request goes wrong: one table by status, for pages and the API alike."""

from __future__ import annotations

from types import MappingProxyType
from typing import NamedTuple

from werkzeug.exceptions import HTTPException


class Advice(NamedTuple):
    """``title`` and ``page`` stand on a page, ``api`` in a problem document; an empty text leaves it to the error."""

    title: str
    page: str = ""
    api: str = ""


ADVICE = MappingProxyType(
    {
        400: Advice(
            "That cannot be read",
            "The address or the form holds something that does not make sense. Go back, reload the page and try again.",
        ),
        403: Advice(
            "Not allowed",
            "You may not do this. Sign in with another account, or ask whoever runs the service.",
        ),
        404: Advice(
            "Not here",
            "There is nothing at this address. Check it, or begin at the list of sites.",
            "There is nothing at this address. /api/v1/openapi.json describes what there is.",
        ),
        405: Advice(
            "Not in this way",
            "This address does not answer to that kind of request. Begin at the list of sites.",
            "The API is read with GET alone.",
        ),
        409: Advice("Not yet"),
        413: Advice("Too much at once", "The form holds more than this address takes. Shorten what you entered."),
        421: Advice(
            "Not under this address",
            "This page answers only under the address in the setting CONSENT_PUBLIC_URL. Open it there; if you run "
            "this service and want it here, set CONSENT_PUBLIC_URL to this address and restart the service.",
            "The API answers only under the address in the setting CONSENT_PUBLIC_URL.",
        ),
        429: Advice(
            "Too often",
            "There were too many attempts from your network. Wait a minute, then try again.",
            "There were too many requests with this token. Wait a minute, then go on.",
        ),
        500: Advice(
            "That went wrong",
            "This is a fault of the service. It is in the service's log; try again, or tell whoever runs the service.",
            "This is a fault of the service. It is in the service's log; try again, or tell whoever runs it.",
        ),
        503: Advice(
            "Not just now",
            "The database does not answer. Counting goes on; this page comes back with the database. If you run this "
            "service, see that the database is up and that consent-service migrate has been run.",
        ),
    }
)
"""By status."""

UNKNOWN = Advice("That did not work")
"""For a status that the table does not know."""


def advice_for(status: int) -> Advice:
    return ADVICE.get(status, UNKNOWN)


def own_words(error: HTTPException) -> str:
    """Return what the code that raised the error says of it; empty if that is Werkzeug's text, or not for readers."""
    words = error.description or ""
    is_ours = error.code not in (421, 500)
    return words if is_ours and words != type(error).description else ""
