"""Backups of a service under load, and moves in the middle of one: each hit stays counted once."""

import shutil
import tempfile
from pathlib import Path

from tests.e2e.service import Service
from tests.faults.checking import settle_up
from tests.faults.sending import Load, targets_of
from tests.integration.moving.installation import Installation
from tests.postgresql import with_driver

PASSPHRASE = "correct horse battery\n"


def test_a_service_that_moves_to_postgresql_and_back_under_load_counts_each_hit_once(
    service, postgresql, seed, is_long, tmp_path
):
    pause = 15_000 if is_long else 4_000
    places = [postgresql.new_database(), f"sqlite:///{tmp_path}/again.sqlite3"]
    with Load(service, targets_of(service), seed, tmp_path) as load:
        for place in places[: 2 if is_long else 1]:
            load.wait_for(pause)
            service.stop()
            service.run("move", "--to", place)
            service.environ["CONSENT_DATABASE_URL"] = place
            service.start()
        load.wait_for(pause)
    settle_up(service, load, with_driver(service.environ["CONSENT_DATABASE_URL"]))


def test_backups_under_load_hold_each_hit_whole(service, seed, is_long, tmp_path):
    """A hit is a view of its site and of a page. What is stored and what is pending have both, or neither."""
    targets = targets_of(service)
    files = [tmp_path / f"backup-{number}" for number in range(6 if is_long else 2)]
    with Load(service, targets, seed, tmp_path) as load:
        for file in files:
            load.wait_for(8_000 if is_long else 3_000)
            service.run("backup", str(file), "--passphrase-stdin", given=PASSPHRASE)
    held = [restored(file, [target for target in targets if target.detail == "month"]) for file in files]

    assert held == sorted(held)
    assert 0 < held[0] < held[-1] < load.sent


def restored(file, targets):
    """The views of these sites in a backup; by page they are as many as in all."""
    folder = Path(tempfile.mkdtemp(prefix="consent-test-", dir="/dev/shm"))
    environ = {"CONSENT_DATA_DIR": str(folder / "data"), "CONSENT_SPOOL_DIR": str(folder / "spool")}
    made, commands = Installation(environ), Service(environ)  # passphrases are hashed as in life
    try:
        commands.run("migrate")
        commands.run("restore", str(file), "--passphrase-stdin", given=PASSPHRASE)
        number = 0
        for target in targets:
            by_dimension = {name: views(made, target.site, name) for name in ("site", "page")}
            assert by_dimension["site"] == by_dimension["page"]
            number += by_dimension["site"]
        return number
    finally:
        shutil.rmtree(folder)


def views(installation, key, dimension):
    """Of the months, stored and pending together."""
    stored = [row for row in installation.everything()["cells"] if row[0] == key and row[2] == dimension]
    pending = installation.pending().get(key, ({},))[0]
    months = {name: periods for name, periods in pending.items() if len(name) == 7}
    return sum(row[4] for row in stored if len(row[1]) == 7 and "W" not in row[1]) + sum(
        counts[0] for breakdowns in months.values() for counts in breakdowns.get(dimension, {}).values()
    )
