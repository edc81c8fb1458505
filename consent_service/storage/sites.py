"""Sites: their settings, each with the timeline of its notices."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from consent_service import hostnames
from consent_service.domain.calendar.periods import Period
from consent_service.domain.errors import UserError
from consent_service.domain.masking.hosts import is_host
from consent_service.domain.notice import timeline
from consent_service.domain.notice.notice import Notice, Terms
from consent_service.domain.notice.texts import Texts
from consent_service.domain.notice.timeline import Edition, Timeline
from consent_service.domain.notice.wording import DEFAULT_TEXTS
from consent_service.domain.site import Site
from consent_service.domain.snippet.options import Options, read_options
from consent_service.hostnames import HostNameError, subdomains
from consent_service.storage import editions
from consent_service.storage.tables import (
    annotations_table,
    api_tokens,
    cells,
    changes,
    closed_periods,
    goals,
    invitations,
    notices,
    pins,
    roles,
    share_links,
    sites,
)

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that a person reading a key aloud could confuse
_KEY = re.compile(r"[a-z0-9]{1,32}", re.ASCII)

SITE_TABLES = (
    annotations_table, api_tokens, cells, closed_periods, goals, invitations, notices, pins, roles, share_links
)  # fmt: skip
"""What goes with a site. The audit trail stays: who removed a site must not remove what they did."""


class SiteError(UserError):
    """A site cannot be made or found; the message says what to do."""


def add(
    connection: Connection, name: str, hosts: Sequence[str], terms: Terms, today: date, texts: Texts = DEFAULT_TEXTS
) -> Site:
    """Make a site whose notice, the shipped one unless told, is current at once. Raises SiteError."""
    key = unused_key(connection)
    row = {"key": key, **checked(name, hosts), "created_on": today.isoformat()}
    connection.execute(insert(sites).values(row))
    editions.add(connection, key, [Edition(Notice(terms, texts), Period.of(today, "month"), today)])
    announce(connection)
    return get(connection, key)


def unused_key(connection: Connection) -> str:
    """So long that a key which was removed does not come again: old pages may still send hits with it."""
    while True:
        key = "".join(secrets.choice(_LETTERS) for _ in range(8))
        if connection.execute(select(sites.c.key).where(sites.c.key == key)).first() is None:
            return key


def put(connection: Connection, site: Site) -> None:
    """Make a site that there was before, as it was. Raises SiteError."""
    row = {
        "key": site.key,
        **checked(site.name, site.hosts),
        "created_on": site.created_on.isoformat(),
        "options": json.dumps(site.options.document),
        "days_from": site.days_from.isoformat() if site.days_from else "",
    }
    connection.execute(insert(sites).values(row))
    editions.add(connection, site.key, site.timeline.editions)
    announce(connection)


def amend(connection: Connection, key: str, name: str, hosts: Sequence[str], options: Options | None = None) -> None:
    """Change a site's name, host names and, if given, options, at once. Raises SiteError and OptionsError."""
    row, held = checked(name, hosts), _held(connection, key)
    present = read_options(json.loads(held.options))
    wanted = options or present
    # A domain may have become a public suffix since: that keeps nobody from other changes.
    is_kept = wanted.subdomains == present.subdomains
    check = subdomains.check_within if is_kept else subdomains.check_subdomains
    check(wanted.subdomains, json.loads(row["hosts"]))
    row["options"] = json.dumps(wanted.document)
    connection.execute(update(sites).where(sites.c.key == key).values(row))
    announce(connection)


def begin_on(connection: Connection, key: str, day: date) -> None:
    """Note that a site's first hits are of an earlier day than the one on which it was made."""
    earlier = (sites.c.key == key) & (sites.c.created_on > day.isoformat())
    if connection.execute(update(sites).where(earlier).values(created_on=day.isoformat())).rowcount:
        announce(connection)


def note_first_hit(connection: Connection, key: str) -> None:
    """Note that a site has been sent a hit, and not when. It is not announced: counting needs nothing of it."""
    connection.execute(update(sites).where((sites.c.key == key) & ~sites.c.has_hits).values(has_hits=True))


def keep_days_from(connection: Connection, key: str, day: date) -> None:
    """Note that days and weeks before a day are not kept any more: from now on nobody is shown one of them."""
    fewer = (sites.c.key == key) & (sites.c.days_from < day.isoformat())
    connection.execute(update(sites).where(fewer).values(days_from=day.isoformat()))


