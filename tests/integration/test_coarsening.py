"""Days and weeks go when the notice says so; months and years stay as they are."""

from datetime import date

import pytest
from sqlalchemy import event

from consent_service.archive import writer
from consent_service.domain.calendar.periods import Period
from consent_service.domain.calendar.ranges import Range
from consent_service.keeper import coarsening
from consent_service.keeper.keeper import create_keeper
from consent_service.reporting import exports, ranges, reports
from consent_service.reporting.reports import Coarsened
from consent_service.spool.batch import Batch, Release
from consent_service.storage import sites
from consent_service.storage.counts import cells as counters
from consent_service.storage.counts import spools
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.tables import cells, closed_periods
from consent_service.web.numbers.links import Asked
from consent_service.web.numbers.site_page import page
from tests.integration.exactly_once.machine import Machine
from tests.made_once import made_once
from tests.owner import Press


@pytest.fixture(params=["month", "day"])
def detail(request):
    return request.param


@pytest.fixture
def site(any_world, clock, detail):
    """A site that keeps days for two months: made on 20 August 2026, with visits on one day of each month since; the
    clock stands at 22 November and everything that has passed is closed."""

    def live() -> str:
        clock.move(days=-94)
        key = any_world.add_site(retention=2, detail=detail)
        for _ in range(4):
            any_world.visits(key, 12, ("/", "/about"))
            any_world.merge()
            clock.move(days=30)
            any_world.close()
        clock.move(days=-26)
        return key

    return made_once(any_world, f"a site that keeps days for two months, by {detail}", live)


def coarsen(world):
    while world.keeper.coarsen():
        pass


def kept(world, site):
    """All periods of which anything is stored."""
    with reading(world.engine) as connection:
        found = [
            set(connection.scalars(table.select().with_only_columns(table.c.period).where(table.c.site == site)))
            for table in (cells, closed_periods)
        ]
    return set.union(*found)


def dump(world, site):
    """Everything that is stored of months and years."""
    with reading(world.engine) as connection:
        return [
            [row for row in sorted(connection.execute(table.select()).all()) if len(row.period) in (4, 7)]
            for table in (cells, closed_periods)
        ]


def exported(world, site):
    with reading(world.engine) as connection:
        return [
            exports.file_of(connection, world.site(site), month, "json", world.clock())
            for month in ("2026-08", "2026-09")
        ]


def days_of(world, site, month):
    return {period for period in kept(world, site) if period.startswith(month) and len(period) == 10}


@pytest.mark.both_databases
def test_days_and_weeks_go_and_months_years_and_their_exports_stay_as_they_are(any_world, site):
    before, files = dump(any_world, site), exported(any_world, site)
    assert days_of(any_world, site, "2026-08")
    assert days_of(any_world, site, "2026-09")
    coarsen(any_world)

    assert days_of(any_world, site, "2026-08") == days_of(any_world, site, "2026-09") == set()
    assert len(days_of(any_world, site, "2026-10")) == 31
    weeks = {period for period in kept(any_world, site) if "W" in period}
    assert min(weeks) == "2026-W41"  # W40 begins in September
    assert {"2026-08", "2026-09", "2026-10"} <= kept(any_world, site)
    assert dump(any_world, site) == before
    assert exported(any_world, site) == files


def test_what_is_gone_is_not_closed_again(any_world, site):
    coarsen(any_world)
    after = kept(any_world, site)
    again = create_keeper(any_world.config, any_world.clock)
    for keeper in (any_world.keeper, again):
        keeper.close()
        assert kept(any_world, site) == after
    again.engine.dispose()


def test_a_clock_that_was_set_back_brings_nothing_back(any_world, site, clock):
    coarsen(any_world)
    after = kept(any_world, site)
    clock.move(days=-40)
    for step in (any_world.keeper.close, any_world.keeper.coarsen):
        step()
        assert kept(any_world, site) == after


def test_what_another_machine_brings_late_for_a_day_that_is_gone_is_left_out(any_world, site):
    coarsen(any_world)
    late = {"site": {"": [12] * 5}}
    with writing(any_world.engine) as connection:
        batch = Batch(releases=[Release(site, "2026-09-20", late), Release(site, "2026", late)])
        batch.number = spools.of(connection, "another").last_batch + 1
        assert counters.apply(connection, "another", batch, rows_of=None) is False
    assert any_world.stored(site, "2026-09-20") == {}
    assert any_world.stored(site, "2026")["site"][""][1] == 12


def test_nothing_goes_before_its_month_is_final(any_world, clock):
    key = any_world.add_site(retention=1)
    any_world.visits(key, 12)
    any_world.merge()
    clock.move(days=12)  # 4 December: November may go, but nobody has closed anything
    coarsen(any_world)
    any_world.close()
    coarsen(any_world)
    assert days_of(any_world, key, "2026-11")  # the week from 30 November on has days of November, and is open

    clock.move(days=3)
    any_world.close()
    coarsen(any_world)
    assert not days_of(any_world, key, "2026-11")
    assert "2026-11" in kept(any_world, key)


