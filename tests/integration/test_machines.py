"""Several machines on one PostgreSQL: each with its own spool and keeper, and one count for all."""

import shutil
import threading

import pytest
from sqlalchemy import select

from consent_service.domain.disclosure import publication
from consent_service.spool.batch import Batch, Release
from consent_service.spool.pending import PendingStore
from consent_service.storage import sites
from consent_service.storage.counts import cells as counters
from consent_service.storage.counts import spools
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.tables import closed_periods
from tests.covers import seen
from tests.e2e.service import wait_until
from tests.together import at_once, waits_for_a_lock
from tests.world import World

TOTAL, HANDED_OVER = ("site", ""), ("+site", "")


@pytest.fixture
def machines(environ, clock, postgresql):
    """Two services on one database, alive."""
    url = {"CONSENT_DATABASE_URL": postgresql.new_database()}
    spools_of = [environ["CONSENT_SPOOL_DIR"], environ["CONSENT_SPOOL_DIR"] + "-second"]
    made = [World({**environ, **url, "CONSENT_SPOOL_DIR": folder}, clock) for folder in spools_of]
    for machine in made:
        machine.keeper.seen()
    yield made
    for machine in made:
        machine.dispose()
        shutil.rmtree(machine.config.spool_dir, ignore_errors=True)


@pytest.fixture
def first(machines):
    return machines[0]


@pytest.fixture
def second(machines):
    return machines[1]


@pytest.fixture
def site(first):
    return first.add_site()


def live_until(clock, machines, **parts):
    """Time passes, and these machines tell that they are alive."""
    clock.move(**parts)
    for machine in machines:
        machine.merge()
        machine.keeper.seen()


def come_and_go(clock, machine):
    """A machine lives through the night; the others are gone."""
    live_until(clock, [machine], days=1)
    live_until(clock, [machine], minutes=11)


def visits(world, site, period):
    """By dimension and value."""
    return {(name, value): row[1] for name, cells in world.stored(site, period).items() for value, row in cells.items()}


def pending_periods(world, site):
    return set(PendingStore(world.app.services.spool).sites[site].periods)


def test_a_closed_period_holds_what_both_machines_counted(machines, first, second, site, clock):
    first.visits(site, 23, z="Europe/Paris")
    second.visits(site, 14, z="Europe/Paris")
    first.release()
    first.visits(site, 7, z="Europe/Paris")
    for machine, zone, number in ((first, "Berlin", 5), (first, "Madrid", 6), (second, "Berlin", 7)):
        machine.visits(site, number, z=f"Europe/{zone}")
    live_until(clock, machines, days=9)  # into December

    second.close()
    first.close()
    assert visits(first, site, "2026-11-22")[TOTAL] == 62
    assert visits(first, site, "2026-11")[TOTAL] == 62
    # Of what the second counted no name was stored: it is unnamed, and of the first's one large value a part is.
    countries = seen(first, site, "2026-11", "country")
    assert countries.keys() <= {"FR", "(other)"}
    assert sum(row.size for row in countries.values()) == 62
    assert countries.get("FR", ("",) * 3)[2] in ("", "visits>= visitors>=")
    assert "FR" not in countries or 10 <= countries["FR"].size <= 30
    assert sum(row.size for row in seen(first, site, "2026-11", "page").values()) == 62


@pytest.mark.usefixtures("_first_is_cover")
def test_each_machine_has_a_cover_and_what_another_covered_is_marked(machines, first, second, clock):
    site = first.add_site(dimensions=("country",))
    zones = {first: {"Paris": 60, "Rome": 50}, second: {"Paris": 60, "Madrid": 50}}
    for machine in machines:
        for zone, number in zones[machine].items():
            machine.visits(site, number, z=f"Europe/{zone}")
        machine.release()
    for machine in machines:
        for zone in zones[machine]:
            machine.visits(site, 20, z=f"Europe/{zone}")
        machine.release_all()
    # The second is the first that finds the total large enough, and stores FR: of that nothing can be held back.
    assert [machine.covers(site, "2026-11")["country"] for machine in machines] == ["IT", "ES"]
    assert {value: row[1] for value, row in first.stored(site, "2026-11")["country"].items()} == {"FR": 160}

    first.visits(site, 15, z="Europe/Madrid")
    first.visits(site, 12, z="Europe/Amsterdam")
    second.visits(site, 3, z="Europe/Paris")
    second.visits(site, 2, z="Europe/Amsterdam")
    live_until(clock, machines, days=9)
    second.close()
    november = first.stored(site, "2026-11")
    assert {value: row[1] for value, row in november["country"].items()} == {"FR": 163}
    assert {value: row[:3] for value, row in november["+country"].items()} == {"(other)": [72, 72, 72], "ES": [0, 0, 0]}

    first.close()
    least = "visits>= visitors>="
    assert seen(first, site, "2026-11", "country") == {
        "FR": (163, 163, ""),
        "IT": (70, 70, least),  # the first's cover
        "ES": (15, 15, least),  # the second's cover
        "NL": (12, 12, least),  # never stored: the second may have had some of it
        "(other)": (72, 72, ""),
    }


