"""What the audit says of a database: how it is used, its schema, and what is stored in it."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, text

from consent_service.audit.findings import Outcome
from consent_service.domain.calendar.periods import Period
from consent_service.domain.errors import UserError
from consent_service.storage import sites
from consent_service.storage.counts import spools
from consent_service.storage.database import engine as storage
from consent_service.storage.database.engine import writing
from consent_service.storage.tables import cells, closed_periods
from tests.integration.audit.conftest import looking
from tests.world import World

pytestmark = pytest.mark.both_databases


NUMBERS = {"views": 30, "visits": 30, "engaged_visits": 0, "engaged_seconds": 0}


def stored(world, site, visitors, period="2026-11-22", dimension="site", value=""):
    row = {"site": site, "period": period, "dimension": dimension, "value": value, "visitors": visitors}
    with writing(world.engine) as connection:
        connection.execute(insert(cells).values(row | NUMBERS))


def directly(world, *statements):
    """Change the database behind the service's back."""
    with writing(world.engine) as connection:
        for statement in statements:
            connection.execute(text(statement))


EVERY_ROW = ["database settings", "database log", "schema", "cells below k"]


@pytest.mark.parametrize("name", EVERY_ROW)
def test_a_database_as_the_service_makes_it_is_well(any_world, look_at_any, name):
    any_world.visits(any_world.add_site(), 12)
    any_world.release()

    assert look_at_any(name).outcome == Outcome.OK


def test_a_sqlite_that_keeps_what_it_deletes_fails(look, world):
    careless = create_engine(world.config.database_url)
    with careless.connect() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete = OFF")

    found = look("database settings", engine=careless)
    careless.dispose()
    assert found.outcome == Outcome.FAIL
    assert "secure_delete is 0, not 1" in found.text
    assert "temp_store is 0, not 2" in found.text


def test_free_pages_that_still_hold_something_fail(look, world):
    other = sqlite3.connect(world.config.database_url.database)
    other.execute("PRAGMA secure_delete = OFF")
    other.execute("CREATE TABLE mine (secret TEXT)")
    other.executemany("INSERT INTO mine VALUES (?)", [("a secret of someone " * 100,)] * 50)
    other.commit()
    other.execute("DROP TABLE mine")
    other.commit()
    other.close()
    found = look("database settings")
    assert found.outcome == Outcome.FAIL
    assert "free pages" in found.text

    other = sqlite3.connect(world.config.database_url.database)
    other.execute("VACUUM")
    other.close()
    assert look("database settings").outcome == Outcome.OK