@pytest.mark.parametrize("steps", range(1, 6))
def test_cut_short_after_any_transaction_another_keeper_goes_on_and_nobody_sees_a_half(
    any_world, site, monkeypatch, steps
):
    monkeypatch.setattr(coarsening, "MOST_STEPS", steps)
    monkeypatch.setattr(coarsening, "MOST_CELLS", 20)
    assert any_world.keeper.coarsen()
    with reading(any_world.engine) as connection, pytest.raises(Coarsened):
        reports.report(connection, any_world.site(site), Period.parse("2026-09-20"), any_world.clock())

    monkeypatch.undo()
    another = create_keeper(any_world.config, any_world.clock)
    while another.coarsen():
        pass
    another.engine.dispose()
    assert days_of(any_world, site, "2026-08") == days_of(any_world, site, "2026-09") == set()


@pytest.mark.parametrize(
    "lines", [150, 300, 380, 460, *(pytest.param(more, marks=pytest.mark.long) for more in (340, 420, 500))]
)
def test_killed_anywhere_it_is_finished_by_the_next_keeper(any_world, site, spool_dir, lines):
    before = dump(any_world, site)
    machine = Machine(spool_dir.parent, any_world.config.database_url.render_as_string(hide_password=False))
    deaths = 0
    while not machine.keep("coarsen", any_world.clock(), death=lines):
        deaths += 1
        assert deaths < 20, "it never gets on"
        lines *= 2
    assert machine.keep("coarsen", any_world.clock())

    assert deaths > 0
    assert days_of(any_world, site, "2026-08") == days_of(any_world, site, "2026-09") == set()
    assert len(days_of(any_world, site, "2026-10")) == 31
    assert dump(any_world, site) == before


def test_no_transaction_deletes_more_than_a_few_thousand_cells(any_world, detail, clock):
    if detail == "month":
        pytest.skip("its days have totals alone")
    clock.move(days=-60)
    key = any_world.add_site(retention=1, detail="day")
    press = Press(any_world)
    pages = {f"/{number}": [20] * 3 for number in range(1_900)}
    for day in ("2026-09-23", "2026-09-24", "2026-09-25"):
        press.close(key, day, {"site": [30] * 3, "page": pages})
    clock.move(days=60)
    any_world.close()
    deleted = []

    def note(_, cursor, statement, *__):
        if statement.startswith("DELETE FROM cells"):
            deleted.append(cursor.rowcount)

    def commit(_):
        deleted.append(None)

    event.listen(any_world.keeper.engine, "after_cursor_execute", note, named=False)
    event.listen(any_world.keeper.engine, "commit", commit)
    coarsen(any_world)

    transactions = [[]]
    for one in deleted:
        transactions[-1:] = [[*transactions[-1], one]] if one is not None else [transactions[-1], []]
    assert max(sum(one) for one in transactions) <= 1_500 + 2_000
    assert sum(sum(one) for one in transactions) > 5_700
    assert not days_of(any_world, key, "2026-09")


def test_while_days_are_deleted_nothing_tells_of_one_of_them(any_world, site):
    """They go some at a time: none is shown from the first on, in a chosen range, a comparison or an archive either."""
    with writing(any_world.engine) as connection:
        sites.keep_days_from(connection, site, date(2026, 10, 1))
    with reading(any_world.engine) as connection:
        half = sites.get(connection, site)
        days = [day for day in kept(any_world, site) if len(day) == 10]
        september = Range(date(2026, 9, 1), date(2026, 9, 30))
        report = ranges.report(connection, half, september, any_world.clock(), "previous")
        packed = dict(writer.files(connection, half))
    assert any(day < "2026-10" for day in days)
    assert report.totals is None
    assert not any(panel.breakdown for panel in report.panels)
    assert not any(name.startswith("periods/2026-09-") for name in packed)


def test_while_days_are_deleted_a_month_is_compared_with_none_of_them(any_world, site):
    with writing(any_world.engine) as connection:
        sites.keep_days_from(connection, site, date(2026, 10, 1))
    with reading(any_world.engine) as connection:
        half = sites.get(connection, site)
        report = reports.report(connection, half, Period.parse("2026-10"), any_world.clock(), "previous")
    assert any(point.totals for point in report.series)
    assert not any(point.totals for point in report.before.series)


def test_of_a_month_whose_days_are_gone_no_link_leads_to_a_day(any_world, site):
    with writing(any_world.engine) as connection:
        sites.keep_days_from(connection, site, date(2026, 10, 1))
    with reading(any_world.engine) as connection:
        half = sites.get(connection, site)
        found = page(reports.report(connection, half, Period.parse("2026-09"), any_world.clock()), Asked(""), [], {})
    assert {kind: period.name for kind, period in found.switches.items()} == {"month": "2026-09", "year": "2026"}