def test_a_close_waits_for_a_machine_that_is_alive(machines, first, second, site, clock):
    second.visits(site, 12)
    live_until(clock, machines, days=1)

    assert first.close() == 0
    assert second.close() > 0  # the first has handed over by now, so the second closes at once
    assert visits(first, site, "2026-11-22")[TOTAL] == 12
    assert first.close() == 0


def test_a_machine_that_has_nothing_to_hand_over_is_not_waited_for_twice(machines, first, second, site, clock):
    first.visits(site, 12)
    live_until(clock, machines, days=1)
    second.close()

    assert first.close() > 0
    assert visits(second, site, "2026-11-22")[TOTAL] == 12


def test_a_close_does_not_hang_on_a_machine_that_is_gone(first, second, site, clock):
    first.visits(site, 12)
    second.visits(site, 12)
    second.merge()
    come_and_go(clock, first)

    assert first.close() > 0
    assert visits(first, site, "2026-11-22")[TOTAL] == 12


def test_a_machine_that_is_alive_and_never_hands_over_is_waited_for_an_hour(machines, first, site, clock):
    first.visits(site, 12)
    clock.move(hours=11, minutes=50)
    for _ in range(13):
        live_until(clock, machines, minutes=5)
        assert first.close() == 0

    live_until(clock, machines, minutes=6)
    assert first.close() > 0
    assert visits(first, site, "2026-11-22")[TOTAL] == 12


def test_after_hours_without_the_database_who_was_alive_before_is_waited_for(machines, first, second, site, clock):
    for machine in machines:
        machine.visits(site, 12)
        machine.merge()
    clock.move(days=1)  # neither has told that it is alive
    first.keeper.seen()
    assert first.close() == 0

    second.keeper.seen()
    assert second.close() > 0
    assert visits(first, site, "2026-11-22")[TOTAL] == 24


def test_after_hours_without_the_database_a_machine_that_stays_away_is_waited_for_ten_minutes(first, site, clock):
    first.visits(site, 12)
    first.merge()
    clock.move(days=1)
    first.keeper.seen()
    assert first.close() == 0

    live_until(clock, [first], minutes=11)
    assert first.close() > 0


def test_a_machine_that_comes_back_after_the_close_adds_to_the_longer_periods(first, second, site, clock):
    first.visits(site, 12)
    second.visits(site, 13)
    second.merge()
    come_and_go(clock, first)
    first.close()
    closed = first.stored(site, "2026-11-22")

    second.keeper.release()
    second.close()
    assert first.stored(site, "2026-11-22") == closed
    assert visits(first, site, "2026-11")[TOTAL] == 13
    first.release()
    assert visits(first, site, "2026-11")[TOTAL] == 25
    assert "2026-11-22" not in pending_periods(second, site)


def test_a_machine_whose_close_meets_anothers_leaves_the_period_as_it_is(first, second, site, clock):
    first.visits(site, 12)
    second.release()
    second.visits(site, 13)
    second.merge()
    come_and_go(clock, first)
    first.close()
    closed = first.rows(site, "2026-11-22")

    second.keeper.release()  # nothing is released of a day that is over
    assert "2026-11-22" in pending_periods(second, site)
    second.keeper.close()
    assert "2026-11-22" not in pending_periods(second, site)
    assert first.rows(site, "2026-11-22") == closed
    assert closed["site"][""].counts[1] == 12


def test_a_machine_that_lost_its_memory_starts_a_new_spool_and_counts_on(machines, first, second, site, clock):
    second.visits(site, 12)
    second.merge()
    shutil.rmtree(second.config.spool_dir)
    reborn = World(second.environ, clock)
    reborn.visits(site, 13)
    live_until(clock, [first, reborn], hours=12, minutes=1)

    first.close()
    assert reborn.close() > 0
    assert visits(first, site, "2026-11-22")[TOTAL] == 13
    reborn.dispose()


def test_the_old_spool_of_a_machine_is_waited_for_ten_minutes(machines, first, second, site, clock):
    live_until(clock, machines, hours=11, minutes=56)
    first.visits(site, 12)
    shutil.rmtree(second.config.spool_dir)  # at 23:56
    live_until(clock, [first], minutes=5)
    assert first.close() == 0

    live_until(clock, [first], minutes=6)
    assert first.close() > 0
    assert visits(first, site, "2026-11-22")[TOTAL] == 12