READER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN")
connection.execute("SELECT count(*) FROM sites").fetchall()
print("reading", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def reader(world, monkeypatch):
    """Another process that has begun to read and does not end."""
    monkeypatch.setattr(storage, "_PRAGMAS", (*storage._PRAGMAS, "PRAGMA busy_timeout = 0"))
    world.engine.dispose()
    command = [sys.executable, "-c", READER, world.config.database_url.database]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"reading\n"
        world.add_site("written since")
        yield process
        process.stdin.close()


def test_a_log_that_cannot_be_emptied_fails_and_names_who_uses_it(look, reader):
    found = look("database log")

    assert found.outcome == Outcome.FAIL
    assert f"(process {reader.pid}) uses the database" in found.text


def test_a_start_is_refused_while_the_log_cannot_be_emptied(world, reader):
    with pytest.raises(UserError, match=rf"\(process {reader.pid}\) uses it"):
        storage.check_safe(world.engine)


def test_a_start_empties_the_log(world):
    world.add_site()
    log = f"{world.config.database_url.database}-wal"
    assert Path(log).stat().st_size > 0

    storage.check_safe(world.engine)
    assert Path(log).stat().st_size == 0


@pytest.mark.parametrize(
    "settings",
    [
        {"log_statement": "all"},
        {"log_min_duration_statement": "0"},
        {"log_statement": "mod", "log_parameter_max_length": "100"},
        {"log_parameter_max_length_on_error": "-1"},
    ],
    ids=str,
)
def test_a_postgresql_that_logs_values_fails(postgresql, environ, clock, machine, settings):
    world = World({**environ, "CONSENT_DATABASE_URL": postgresql.new_database()}, clock)
    name = world.config.database_url.database
    directly(world, *(f"ALTER DATABASE {name} SET {key} = '{value}'" for key, value in settings.items()))
    world.engine.dispose()
    found = looking(world, machine)("database settings")
    assert found.outcome == Outcome.FAIL
    assert next(iter(settings)) in found.text

    directly(world, f"ALTER DATABASE {name} SET log_parameter_max_length = 0")
    directly(world, f"ALTER DATABASE {name} RESET log_parameter_max_length_on_error")
    world.engine.dispose()
    assert looking(world, machine)("database settings").outcome == Outcome.OK
    world.dispose()


ADDITIONS = {
    "column cells.agent": ["ALTER TABLE cells ADD COLUMN agent TEXT"],
    "table visits": ["CREATE TABLE visits (address TEXT)"],
    "view shown": ["CREATE VIEW shown AS SELECT * FROM cells"],
    "index by_value": ["CREATE INDEX by_value ON cells (value)"],
}


@pytest.mark.parametrize("name", list(ADDITIONS))
def test_what_is_not_in_the_list_of_what_may_be_there_fails(any_world, look_at_any, name):
    directly(any_world, *ADDITIONS[name])

    found = look_at_any("schema")
    assert found.outcome == Outcome.FAIL
    assert name.split()[-1] in found.text


def test_a_trigger_that_copies_fails(any_world, look_at_any):
    if any_world.engine.dialect.name == "sqlite":
        making = ["CREATE TRIGGER copying AFTER INSERT ON cells BEGIN DELETE FROM loads; END"]
    else:
        making = [
            "CREATE FUNCTION copy() RETURNS trigger AS 'BEGIN RETURN NULL; END' LANGUAGE plpgsql",
            "CREATE TRIGGER copying AFTER INSERT ON cells FOR EACH ROW EXECUTE FUNCTION copy()",
        ]
    directly(any_world, *making)

    assert "trigger copying" in look_at_any("schema").text


@pytest.mark.parametrize(
    "making", ["CREATE SCHEMA mine", "CREATE MATERIALIZED VIEW copied AS SELECT * FROM cells", "CREATE SEQUENCE ticks"]
)
def test_copies_elsewhere_in_postgresql_fail(postgresql, environ, clock, machine, making):
    world = World({**environ, "CONSENT_DATABASE_URL": postgresql.new_database()}, clock)
    directly(world, making)
    if "SCHEMA" in making:
        directly(world, "CREATE TABLE mine.copied AS SELECT * FROM cells")

    assert looking(world, machine)("schema").outcome == Outcome.FAIL
    world.dispose()


def test_a_schema_of_an_older_version_says_to_migrate(look, world):
    directly(world, "ALTER TABLE spools DROP COLUMN handed_over")

    found = look("schema")
    assert found.outcome == Outcome.FAIL
    assert "spools.handed_over" in found.text
    assert "migrate" in found.text


def test_a_stored_cell_below_k_fails_without_its_value(any_world, look_at_any):
    site = any_world.add_site()
    stored(any_world, site, 10, value="/shared", dimension="page", period="2026-11")
    assert look_at_any("cells below k").outcome == Outcome.OK

    stored(any_world, site, 9, value="/of-somebody", dimension="page", period="2026-11")
    found = look_at_any("cells below k")
    assert found.outcome == Outcome.FAIL
    assert f"1 of site {site}" in found.text
    assert "somebody" not in found.text


def test_a_closed_period_is_measured_by_the_k_that_it_was_closed_with(any_world, look_at_any):
    site = any_world.add_site()
    stored(any_world, site, 15, period="2026-10")
    closed = {"site": site, "period": "2026-10", "detail": "month", "timezone": "UTC", "digest": "x"}
    with writing(any_world.engine) as connection:
        connection.execute(insert(closed_periods).values(closed | {"threshold": 20}))

    assert f"1 of site {site}" in look_at_any("cells below k").text


def test_an_open_period_may_hold_what_was_released_before_k_grew(any_world, look_at_any):
    site = any_world.add_site()
    stored(any_world, site, 12, period="2026")
    with writing(any_world.engine) as connection:
        present = sites.get(connection, site)
        terms = present.timeline.latest.notice.terms.amended({"threshold": 20})
        sites.publish(connection, present, Period.parse("2026-11"), counted=True, terms=terms)
    any_world.clock.move(days=20)

    assert look_at_any("cells below k").outcome == Outcome.OK


def test_what_another_machine_handed_over_may_be_small_until_it_is_closed(any_world, look_at_any):
    site = any_world.add_site()
    stored(any_world, site, 3, value="(other)", dimension="+page", period="2026-11-22")
    assert look_at_any("cells below k").outcome == Outcome.FAIL  # the day is not over

    any_world.clock.move(days=1)
    is_shared = any_world.engine.dialect.name == "postgresql"
    assert look_at_any("cells below k").outcome == (Outcome.OK if is_shared else Outcome.FAIL)
    stored(any_world, site, 3, value="/named", dimension="+page", period="2026-11-22")
    assert look_at_any("cells below k").outcome == Outcome.FAIL


def test_the_name_of_a_cover_that_was_handed_over_may_stand_there_without_a_count(postgresql, environ, clock, machine):
    world = World({**environ, "CONSENT_DATABASE_URL": postgresql.new_database()}, clock)
    site, look = world.add_site(), looking(world, machine)
    with writing(world.engine) as connection:
        row = {"site": site, "period": "2026-11-22", "dimension": "+page", "value": "/cover", "visitors": 0}
        connection.execute(insert(cells).values(row | dict.fromkeys(NUMBERS, 0)))
    assert look("cells below k").outcome == Outcome.FAIL  # the day is not over

    world.clock.move(days=1)
    assert look("cells below k").outcome == Outcome.OK
    world.dispose()


def test_what_machines_handed_over_must_be_gone_once_the_period_is_closed(any_world, look_at_any):
    site = any_world.add_site()
    any_world.visits(site, 12)
    any_world.clock.move(days=1)
    any_world.close()
    assert look_at_any("cells below k").outcome == Outcome.OK

    stored(any_world, site, 50, value="(other)", dimension="+page", period="2026-11-22")
    assert look_at_any("cells below k").outcome == Outcome.FAIL


def test_a_cell_of_a_site_that_there_is_not_fails(any_world, look_at_any):
    stored(any_world, "gone", 500)

    assert "1 of site gone" in look_at_any("cells below k").text


def test_a_period_that_passed_long_ago_and_is_open_fails(any_world, look_at_any):
    site = any_world.add_site()
    any_world.clock.move(hours=13)  # an hour after midnight: machines may still wait for each other
    assert look_at_any("overdue periods").outcome != Outcome.FAIL

    any_world.clock.move(hours=2)
    found = look_at_any("overdue periods")
    assert found.outcome == Outcome.FAIL
    assert f"2026-11-22 of site {site}" in found.text

    any_world.close()
    assert look_at_any("overdue periods").outcome != Outcome.FAIL


def test_a_database_in_which_nobody_writes_is_told(world, look):
    assert look("overdue periods").outcome == Outcome.WARN
    with writing(world.engine) as connection:
        spools.seen(connection, "x", world.clock())
    assert look("overdue periods").outcome == Outcome.OK
