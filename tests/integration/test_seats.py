"""A flood of junk against real values: listed pages and what was published last keep their seats."""

import itertools

import pytest

from consent_service.domain.calendar.periods import Period
from consent_service.domain.counting.dimensions import DIMENSIONS, NONE, OTHER
from consent_service.keeper.keeper import create_keeper
from consent_service.spool import reserved
from consent_service.spool.pending import PendingStore
from consent_service.storage import sites
from consent_service.storage.database.engine import writing

LISTED = tuple(f"/listed/page-{n}" for n in range(40))
USUAL = tuple(f"/usual/page-{n}" for n in range(30))
HOSTS = tuple(f"friend-{n}.example" for n in range(20))
MANY = {"page": DIMENSIONS["page"].seats, "referrer": DIMENSIONS["referrer"].seats}

numbers = itertools.count()


def come(world, site, pages, hosts=(), detail="month"):
    """Each page and each host is visited once, by as many first hits as the longer list has; then all is merged."""
    today = world.site(site).timeline.day_at(world.clock()).isoformat()
    for page, host in itertools.zip_longest(pages, hosts, fillvalue=NONE):
        increments = [("site", "", (6,)), ("page", page, (6,)), ("referrer", host, (6,))]
        world.app.writer.count((site, detail, today), increments)
        if len(list(world.app.services.spool.tallies.iterdir())) > 2:
            world.keeper.merge()
    world.merge()


def flood(world, site, detail="month"):
    """More junk than there are seats."""
    some = [next(numbers) for _ in range(MANY["page"] + 100)]
    come(world, site, [f"/junk/{n}" for n in some], [f"junk-{n}.example" for n in some], detail)


def add_site(world, detail):
    site = world.add_site(detail=detail, pages=LISTED, threshold=5)
    world.keeper.close()
    return site


def a_period_of_usual_visits(world, site, detail):
    for _ in range(6):
        come(world, site, USUAL, HOSTS, detail)
    world.clock.move(days=10 if detail == "month" else 1)
    assert world.close() > 0


def pending(world, site, detail, dimension):
    today = world.site(site).timeline.day_at(world.clock()).isoformat()
    period = today if detail == "day" else today[:7]
    return PendingStore(world.app.services.spool).sites[site].periods[period][dimension]


@pytest.fixture(params=["month", "day"])
def detail(request):
    return request.param


@pytest.mark.parametrize("order", [(1, 0), (0, 1), (1, 0, 1, 0)], ids=["before", "after", "amid"])
def test_a_flood_of_junk_pushes_no_listed_page_and_no_value_of_last_period_out(world, detail, order):
    site = add_site(world, detail)
    a_period_of_usual_visits(world, site, detail)
    for is_junk in order:
        if is_junk:
            flood(world, site, detail)
        else:
            come(world, site, (*LISTED, *USUAL), HOSTS, detail)

    times = order.count(0)
    pages, hosts = (pending(world, site, detail, name) for name in MANY)
    assert {page: pages.get(page, [0])[0] for page in LISTED} == dict.fromkeys(LISTED, times)
    for cells, values in ((pages, USUAL), (hosts, HOSTS)):
        seated = {value for value in values if value in cells}
        assert len(seated) >= len(values) - 1  # one was the cover of the last period, and too small for a row
        assert {value: cells[value][0] for value in seated} == dict.fromkeys(seated, times)
    assert len(pages) <= MANY["page"] + 2
    assert len(hosts) <= MANY["referrer"] + 2
    assert pages[OTHER][0] > 0


def test_seats_are_kept_by_a_keeper_that_starts_without_the_database(world, detail, tmp_path):
    site = add_site(world, detail)
    a_period_of_usual_visits(world, site, detail)
    for engine in (world.engine, world.keeper.engine, world.app.services.engine):
        engine.dispose()
    site_on = world.site(site)
    database = tmp_path / "data" / "consent.sqlite3"
    database.rename(database.with_suffix(".away"))
    database.mkdir()
    world.keeper = create_keeper(world.config, world.clock, world.keeper.engine)
    world.site = lambda _: site_on
    flood(world, site, detail)
    come(world, site, (*LISTED, *USUAL), HOSTS, detail)

    pages = pending(world, site, detail, "page")
    assert set(LISTED) <= pages.keys()
    assert len(set(USUAL) - pages.keys()) <= 1