def publish(
    connection: Connection,
    site: Site,
    month: Period,
    counted: bool,
    terms: Terms | None = None,
    texts: Texts | None = None,
    today: date | None = None,
) -> list[Edition]:
    """Publish new terms or texts; gives the editions made. One that waited for its month is replaced.

    ``today``, a day of the present ``month``, is noted beside them, and so from when texts were shown.
    """
    made = timeline.published(site.timeline, month, counted, terms, texts)
    noted = [replace(edition, published_on=today) for edition in made]
    editions.drop_waiting(connection, site.key, month)
    editions.add(connection, site.key, noted)
    announce(connection)
    return noted


def remove(connection: Connection, key: str) -> bool:
    """Remove a site with everything that belongs to it; return False if it was gone already."""
    # Held first: a release that is under way adds to its cells until it commits.
    connection.execute(select(sites.c.key).where(sites.c.key == key).with_for_update())
    for table in SITE_TABLES:
        connection.execute(delete(table).where(table.c.site == key))
    was_there = connection.execute(delete(sites).where(sites.c.key == key)).rowcount > 0
    announce(connection)
    return was_there


def announce(connection: Connection) -> None:
    """Tell every machine that a site or notice has changed."""
    connection.execute(update(changes).values(generation=changes.c.generation + 1))


def generation(connection: Connection) -> int:
    number: int = connection.execute(select(changes.c.generation)).scalar_one()
    return number


def is_key(text: str) -> bool:
    """Whether a text can be a site's key."""
    return _KEY.fullmatch(text) is not None


def find(connection: Connection, key: str) -> Site | None:
    if not is_key(key):  # PostgreSQL does not even take a NUL to look for
        return None
    row = connection.execute(select(sites).where(sites.c.key == key)).one_or_none()
    if row is None:
        return None
    line = editions.timelines(connection, key).get(key)
    return _site(row, line) if line else None  # it is gone if the site was removed since its row was read


def get(connection: Connection, key: str) -> Site:
    """Raises SiteError for an unknown key."""
    site = find(connection, key)
    if site is None:
        raise _unknown(key)
    return site


def everyone(connection: Connection) -> list[Site]:
    """All sites, by name."""
    rows = connection.execute(select(sites).order_by(sites.c.name, sites.c.key)).all()
    timelines = editions.timelines(connection)
    return [_site(row, timelines[row.key]) for row in rows if row.key in timelines]


def names(connection: Connection) -> dict[str, str]:
    """The names of all sites by key, without their notices."""
    return {row.key: row.name for row in connection.execute(select(sites.c.key, sites.c.name).order_by(sites.c.name))}


def number(connection: Connection) -> int:
    """How many sites there are."""
    return connection.execute(select(func.count()).select_from(sites)).scalar_one()


def keys(connection: Connection, most: int) -> list[str] | None:
    """The keys of all sites; None if there are more than ``most``."""
    all_keys = list(connection.execute(select(sites.c.key).limit(most + 1)).scalars())
    return all_keys if len(all_keys) <= most else None


def _held(connection: Connection, key: str) -> Row[tuple[object, ...]]:
    """A site's row, which nobody else changes before this transaction ends: host names and options must fit."""
    row = connection.execute(select(sites).where(sites.c.key == key).with_for_update()).one_or_none()
    if row is None:
        raise _unknown(key)
    return row


def _unknown(key: str) -> SiteError:
    return SiteError(f"there is no site {key!r}; consent-service site list shows them")


def _site(row: Row[tuple[object, ...]], line: Timeline) -> Site:
    return Site(
        key=row.key,
        name=row.name,
        hosts=tuple(json.loads(row.hosts)),
        created_on=date.fromisoformat(row.created_on),
        timeline=line,
        options=read_options(json.loads(row.options)),
        days_from=date.fromisoformat(row.days_from) if row.days_from else None,
        has_hits=row.has_hits,
    )


def checked(name: str, hosts: Sequence[str]) -> dict[str, str]:
    """Name and hosts as they are stored. Raises SiteError."""
    if not 0 < len(name.strip()) <= 100 or not name.strip().isprintable():
        raise SiteError("a site needs a name of at most 100 printable characters")
    try:
        spelled = [hostnames.to_ascii(host) for host in hosts]
    except HostNameError as error:
        raise SiteError(error.message) from None
    for host in spelled:
        if not is_host(host):
            raise SiteError(f"{host!r} is not a host name: write it as in the address bar, such as www.example.org")
    if not spelled or len(spelled) > 100:
        raise SiteError("a site needs a host name, and at most 100")
    return {"name": name.strip(), "hosts": json.dumps(sorted(set(spelled)))}
