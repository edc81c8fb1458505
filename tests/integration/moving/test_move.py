"""Everything from one database to another, of either kind, with the spool in its place."""

from pathlib import Path

import pytest
from sqlalchemy import insert, select

from consent_service.keeper.keeper import create_keeper
from consent_service.spool import batch
from consent_service.spool.directory import Spool
from consent_service.storage import tables
from consent_service.storage.counts import cells
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.database.schema import revision_of
from tests.integration.exactly_once.crash import Point
from tests.integration.moving.installation import Installation, fails_with, open_engine, small_disk, succeeded, visits
from tests.owner import EMAIL

ALL = 60 + 60 + 14 + 17 + 4
"""The visits of the month."""


@pytest.fixture
def to(tmp_path, request):
    """Gives the URL of an empty database."""

    def url(database):
        if database == "postgresql":
            return request.getfixturevalue("postgresql").new_database()
        return f"sqlite:///{tmp_path}/moved.sqlite3"

    return url


def moved_to(installation, url):
    return Installation({**installation.environ, "CONSENT_DATABASE_URL": url})


@pytest.mark.both_databases
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_everything_moves_from_either_database_to_either_and_the_spool_stays(full, to, database):
    before, pending, archive = full.everything(), full.pending(), full.archive(full.key)
    url = to(database)
    done = succeeded(full.run("move", "--to", url))
    target = moved_to(full, url)

    assert f"set CONSENT_DATABASE_URL to {url}" in done.stdout
    assert target.everything() == before
    assert target.pending() == pending != {}
    assert target.archive(full.key) == archive


def test_the_service_goes_on_counting_each_visit_once(full, to):
    url = to("sqlite")
    succeeded(full.run("move", "--to", url))
    target = moved_to(full, url)
    assert visits(target, full.key, "2026-11") == ALL

    keeper = create_keeper(target.config, full.world.clock)
    full.world.clock.move(days=40)
    assert keeper.close() > 0
    keeper.engine.dispose()
    assert visits(target, full.key, "2026-11") == ALL
    totals = [row for row in target.everything()["cells"] if row[:3] == (full.key, "2026-11", "site")]
    assert [">=" in row[-1] for row in totals] == [False]


@pytest.mark.parametrize("is_applied", [False, True])
def test_a_batch_that_is_under_way_is_finished_once_on_the_new_database(full, to, monkeypatch, is_applied):
    full.world.visits(full.key, 30, ("/f",))
    full.world.merge()
    full.world.clock.move(hours=2)
    with monkeypatch.context() as patch:
        patch.setattr(*((batch, "settle", crash) if is_applied else (cells, "apply", crash)))
        with pytest.raises(Crash):
            full.world.keeper.release()
    assert Spool(full.config.spool_dir).batch.exists()
    url = to("sqlite")
    succeeded(full.run("move", "--to", url))
    target = moved_to(full, url)
    keeper = create_keeper(target.config, full.world.clock)
    keeper.finish()
    keeper.engine.dispose()

    assert visits(target, full.key, "2026-11") == ALL + 30


class Crash(Exception):
    """The process ends here."""


def crash(*_, **__):
    raise Crash


@pytest.mark.both_databases
def test_a_database_that_was_left_is_refused_with_a_line_that_says_where_everything_is(full, to):
    url = to("sqlite")
    succeeded(full.run("move", "--to", url))

    place = f"this database was moved to {url.removeprefix('sqlite:///')}: set CONSENT_DATABASE_URL to that one"
    for command in (["serve"], ["site", "list"], ["close"], ["backup", "x"], ["move", "--to", f"{url}-2"]):
        assert fails_with(full.run(*command), place)


def test_no_password_is_printed_or_stored(full, postgresql, to):
    url = to("postgresql").replace("consent@", "consent:swordfish@")
    done = succeeded(full.run("move", "--to", url))
    refused = full.run("site", "list")

    assert "consent:***@" in done.stdout
    assert "consent:***@" in refused.stderr
    assert "swordfish" not in done.stdout + done.stderr + refused.stdout + refused.stderr
    with reading(full.world.engine) as connection:
        assert "consent:***@" in connection.scalar(select(tables.moved.c.place))


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://consent:sword:fish@127.0.0.1:1/x",
        "postgresql://c:swordfish@127.0.0.1:1/x",
        "mysql://c:swordfish@h/x",
    ],
)
def test_a_database_that_cannot_be_used_is_one_line_without_its_password(full, url):
    done = full.run("move", "--to", url)

    assert fails_with(done, "")
    assert "fish" not in done.stderr
    assert succeeded(full.run("site", "list"))


