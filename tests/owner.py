"""The owner's side of a test: counts put into the database as the keeper puts them, and a browser."""

from __future__ import annotations

import re
from functools import partial, reduce
from typing import Any

from werkzeug.test import Client

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.counts import VISITORS, plus
from consent_service.domain.counting.dimensions import DIMENSIONS
from consent_service.domain.disclosure import publication
from consent_service.domain.disclosure.publication import PublishedRow
from consent_service.keeper import closing
from consent_service.reporting import published
from consent_service.spool.batch import Batch, Closing, Release
from consent_service.storage.counts import cells as counters
from consent_service.storage.counts import spools
from consent_service.storage.database.engine import reading, writing

EMAIL, PASSWORD = "owner@example.org", "correct horse battery"


class Press:
    """Publishes counts of a world's sites by batches, as the keeper does."""

    def __init__(self, world: Any) -> None:
        self._world = world

    def release(self, key: str, period: str, cells: Any) -> None:
        """Write counts of an open period; cells as dimension → value → counts, or site → counts."""
        self._apply(Batch(releases=[Release(key, period, _tidy(cells))]))

    def close(self, key: str, period: str, cells: Any) -> None:
        """Close a period of which all cells that have k are published exactly, and the others in ``(other)``.

        The keeper would hold one of them back in part, by a draw: what it does is the matter of other tests.
        """
        site = self._world.site(key)
        of = Period.parse(period)
        terms, threshold = site.timeline.on(of.last).notice.terms, site.timeline.threshold(of)
        counts = _tidy(cells)
        rows = [row for name in counts for row in _published(name, counts[name], threshold)]
        part = Closing(key, period, {}, threshold=threshold, detail=terms.detail, timezone=terms.timezone)
        if closing.is_sum_of_days(part):
            detailed = [row for row in rows if DIMENSIONS[row.dimension].detailed]
            assert detailed == [], "a month that is counted by day holds the sums of its days"
            with reading(self._world.engine) as connection:
                rows += published.sums_of_days(connection, self._world.site(key), of)
        part.sums = rows
        self._apply(Batch(closings=[part]))

    def close_days(self, key: str, month: str, by_day: Any) -> None:
        """Close all days of a month, those that are not named without counts."""
        for day in Period.parse(month).days:
            self.close(key, day.name, by_day.get(day.name, {}))

    def _apply(self, batch: Batch) -> None:
        with writing(self._world.engine) as connection:
            batch.number = spools.of(connection, "press").last_batch + 1
            counters.apply(connection, "press", batch, partial(closing.rows_of, key_of=lambda _: "k" * 32))


def _tidy(cells: Any) -> Any:
    """Counts padded to all measures; the totals may be given without their empty value."""
    return {
        name: {value: _padded(counts) for value, counts in (found if isinstance(found, dict) else {"": found}).items()}
        for name, found in cells.items()
    }


def _published(name: str, breakdown: Any, threshold: int) -> list[PublishedRow]:
    """The rows of a breakdown, without a cover."""
    dimension = DIMENSIONS[name]
    if dimension.total:
        return publication.close({}, {name: breakdown}, {}, threshold, lambda _: lambda _: b"")
    large = {value: counts for value, counts in breakdown.items() if counts[VISITORS] >= threshold}
    small = reduce(plus, (breakdown[value] for value in breakdown.keys() - large.keys()), publication.NOTHING)
    rows = [PublishedRow(name, value, counts) for value, counts in large.items()]
    return [*rows, *publication.other(dimension, small, threshold)]


def _padded(counts: list[int]) -> list[int]:
    return [*counts, *[0] * (5 - len(counts))]


class Browser:
    """An owner's browser: keeps cookies, fills in forms."""

    def __init__(self, world: Any) -> None:
        self._client = Client(world.app.flask)
        self.base_url = world.config.public_url
        self.sender = "127.0.0.1"

    def get(self, path: str, **parts: Any) -> Any:
        return self._client.get(path, **self._from_here(parts))

    def post(self, path: str, fields: dict[str, str], **parts: Any) -> Any:
        return self.send("POST", path, fields, **parts)

    def send(self, method: str, path: str, fields: dict[str, str], **parts: Any) -> Any:
        return self._client.open(path, method=method, data=fields, **self._from_here(parts))

    def _from_here(self, parts: dict[str, Any]) -> dict[str, Any]:
        environ = {"REMOTE_ADDR": self.sender, **parts.pop("environ_overrides", {})}
        return {"base_url": self.base_url, "environ_overrides": environ, **parts}

    def fill(self, path: str, **fields: str) -> Any:
        """Open a form, fill it in and send it."""
        return self.fill_at(path, path, **fields)

    def fill_at(self, path: str, action: str, **fields: str) -> Any:
        """Open a page, fill in the one of its forms that goes to another address, and send it."""
        return self.post(action, {**fields, "csrf_token": token_in(self.get(path).text)})

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> Any:
        return self.fill("/login", email=email, password=password)

    def cookie(self) -> Any:
        return self._client.get_cookie("owner", domain="127.0.0.1")

    def keep_cookie(self, value: str) -> None:
        self._client.set_cookie("owner", value, domain="127.0.0.1")


def token_in(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found, page
    return found[1]