def test_what_was_released_keeps_its_seat_in_the_next_period_before_the_last_is_closed(world, detail):
    site = add_site(world, detail)
    for _ in range(2):  # the totals, then the breakdowns
        for _ in range(6):
            come(world, site, USUAL, HOSTS, detail)
        world.release_all()
    world.keeper.close()
    world.clock.move(days=10 if detail == "month" else 1)  # nothing is closed yet
    flood(world, site, detail)
    come(world, site, USUAL, HOSTS, detail)

    assert len(set(USUAL) - pending(world, site, detail, "page").keys()) <= 1


def test_pages_of_a_notice_that_waits_for_its_month_keep_their_seats_from_its_first_hit_on(world):
    site = add_site(world, "month")
    a_period_of_usual_visits(world, site, "month")
    month = world.site(site).timeline.day_at(world.clock()).isoformat()[:7]
    terms = world.site(site).timeline.latest.notice.terms.amended({"pages": ["/new/page?query"]})
    with writing(world.engine) as connection:
        sites.publish(connection, world.site(site), Period.parse(month), counted=True, terms=terms)
    world.keeper.close()
    world.clock.move(days=31)
    flood(world, site)
    come(world, site, ["/new/page"])

    assert "/new/page" in pending(world, site, "month", "page")


def test_counts_that_are_loaded_find_the_seats_that_are_kept_for_them(world, tmp_path):
    site = add_site(world, "month")
    a_period_of_usual_visits(world, site, "month")
    come(world, site, (*LISTED, *USUAL), HOSTS)
    world.keeper.save(tmp_path / "saved", "correct horse battery")
    for file in world.app.services.spool.seats.iterdir():
        file.unlink()
    world.keeper = create_keeper(world.config, world.clock, world.keeper.engine)
    flood(world, site)
    world.keeper.load(tmp_path / "saved", "correct horse battery")

    cells = pending(world, site, "month", "page")
    assert len(cells) <= MANY["page"] + 2
    assert sum(counts[0] for counts in cells.values()) == MANY["page"] + 100 + len(LISTED + USUAL)


def test_the_file_holds_published_values_and_listed_pages_alone(world):
    site = add_site(world, "month")
    come(world, site, ["/quiet"] * 4, ["quiet.example"] * 4)
    a_period_of_usual_visits(world, site, "month")

    found = reserved.read(world.app.services.spool, site)
    assert set(LISTED) < set(found["month"]["page"]) <= {*LISTED, *USUAL}  # /quiet was folded, perhaps with another
    assert set(found["month"]["referrer"]) <= set(HOSTS)


def test_a_file_is_written_only_if_it_differs_and_removed_with_its_site(world):
    site = add_site(world, "month")
    [file] = world.app.services.spool.seats.iterdir()
    before = file.stat().st_mtime_ns, file.stat().st_ino
    world.clock.move(hours=1)
    world.keeper.close()
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before

    with writing(world.engine) as connection:
        sites.remove(connection, site)
    world.keeper.close()
    assert not file.exists()


def test_junk_that_comes_often_enough_to_be_released_goes_not_before_what_was_published(world):
    site = add_site(world, "month")
    a_period_of_usual_visits(world, site, "month")
    junk = [f"/junk/often-{number}" for number in range(40)]
    for _ in range(2):
        for _ in range(15):
            come(world, site, junk)
        world.release_all()
    world.keeper.close()
    assert len(set(junk) & world.stored(site, "2026-12")["page"].keys()) >= len(junk) - 1
    usual = set(reserved.read(world.app.services.spool, site)["month"]["page"]) & set(USUAL)
    flood(world, site)
    come(world, site, USUAL, HOSTS)

    assert len(usual) >= len(USUAL) - 1
    assert usual <= pending(world, site, "month", "page").keys()
