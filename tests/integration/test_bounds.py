"""With the database away for a day, a flood in which every hit is new: spool and memory stay within their bounds."""

import itertools
import tracemalloc
from datetime import UTC

import pytest

from consent_service.domain.calendar.periods import local_day
from consent_service.domain.counting.dimensions import CAMPAIGN_PARTS, CAMPAIGN_SEPARATOR, DIMENSIONS, NOT_FOUND, OTHER
from consent_service.spool.pending import PendingStore
from consent_service.spool.tally import MOST_CELLS, SIZE
from consent_service.spool.writer import MOST_WAITING, SpoolFull
from tests.world import FIRST

MEGABYTE = 1_000_000
SITES = 3
MOST_PER_WORKER, MOST_PER_SITE = 29 * MEGABYTE, 5 * MEGABYTE
"""As docs/configuration.md has them."""
MORE_PER_DAY = 2 * MEGABYTE
"""The same, for each further day of a site with detail ``day``."""

HITS_PER_HOUR = 200
"""A day of them takes every seat twice."""

LONGEST_PATH, LONGEST_HOST, LONGEST_CAMPAIGN = 200, 253, 100


def new_hits(numbers):
    """Touches of first hits, each with values that were never seen, as long as they may be."""
    for number in numbers:
        host = f"{number}.{'host-name.' * 30}"[: LONGEST_HOST - 8] + ".example"
        path, campaign = f"/{number}/{'long-path/' * 25}"[:LONGEST_PATH], f"{number}{'-name' * 20}"[:LONGEST_CAMPAIGN]
        yield [
            ("site", "", (6,)),
            ("page", NOT_FOUND + path, (6,)),
            ("referrer", host, (6,)),
            ("entry", path, (6,)),
            ("campaign", CAMPAIGN_SEPARATOR.join([campaign] * len(CAMPAIGN_PARTS)), (6,)),
            *((name, f"{name}-{number}", (6,)) for name in ("country", "language", "platform", "browser", "event")),
            ("outbound", host, (6,)),
            ("download", path, (6,)),
        ]


def flood(world, sites, details, numbers, hits):
    """Each site gets so many hits, and the keeper merges whenever a tally is handed over."""
    day = local_day(world.clock(), UTC).isoformat()
    for site, detail in zip(sites, details, strict=True):
        for increments in itertools.islice(new_hits(numbers), hits):
            world.app.writer.count((site, detail, day), increments)
            if len(list(world.app.services.spool.tallies.iterdir())) > 2:
                world.keeper.merge()
    world.app.writer.seal()
    world.keeper.merge()


def size_of(folder):
    return sum(file.stat().st_blocks * 512 for file in folder.rglob("*") if file.is_file())


@pytest.fixture
def sites(world):
    return [world.add_site(f"Site {number}", detail="day") for number in range(SITES)]


def take_away(world, tmp_path):
    for engine in (world.engine, world.keeper.engine, world.app.services.engine):
        engine.dispose()
    database = tmp_path / "data" / "consent.sqlite3"
    database.rename(database.with_suffix(".away"))
    database.mkdir()


@pytest.mark.long
def test_a_day_without_the_database_stays_within_what_is_documented(world, sites, tmp_path):
    take_away(world, tmp_path)
    spool, numbers, details = world.config.spool_dir, itertools.count(), ["day"] * SITES
    largest = 0
    tracemalloc.start()
    for _ in range(24):
        flood(world, sites, details, numbers, HITS_PER_HOUR)
        largest = max(largest, size_of(spool))
        world.clock.move(hours=1)
    memory, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert largest <= MOST_PER_WORKER + SITES * (MOST_PER_SITE + MORE_PER_DAY)
    assert memory <= SITES * 2 * MOST_PER_SITE
    for pending in PendingStore(world.app.services.spool).sites.values():
        for breakdowns in pending.periods.values():
            for name, breakdown in breakdowns.items():
                assert len(breakdown) <= DIMENSIONS[name].seats + (OTHER in breakdown)
        assert pending.visits == 24 * HITS_PER_HOUR
        assert pending.periods["2026"]["site"][""][1] == 24 * HITS_PER_HOUR


def test_once_every_seat_is_taken_a_flood_adds_nothing_to_the_size(world, tmp_path):
    site, numbers = world.add_site(), itertools.count()
    take_away(world, tmp_path)
    flood(world, [site], ["month"], numbers, 3_000)
    before = size_of(world.app.services.spool.pending)
    flood(world, [site], ["month"], numbers, 3_000)

    assert size_of(world.app.services.spool.pending) == before
    assert before < MOST_PER_SITE


def count_for_ever(world, site, numbers):
    for increments in new_hits(numbers):
        world.app.writer.count((site, "month", "2026-11-22"), increments)


def test_without_a_keeper_a_worker_refuses_rather_than_grow(world):
    site, numbers = world.add_site(), itertools.count()
    with pytest.raises(SpoolFull):
        count_for_ever(world, site, numbers)
    assert size_of(world.app.services.spool.tallies) <= (MOST_WAITING + 2) * (SIZE + 4_096)
    assert next(numbers) > MOST_CELLS // 7
    sent = next(numbers) - 2  # but for the one that was refused
    world.keeper.merge()
    world.merge()
    assert PendingStore(world.app.services.spool).sites[site].periods["2026"]["site"][""][1] == sent


def test_hits_that_cannot_be_kept_are_answered_503(world):
    site, numbers = world.add_site(), itertools.count()
    token = world.token(site)
    assert world.view(site, token).status_code == 204
    with pytest.raises(SpoolFull):
        count_for_ever(world, site, numbers)

    assert world.view(site, token, "/never-seen", FIRST).status_code == 503
    world.keeper.merge()
    world.app.writer.seal()  # as it does each second: it looks for room anew
    assert world.view(site, token, "/never-seen", FIRST).status_code == 204