def test_the_keys_of_the_data_folder_are_named_where_they_must_be_taken_along(elsewhere, to):
    source = elsewhere()
    succeeded(source.run("site", "add", "Harbour", "--host", "harbour.example"))
    done = succeeded(source.run("move", "--to", to("postgresql")))

    assert f"set CONSENT_SECRET_KEYS to the keys in the file {source.config.keys_file}" in done.stdout
    assert source.config.secret_keys[0] not in done.stdout


def test_nothing_is_moved_under_a_running_service(full, to):
    url = to("sqlite")
    with Spool(full.config.spool_dir).lock("serve"):
        assert fails_with(full.run("move", "--to", url), "is in use by another serve: end that first")
    assert not Path(url.removeprefix("sqlite:///")).exists()


@pytest.mark.both_databases
def test_nothing_is_moved_while_another_machine_works_on_the_database(full, to):
    with writing(full.world.engine) as connection:
        row = {"id": "another", "last_batch": 0, "last_seen": 2**40, "handed_over": 0}
        connection.execute(insert(tables.spools).values(row))

    assert fails_with(full.run("move", "--to", to("sqlite")), "another machine has used")
    assert succeeded(full.run("site", "list"))


def test_a_database_that_holds_something_is_left_alone(full, elsewhere):
    target = elsewhere()
    succeeded(target.run("site", "add", "Other", "--host", "other.example"))
    before = target.everything()
    done = full.run("move", "--to", f"sqlite:///{target.config.database_url.database}")

    assert fails_with(done, "holds sites already: an empty database is needed")
    assert target.everything() == before
    assert succeeded(full.run("site", "list"))


def test_a_value_that_the_other_database_does_not_take_is_one_line_that_does_not_quote_it(elsewhere, to):
    source, url = elsewhere(), to("postgresql")
    succeeded(source.run("site", "add", "Harbour", "--host", "harbour.example"))
    row = {"token_hash": "x", "email": EMAIL, "site": "*", "role": "swordfish", "ends": 0}
    with open_engine(source.config.database_url) as engine, writing(engine) as connection:
        connection.execute(insert(tables.invitations).values(row))  # SQLite does not mind how long it is
    done = source.run("move", "--to", url)

    assert fails_with(done, "the database says: value too long")
    assert "swordfish" not in done.stderr
    assert succeeded(source.run("site", "list")).stdout
    assert (
        "is not of this version"
        in Installation({**source.environ, "CONSENT_DATABASE_URL": url, "CONSENT_SECRET_KEYS": "k" * 32})
        .run("site", "list")
        .stderr
    )


def test_a_database_is_not_moved_to_itself(full):
    data = full.environ["CONSENT_DATA_DIR"]
    url = full.environ.get("CONSENT_DATABASE_URL", f"sqlite:///{data}/../data/consent.sqlite3")
    assert fails_with(full.run("move", "--to", url), "names the database that is in use")


DEATHS = {
    "locked": Point("move", "with writing(target)"),
    "half filled": Point("fill", "yield len(rows)", time=4),
    "before the commit": Point("note", "connection.execute(insert(audit)"),
    "committed": Point("move", "connection.execute(insert(moved)"),
    "marked": Point("move", "truncate_log(target)"),
}


@pytest.mark.both_databases
@pytest.mark.parametrize("where", DEATHS)
def test_a_move_that_is_killed_leaves_both_sides_whole(full, to, where):
    before, pending = full.everything(), full.pending()
    url = to("sqlite")
    assert full.run("move", "--to", url, death=DEATHS[where]).returncode == -9
    assert full.everything() == before
    assert full.pending() == pending

    target = moved_to(full, url)
    if where in ("committed", "marked"):
        assert target.everything() == before
        assert full.run("site", "list").returncode == (where == "marked")
    else:
        with open_engine(target.config.database_url) as engine:
            assert revision_of(engine) is None
        succeeded(full.run("move", "--to", url))
        assert target.everything() == before


def test_on_a_full_disk_the_source_stays_in_use(full, tmp_path):
    folder = tmp_path / "small"
    with small_disk(folder, "96k"):
        done = full.run("move", "--to", f"sqlite:///{folder}/moved.sqlite3")
        assert fails_with(done, "disk is full")
    assert succeeded(full.run("site", "list"))