def test_nothing_that_is_handed_over_names_what_fewer_than_k_visitors_share(machines, first, second, site, clock):
    first.visits(site, 12, ("/",))
    first.release()
    second.visits(site, 4, ("/", "/secret-page"))
    live_until(clock, machines, days=9)
    second.close()

    november = second.stored(site, "2026-11")
    assert "page" not in november
    assert november["+page"].keys() == {"(other)"}
    assert (november["site"][""][1], november["+site"][""][1]) == (12, 4)
    assert {value for name, cells in november.items() if name.startswith("+") for value in cells} == {"", "(other)"}


def test_values_below_k_on_every_machine_stay_folded(machines, first, second, site, clock):
    for machine in machines:
        machine.visits(site, 12, ("/",))
        machine.visits(site, 8, ("/quiet",))
    live_until(clock, machines, days=9)
    second.close()
    first.close()

    assert "/quiet" not in first.stored(site, "2026-11")["page"]
    assert visits(first, site, "2026-11")[TOTAL] == 40


def test_what_was_handed_over_below_k_is_not_published(machines, first, second, site, clock):
    second.visits(site, 4)
    live_until(clock, machines, days=1)
    second.close()
    assert visits(first, site, "2026-11-22") == {HANDED_OVER: 4}

    first.close()
    assert visits(first, site, "2026-11-22") == {}


def test_what_comes_after_a_hand_over_stays_in_the_longer_periods(machines, second, site, clock):
    second.visits(site, 12)
    live_until(clock, machines, days=1)
    second.close()
    clock.move(days=-1)  # a clock that was wrong
    second.visits(site, 3)
    clock.move(days=1)
    second.merge()
    second.close()

    assert visits(second, site, "2026-11-22")[HANDED_OVER] == 12
    assert "2026-11-22" not in pending_periods(second, site)
    assert pending_periods(second, site) >= {"2026-11", "2026"}


def test_how_far_a_machine_has_handed_over_never_goes_back(machines, first, second, clock):
    first.add_site()
    live_until(clock, machines, days=1)
    second.close()
    before = handed_over(second)
    clock.move(days=-1, seconds=60)
    with writing(second.engine) as connection:
        number = spools.of(connection, second.app.services.spool.id).last_batch + 1
        assert spools.advance(connection, second.app.services.spool.id, number, clock())

    assert handed_over(second) == before > clock()


def handed_over(machine):
    with reading(machine.engine) as connection:
        return spools.of(connection, machine.app.services.spool.id).handed_over


def test_machines_that_close_at_the_same_moment_leave_every_visit_counted_once(machines, first, site, clock):
    for day in range(6):
        for machine in machines:
            machine.visits(site, 7)
        live_until(clock, machines, days=1)
        at_once(*(machine.keeper.close for machine in machines))
        at_once(*(machine.keeper.close for machine in machines))
        assert visits(first, site, f"2026-11-{22 + day}") == {TOTAL: 14}


def test_a_release_on_one_machine_and_a_close_on_another_do_not_mix(machines, first, second, site, clock):
    clock.move(days=45)
    for month in range(1, 7):
        for machine in machines:
            machine.visits(site, 10)
        live_until(clock, [first], days=30)
        live_until(clock, [first], minutes=11)  # the first does not wait for the second
        second.merge()
        at_once(first.keeper.close, second.keeper.release)
        assert digest(first, site, f"2027-0{month}") == stored_digest(first, site, f"2027-0{month}")

    first.release()
    assert visits(first, site, "2027")[TOTAL] == 120


def digest(world, site, period):
    """Of the rows that are stored now."""
    rows = world.rows(site, period)
    return publication.digest_of(
        publication.PublishedRow(name, value, *rows[name][value])
        for name in sorted(rows)
        for value in sorted(rows[name])
    )


def stored_digest(world, site, period):
    """As it was written when the period was closed."""
    with reading(world.engine) as connection:
        return connection.scalar(select(closed_periods.c.digest).filter_by(site=site, period=period))


def test_a_site_that_is_removed_beside_a_release_leaves_nothing_behind(first, second, site):
    release = Batch(number=1, releases=[Release(site, "2026-11", {"site": {"": [12] * 5}})])

    def remove():
        with writing(second.engine) as connection:
            sites.remove(connection, site)

    with writing(first.engine) as connection:
        counters.apply(connection, "a spool", release, rows_of=None)
        removal = threading.Thread(target=remove)
        removal.start()
        wait_until(lambda: waits_for_a_lock(second), "the removal to come to the release")
    removal.join()

    assert first.stored(site, "2026-11") == {}


def test_a_new_site_reaches_the_other_machine_with_its_next_watch(first, second):
    before = second.app.services.generation.current()
    first.add_site()

    second.keeper.watch()
    assert second.app.services.generation.current() > before


def test_with_sqlite_nothing_is_ever_handed_over(world, clock):
    site = world.add_site()
    with writing(world.engine) as connection:
        spools.seen(connection, "the spool before the reboot", clock() + 86_400)
    world.visits(site, 4)
    clock.move(days=1)

    assert world.close() > 0
    assert visits(world, site, "2026-11-22") == {}
