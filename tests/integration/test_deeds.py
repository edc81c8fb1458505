"""Campaigns, and what is no view: events, links out, downloads, pages not found, vitals."""

import pytest

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting import hit
from consent_service.domain.counting.dimensions import DECLARABLE, DEFAULT, MISSING
from consent_service.domain.counting.web_vitals import LIMITS
from consent_service.spool.pending import PendingStore
from consent_service.spool.tally import MOST_OF_A_HIT, MOST_UNDONE
from consent_service.storage import sites
from consent_service.storage.database.engine import writing
from tests.covers import check_published, seen

NEW, AGAIN = hit.VISIT_FLAGS | hit.FIRST_TOUCH, hit.VISIT_FLAGS
ALL = {"dimensions": DECLARABLE, "events": ("donate", "sign-up")}
DEEDS = {
    "event": ({"e": "event", "n": "donate"}, "donate"),
    "outbound": ({"e": "outbound", "n": "shop.example"}, "shop.example"),
    "download": ({"e": "download", "n": "/report 2026.pdf"}, "/report 2026.pdf"),
    "lcp": ({"e": "vitals", "n": "lcp", "v": 2600}, "fair"),
    "inp": ({"e": "vitals", "n": "inp", "v": 90.5}, "good"),
    "cls": ({"e": "vitals", "n": "cls", "v": 0.3}, "poor"),
    "engagement": ({"e": "engaged", "v": 30}, ""),
}
"""A hit of each kind, and what it is counted as."""

OTHERS = {
    "event": ({"e": "event", "n": "sign-up"}, "sign-up"),
    "outbound": ({"e": "outbound", "n": "forum.example"}, "forum.example"),
    "download": ({"e": "download", "n": "/map.pdf"}, "/map.pdf"),
    "lcp": ({"e": "vitals", "n": "lcp", "v": 100}, "good"),
    "inp": ({"e": "vitals", "n": "inp", "v": 2_000}, "poor"),
    "cls": ({"e": "vitals", "n": "cls", "v": 0.01}, "good"),
    "engagement": ({"e": "engaged", "v": 10}, ""),
}
"""Another one of each kind."""


@pytest.fixture
def site(world):
    return world.add_site(**ALL)


def pending(world, site, period="2026-11"):
    """What is counted of a site in a period, by dimension."""
    world.merge()
    return world.pending(site, period)


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


@pytest.mark.parametrize(
    ("name", "sent", "value"),
    [("outbound", "Shop.Example", "shop.example"), ("download", "/report%202026.pdf?v=2", "/report 2026.pdf")],
)
def test_of_several_addresses_that_become_one_value_none_is_known_to_be_a_visits_first(world, site, name, sent, value):
    token = world.token(site)
    world.view(site, token)
    counted = [send(world, site, token, flags, e=name, n=sent) for flags in (NEW, AGAIN, hit.FIRST_TOUCH)]
    counts = pending(world, site)

    assert counted == [204] * 3
    assert counts[name] == {value: [3, 0, 0, 0, 0]}


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [("/old", "404 /old", [4, 2, 1, 0, 0]), ("/old/jane@example.org", "404 /old/:id", [4, 0, 0, 0, 0])],
)
def test_a_page_not_found_is_told_apart_among_the_pages(world, site, path, value, expected):
    token = world.token(site)
    world.view(site, token)
    counted = [
        world.view(site, token, path, flags, x=404).status_code for flags in (NEW, AGAIN, AGAIN, hit.FIRST_TOUCH)
    ]
    counts = pending(world, site)

    assert counted == [204] * 4
    assert counts["site"][""][:3] == [5, 1, 1]
    assert counts["page"] == {"/": [1, 1, 1, 0, 0], value: expected}
    assert not counts.keys() & {*DEEDS, MISSING}


def test_a_visit_may_begin_on_a_page_not_found(world, site):
    world.view(site, world.token(site), "/old", x=404)
    counts = pending(world, site)

    assert visits(counts["page"]) == visits(counts["entry"]) == {"404 /old": 1}


