"""Campaigns, and what is no view: events, links out, downloads, pages not found, vitals."""

import pytest

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting import hit
from consent_service.domain.counting.dimensions import DECLARABLE, DEFAULT
from consent_service.domain.counting.web_vitals import LIMITS
from consent_service.spool.pending import PendingStore
from consent_service.spool.tally import MOST_UNDONE
from consent_service.storage import sites
from consent_service.storage.database.engine import writing

NEW, AGAIN = hit.VISIT_FLAGS | hit.FIRST_TOUCH, hit.VISIT_FLAGS
ALL = {"dimensions": DECLARABLE, "events": ("donate", "sign-up")}
DEEDS = {
    "event": ({"e": "event", "n": "donate"}, "donate"),
    "outbound": ({"e": "outbound", "n": "Shop.Example"}, "shop.example"),
    "download": ({"e": "download", "n": "/report%202026.pdf?v=2"}, "/report 2026.pdf"),
    "missing": ({"e": "missing", "p": "/old/jane@example.org"}, "/old/:id"),
    "lcp": ({"e": "vitals", "n": "lcp", "v": 2600}, "fair"),
    "inp": ({"e": "vitals", "n": "inp", "v": 90.5}, "good"),
    "cls": ({"e": "vitals", "n": "cls", "v": 0.3}, "poor"),
    "engagement": ({"e": "engaged", "v": 30}, ""),
}
"""A hit of each kind, and what it is counted as."""


@pytest.fixture
def site(world):
    return world.add_site(**ALL)


def pending(world, site, period="2026-11"):
    """What is counted of a site in a period, by dimension."""
    world.merge()
    return PendingStore(world.app.services.spool).sites[site].periods[period]


def dimensions(world, site):
    """The dimensions in which anything is counted of a site, in whatever period."""
    world.merge()
    periods = PendingStore(world.app.services.spool).sites[site].periods
    return {name for counts in periods.values() for name in counts}


def visits(breakdown):
    return {value: counts[1] for value, counts in breakdown.items()}


def send(world, site, token, flags=NEW, **fields):
    return world.hit(site, token, flags, **fields).status_code


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_counts_times_visits_and_visitors_in_its_own_dimension(world, site, name):
    fields, value = DEEDS[name]
    token = world.token(site)
    world.view(site, token)
    counted = [send(world, site, token, flags, **fields) for flags in (NEW, AGAIN, AGAIN, hit.FIRST_TOUCH)]
    counts = pending(world, site)

    assert counted == [204] * 4
    assert counts["site"][""][:3] == [1, 1, 1]
    assert counts[name][value][:4] == [2 if name in LIMITS else 4, 2, 1, 0]
    assert list(counts[name]) == [value]
    assert not counts.keys() & DEEDS.keys() - {name}


@pytest.mark.parametrize("name", DEEDS)
def test_what_the_accepted_notice_does_not_declare_is_not_counted(world, name):
    site = world.add_site(**{**ALL, "dimensions": DEFAULT})
    token = world.token(site)
    publish(world, site, dimensions=list(DECLARABLE))

    assert send(world, site, token, **DEEDS[name][0]) == 204
    assert name not in dimensions(world, site)


@pytest.mark.parametrize("name", DEEDS)
def test_what_the_current_notice_does_not_declare_is_not_counted(world, site, name):
    token = world.token(site)
    publish(world, site, dimensions=list(DEFAULT))

    assert send(world, site, token, **DEEDS[name][0]) == 204
    assert name not in dimensions(world, site)


@pytest.mark.parametrize(("before", "after"), [(["sign-up"], ["donate"]), (["donate"], ["sign-up"]), ([], ["donate"])])
def test_an_event_is_counted_only_if_both_notices_declare_its_name(world, before, after):
    site = world.add_site(dimensions=DECLARABLE, events=tuple(before))
    token = world.token(site)
    publish(world, site, events=after)

    assert send(world, site, token, e="event", n="donate") == 204
    assert "event" not in dimensions(world, site)


def publish(world, site, **terms):
    """Publish new terms and go on to the month in which they are current."""
    with writing(world.engine) as connection:
        now = world.site(site)
        sites.publish(
            connection, now, Period.parse("2026-11"), True, now.timeline.latest.notice.terms.amended(terms), None
        )
    world.keeper.watch()
    world.clock.move(days=10)


@pytest.mark.parametrize(
    "fields",
    [
        {"e": "event", "n": ""},
        {"e": "outbound", "n": ""},
        {"e": "outbound", "n": "shop.example:8080"},
        {"e": "outbound", "n": "https://shop.example"},
        {"e": "download", "n": ""},
        {"e": "download", "n": "report.pdf"},
        {"e": "missing", "p": "old"},
        {"e": "vitals", "n": "ttfb", "v": 1},
        {"e": "vitals", "n": "lcp", "v": -1},
        {"e": "engaged", "v": 3, "f": 2},
        *({"e": "event", "n": "donate", "f": flags} for flags in (2, 4, 8, 16, 32, 16 | 64, 1 | 32 | 64)),
    ],
)
def test_a_deed_that_does_not_say_what_its_kind_needs_is_400(world, site, fields):
    token = world.token(site)
    world.view(site, token)

    assert send(world, site, token, **fields) == 400
    assert not pending(world, site).keys() & DEEDS.keys()


def test_a_campaign_is_counted_with_the_visits_first_view(world, site):
    token = world.token(site)
    world.view(site, token, us="Newsletter", um="E-Mail", uc="autumn+2026")
    world.view(site, token, "/b", NEW, us="other", um="other", uc="other")
    world.view(site, token)
    counts = pending(world, site)

    assert visits(counts["source"]) == {"newsletter": 1, "(none)": 1}
    assert visits(counts["medium"]) == {"e-mail": 1, "(none)": 1}
    assert visits(counts["campaign"]) == {"autumn 2026": 1, "(none)": 1}


def test_the_values_of_a_visitor_add_up_to_the_visits_in_every_dimension(world, site):
    token = world.token(site)
    for number in range(5):
        world.view(site, token, us=f"s{number}", r=f"r{number}.example", d="phone", l="de")
    counts = pending(world, site)

    for name in set(DEFAULT) - {"page"} | {"hour"}:
        assert sum(visits(counts[name]).values()) == 5


def test_the_largest_hit_fits_into_the_undo_record(world, site, monkeypatch):
    applied = []
    count = world.app.writer.count
    monkeypatch.setattr(
        world.app.writer, "count", lambda book, increments: applied.append(increments) or count(book, increments)
    )
    world.view(site, world.token(site), us="s", um="m", uc="c", r="r.example")

    assert sum(len(counters) for _, _, counters in applied[-1]) == 13 <= MOST_UNDONE


def test_the_shipped_notice_declares_campaigns_and_no_deeds():
    assert {"source", "medium", "campaign"} <= set(DEFAULT)
    assert not set(DEFAULT) & DEEDS.keys()


def test_deeds_are_published_and_shown_once_k_visitors_share_them(world, site, clock):
    token = world.token(site)
    for _ in range(12):
        world.view(site, token, us="newsletter")
        for fields, _ in DEEDS.values():
            send(world, site, token, **fields)
    world.clock.move(days=10)
    world.close()
    cells = world.stored(site, "2026-11")

    assert {name: list(cells[name]) for name in DEEDS} == {name: [value] for name, (_, value) in DEEDS.items()}
    assert cells["source"] == {"newsletter": [12, 12, 12, 0, 0, 0]}
