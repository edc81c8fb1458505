"""Counting under load through PgBouncer, which gives each transaction another connection, or is started anew."""

from datetime import UTC, datetime

import pytest

from tests.e2e.service import Service, wait_until
from tests.faults.checking import readyz, settle_up
from tests.faults.sending import Load, targets_of
from tests.pgbouncer import PgBouncer


@pytest.fixture
def pooler(postgresql):
    made = PgBouncer(postgresql, "transaction")
    yield made
    made.remove()


def export(service, targets):
    """The lines of each site's file, once all months of this year are closed."""
    year = datetime.now(UTC).year
    later = f"{year + 2}-01-05 00:00:00"
    return [service.run("export", target.site, str(year), at=later).stdout.splitlines() for target in targets]


@pytest.mark.long
def test_hits_under_load_are_counted_once_through_a_pooler(settings, postgresql, pooler, seed, tmp_path):
    direct = postgresql.new_database()
    service = Service({**settings, "CONSENT_DATABASE_URL": pooler.before(direct)})
    service.run("migrate")
    pooler.spread(direct)
    service.start()
    try:
        targets = targets_of(service)
        with Load(service, targets, seed, tmp_path) as load:
            load.wait_for(30_000)
            pooler.restart()
            wait_until(lambda: readyz(service)[0] == 200, "the pooler to be found again")
            load.wait_for(15_000)
        settle_up(service, load, direct)
        unpooled = Service({**settings, "CONSENT_DATABASE_URL": direct})
        exported = [export(each, targets) for each in (service, unpooled)]
        assert min(len(file) for file in exported[0]) > 5
        assert exported[0] == exported[1]
    finally:
        service.kill()