@pytest.mark.parametrize(("before", "after"), [(DECLARABLE, DEFAULT), (DEFAULT, DECLARABLE)])
def test_a_page_not_found_is_any_page_unless_both_notices_declare_it(world, before, after):
    site = world.add_site(**{**ALL, "dimensions": before})
    token = world.token(site)
    publish(world, site, dimensions=list(after))
    world.view(site, token, "/old", x=404)
    counts = pending(world, site, "2026-12")

    assert visits(counts["page"]) == visits(counts["entry"]) == {"/old": 1}


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
        {"e": "missing", "p": "/old"},
        {"e": "view", "p": "old", "x": 404},
        {"e": "view", "p": "/old", "x": 403},
        {"e": "event", "n": "donate", "x": 404},
        {"e": "engaged", "v": 3, "x": 404},
        {"e": "vitals", "n": "ttfb", "v": 1},
        {"e": "vitals", "n": "lcp", "v": -1},
        {"e": "engaged", "v": 3, "f": 2},
        *({"e": "event", "n": "donate", "f": flags} for flags in (2, 4, 8, 16, 32, 16 | 64, 1 | 32 | 64)),
    ],
)
def test_a_deed_that_does_not_say_what_its_kind_needs_is_400(world, site, fields):
    token = world.token(site)
    world.view(site, token)
    before = pending(world, site)

    assert send(world, site, token, **fields) == 400
    assert pending(world, site) == before
    assert not before.keys() & DEEDS.keys()


def test_a_campaign_is_counted_with_the_visits_first_view(world, site):
    token = world.token(site)
    world.view(site, token, us="Newsletter", um="E-Mail", uc="autumn+2026")
    world.view(site, token, "/b", NEW, us="other", um="other", uc="other")
    world.view(site, token)
    world.view(site, token, um="E-Mail")
    counts = pending(world, site)

    assert visits(counts["campaign"]) == {
        "newsletter / e-mail / autumn 2026": 1,
        "(none)": 1,
        "\N{EN DASH} / e-mail / \N{EN DASH}": 1,
    }


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

    assert sum(len(counters) for _, _, counters in applied[-1]) == 10 <= MOST_UNDONE
    assert len(applied[-1]) == 10 <= MOST_OF_A_HIT


def test_the_shipped_notice_declares_campaigns_and_no_deeds():
    assert "campaign" in DEFAULT
    assert not set(DEFAULT) & {*DEEDS, MISSING}


def test_deeds_are_published_and_shown_once_k_visitors_share_them(world, site, clock):
    token = world.token(site)
    for deeds, source in ((DEEDS, "newsletter"), (OTHERS, "forum")):
        for _ in range(12):
            world.view(site, token, us=source)
            world.view(site, token, "/old", NEW, x=404)
            for fields, _ in deeds.values():
                send(world, site, token, **fields)
    clock.move(days=10)
    world.close()
    true = {name: {value: 12, OTHERS[name][1]: 12} for name, (_, value) in DEEDS.items() if name != "engagement"}
    true["campaign"] = {"newsletter / \N{EN DASH} / \N{EN DASH}": 12, "forum / \N{EN DASH} / \N{EN DASH}": 12}
    true["page"] = {"/": 24, "404 /old": 24}

    for name, expected in true.items():
        rows = seen(world, site, "2026-11", name)
        check_published(rows, expected)
        assert rows.keys() & expected.keys()
    assert world.stored(site, "2026-11")["engagement"] == {"": [24, 24, 24, 0, 12 * 30 + 12 * 10]}


@pytest.mark.parametrize("name", sorted(DEEDS.keys() - {"engagement"}))
def test_deeds_of_fewer_visitors_are_published_of_none(world, site, clock, name):
    token = world.token(site)
    for number in range(12):
        world.view(site, token)
        if number < 9:
            send(world, site, token, **DEEDS[name][0])
    clock.move(days=10)
    world.close()

    assert not seen(world, site, "2026-11", name)
