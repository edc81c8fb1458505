"""The check with a canary: sent through every public address, then searched on this machine."""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from contextlib import suppress

from sqlalchemy.exc import DBAPIError

from consent_service.audit import canary, journal
from consent_service.audit.canary import Canary
from consent_service.audit.findings import Finding, fail, some, together, unknown
from consent_service.audit.installation import Installation
from consent_service.audit.traces import Search, Traces
from consent_service.storage import sites
from consent_service.storage.database.engine import reading

PAUSE_SECONDS = 0.5

NOWHERE = "canary"
"""The key of no site."""


def look(installation: Installation) -> Finding:
    """A proxy that logs is caught by what it writes, whatever its configuration says."""
    urls = (installation.config.public_url, *installation.urls)
    search, sent = Search(installation), canary.make()
    key = _site_of(installation)
    unreached = [obstacle for url in urls if (obstacle := _send(url, key, sent))]
    if len(unreached) == len(urls):
        return together(unreached, "")
    findings = [*unreached, *_judged(installation, _await(installation, search, sent), sent)]
    return together(findings, f"sent through {', '.join(urls)}, found in no file")


def _site_of(installation: Installation) -> str:
    """The key of a site, if one can be found: a hit of an unknown one is refused earlier."""
    with suppress(DBAPIError), reading(installation.engine) as connection:
        return next((site.key for site in sites.everyone(connection)), NOWHERE)
    return NOWHERE


def _send(url: str, key: str, sent: Canary) -> Finding | None:
    """What stands in the way, if anything does."""
    try:
        answer = canary.send(url, key, sent)
    except (OSError, http.client.HTTPException, ValueError) as error:
        told = getattr(error, "strerror", None) or type(error).__name__
        return fail(f"{url} cannot be reached from here ({told}): mend CONSENT_PUBLIC_URL or the proxy, run this again")
    if not answer.is_ours:
        return fail(f"{url}/hit answers {answer.status}, and not as this service: see what the proxy passes on")
    return None


def _await(installation: Installation, search: Search, sent: Canary) -> Traces:
    """Search again for a while: a log may be written late."""
    end = installation.monotonic() + installation.patience
    while True:
        traces = search.traces_of(sent.mark)
        if traces.files or installation.monotonic() >= end:
            return traces
        installation.pause(PAUSE_SECONDS)


def _judged(installation: Installation, traces: Traces, sent: Canary) -> Iterator[Finding]:
    if traces.files:
        yield fail(f"what a visitor sends is written to {some(map(str, traces.files))}: switch that log off")
    try:
        if journal.has_trace(installation, sent.mark):
            yield fail("what a visitor sends is written to the journal: see which unit logs it, and switch that off")
    except journal.ClosedJournal:
        yield unknown("the journal cannot be read: run this as root")
    if traces.closed:
        yield unknown(f"not readable: {some(map(str, traces.closed))}; run this as root")
    if traces.is_cut_short:
        yield unknown("the search took too long: run this again when the machine is quiet")
