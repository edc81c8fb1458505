"""Everything of an installation as one file, of either database into either, and whatever cuts it short."""

import stat
from pathlib import Path

import pytest

from consent_service.backup import container, reader, restoring, writer
from consent_service.backup.rows import snapshot
from consent_service.config import load
from consent_service.keeper.keeper import create_keeper
from consent_service.spool.directory import Spool
from tests.integration.exactly_once.crash import Point
from tests.integration.moving.installation import Installation, fails_with, open_engine, small_disk, succeeded, visits
from tests.owner import Browser
from tests.world import World

PASSPHRASE = "correct horse battery\n"
SEALED = "--passphrase-stdin"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "backup"


def backed_up(installation, file, *options, given=""):
    return succeeded(installation.run("backup", str(file), *options, given=given))


# --- the round trip


@pytest.mark.both_databases
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_backup_of_either_database_is_restored_into_either_with_the_spools_counts(full, elsewhere, file, database):
    backed_up(full, file, SEALED, given=PASSPHRASE)
    target = elsewhere(database)
    succeeded(target.run("restore", str(file), SEALED, given=PASSPHRASE))

    assert target.everything() == full.everything()
    assert target.pending() == full.pending() != {}
    assert target.archive(full.key) == full.archive(full.key)
    assert target.run("site", "list").stdout == full.run("site", "list").stdout


def test_an_encrypted_backup_brings_the_secret_keys_into_the_data_folder(full, elsewhere, file):
    backed_up(full, file, SEALED, given=PASSPHRASE)
    target = elsewhere()
    succeeded(target.run("restore", str(file), SEALED, given=PASSPHRASE))

    assert load(target.environ).secret_keys[0] == "k" * 32
    kept = Path(target.environ["CONSENT_DATA_DIR"], "secret_keys")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    shown = succeeded(target.run("restore", str(file), SEALED, "--show-keys", given=PASSPHRASE))
    assert shown.stdout == "k" * 32 + "\n"


def test_a_backup_without_a_passphrase_holds_no_key_and_nothing_of_the_spool_and_says_so(full, elsewhere, file):
    done = backed_up(full, file)
    assert "nothing of what waits in the spool; keep the keys of CONSENT_SECRET_KEYS (fingerprints" in done.stderr
    assert b"k" * 32 not in file.read_bytes()
    assert b"/d" not in file.read_bytes()  # four visitors saw it

    target = elsewhere()
    assert fails_with(target.run("restore", str(file)), "lacks the secret keys with the fingerprints")
    assert target.is_empty()
    target = elsewhere(CONSENT_SECRET_KEYS="k" * 32)
    succeeded(target.run("restore", str(file)))
    assert target.everything() == full.everything()
    assert target.pending() == {}


def test_the_content_of_an_encrypted_backup_cannot_be_read(full, file):
    backed_up(full, file, SEALED, given=PASSPHRASE)
    content = file.read_bytes()

    assert [word for word in (b"Harbour", b"owner@", b"closed_periods", b"k" * 32) if word in content] == []


def test_a_backup_is_of_one_moment_while_the_service_goes_on(full, file):
    before = full.everything()
    with container.written(file, None, False) as records, snapshot(full.world.engine) as connection:
        full.world.visits(full.key, 30, ("/later",))
        full.world.release()
        full.world.clock.move(days=1)
        full.world.close()
        writer.write(records, connection, full.world.clock())
    rows = {}
    for name, portion in reader.rows(file, None):
        rows.setdefault(name, []).extend(portion)

    assert full.everything() != before
    for name in ("cells", "closed_periods", "spools"):
        assert sorted(map(tuple, rows[name])) == before[name]


def test_what_is_pending_and_what_is_stored_are_of_the_same_moment(full, file, elsewhere):
    """Together they hold every visit once, whatever was released before, between and after."""
    backed_up(full, file, SEALED, given=PASSPHRASE)
    full.world.visits(full.key, 30, ("/later",))
    full.world.release_all()
    target = elsewhere()
    succeeded(target.run("restore", str(file), SEALED, given=PASSPHRASE))

    assert visits(target, full.key, "2026-11") == 60 + 60 + 14 + 17 + 4


# --- files


def test_a_backup_is_readable_by_its_owner_alone_and_nothing_is_written_over_unless_it_is_said(full, file):
    backed_up(full, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    assert fails_with(full.run("backup", str(file)), "exists already: name another file, or give --replace")
    assert file.read_bytes() == before
    backed_up(full, file, "--replace")
    assert file.read_bytes() != before
    assert [other.name for other in file.parent.glob("backup*")] == ["backup"]


def test_two_backups_into_one_file_do_not_mix(full, file):
    with container.written(file, None, False):
        assert fails_with(full.run("backup", str(file)), "another backup writes")
    assert file.exists()


def test_a_short_passphrase_is_refused_and_leaves_no_file(full, file):
    assert fails_with(full.run("backup", str(file), SEALED, given="short\n"), "needs 12 characters or more")
    assert list(file.parent.glob("backup*")) == []


def test_on_a_full_disk_no_file_is_left_and_one_line_says_so(full, tmp_path):
    folder = tmp_path / "small"
    with small_disk(folder, "8k"):
        (folder / "filling").write_bytes(bytes(8192))
        done = full.run("backup", str(folder / "backup"))
        assert fails_with(done, "backup cannot be written: No space left on device; no backup was made")
        assert [other.name for other in folder.iterdir()] == ["filling"]


BACKUP_DEATHS = {
    "half written": Point("RecordWriter.put", "self._stream.write", time=3),
    "written aside": Point("written", "new.replace(file)"),
}


@pytest.mark.parametrize("where", BACKUP_DEATHS)
def test_a_backup_that_is_killed_leaves_nothing_under_the_name_and_the_next_one_succeeds(full, file, elsewhere, where):
    assert full.run("backup", str(file), death=BACKUP_DEATHS[where]).returncode == -9
    assert not file.exists()
    backed_up(full, file)
    assert [other.name for other in file.parent.glob("backup*")] == ["backup"]
    succeeded(elsewhere(CONSENT_SECRET_KEYS="k" * 32).run("restore", str(file)))


# --- what is refused


def cut(content):
    return content[: len(content) // 2]


def cut_at_a_record(content):
    """Just before the last record, so that each that is there is whole."""
    end = content.rindex(b"\x92\xa3end")
    return content[: end - 4]


def changed(content):
    place = content.index(b"Harbour")
    return content[:place] + b"Harbor!" + content[place + 7 :]


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (cut, "was cut off"),
        (cut_at_a_record, "was cut off"),
        (changed, "is not as it was written"),
        (lambda content: content + b"x", "is not as it was written"),
        (lambda content: content[: len(container.PLAIN)], "was cut off"),
        (lambda content: content[: len(container.PLAIN)] + b"\xff" * 40, "is not as it was written"),
        (lambda _: b"", "was not written by consent-service backup"),
        (lambda _: b"SQLite format 3\0", "was not written by consent-service backup"),
    ],
)
def test_a_file_that_is_damaged_is_refused_in_one_line_and_nothing_is_written(full, elsewhere, file, damage, words):
    backed_up(full, file)
    file.write_bytes(damage(file.read_bytes()))
    target = elsewhere(CONSENT_SECRET_KEYS="k" * 32)
    before = target.everything()

    assert fails_with(target.run("restore", str(file)), words)
    assert target.everything() == before


@pytest.mark.parametrize("place", [40, 200, -5])
def test_an_encrypted_file_that_is_damaged_is_refused_in_one_line(full, elsewhere, file, place):
    backed_up(full, file, SEALED, given=PASSPHRASE)
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    target = elsewhere()

    assert fails_with(target.run("restore", str(file), SEALED, given=PASSPHRASE), "damaged")
    assert target.is_empty()


def test_another_passphrase_or_none_is_refused_in_one_line(full, elsewhere, file):
    backed_up(full, file, SEALED, given=PASSPHRASE)
    target = elsewhere()

    assert fails_with(target.run("restore", str(file), SEALED, given="another passphrase\n"), "another passphrase")
    assert fails_with(target.run("restore", str(file)), "is encrypted: give --passphrase-stdin")
    assert target.is_empty()


def test_a_backup_of_another_schema_is_refused_and_names_the_version(full, elsewhere, file, monkeypatch):
    monkeypatch.setattr(writer, "REVISION", "0101")
    with container.written(file, None, False) as records, snapshot(full.world.engine) as connection:
        writer.write(records, connection, full.world.clock())
    target = elsewhere(CONSENT_SECRET_KEYS="k" * 32)

    assert fails_with(target.run("restore", str(file)), "with the schema 0101; this one has 0102")
    assert target.is_empty()


def test_a_database_that_holds_something_is_left_alone(full, elsewhere, file):
    backed_up(full, file)
    target = elsewhere(CONSENT_SECRET_KEYS="k" * 32)
    succeeded(target.run("restore", str(file)))
    before = target.everything()

    assert fails_with(target.run("restore", str(file)), "holds sites already: an empty database is needed")
    assert target.everything() == before


def test_nothing_is_restored_under_a_running_service(full, elsewhere, file):
    backed_up(full, file)
    target = elsewhere(CONSENT_SECRET_KEYS="k" * 32)
    with Spool(target.config.spool_dir).lock("serve"):
        assert fails_with(target.run("restore", str(file)), "is in use by another serve: end that first")
    assert target.is_empty()


def test_counts_that_the_spool_holds_are_never_doubled_by_those_of_a_backup(full, elsewhere, file):
    """The database is lost and the machine is not: what the backup has of the spool may be in it still."""
    backed_up(full, file, SEALED, given=PASSPHRASE)
    fresh = elsewhere()
    same_spool = Installation({**fresh.environ, "CONSENT_SPOOL_DIR": full.environ["CONSENT_SPOOL_DIR"]})
    done = same_spool.run("restore", str(file), SEALED, given=PASSPHRASE)
    assert fails_with(done, "leave out what the backup has of it with --without-spool")
    assert same_spool.is_empty()

    succeeded(same_spool.run("restore", str(file), SEALED, "--without-spool", given=PASSPHRASE))
    assert visits(same_spool, full.key, "2026-11") == 60 + 60 + 14 + 17 + 4


RESTORE_DEATHS = {
    "keys brought": Point("restore", "with rows.frozen(engine)"),
    "staged": Point("restore", "for number in rows.fill"),
    "half filled": Point("fill", "yield len(rows)", time=4),
    "before the commit": Point("note", "connection.execute(insert(audit)"),
    "committed": Point("Keeper.finish", "with self._batches.settled()"),
    "half loaded": Point("add", "spool.loading.unlink()"),
}


@pytest.mark.parametrize("where", RESTORE_DEATHS)
def test_a_restore_that_is_killed_leaves_the_installation_empty_or_whole(full, elsewhere, file, where):
    backed_up(full, file, SEALED, given=PASSPHRASE)
    target = elsewhere()
    assert target.run("restore", str(file), SEALED, given=PASSPHRASE, death=RESTORE_DEATHS[where]).returncode == -9

    if target.is_empty():
        assert where not in ("committed", "half loaded")
        succeeded(target.run("close"))  # whoever comes by in between
        assert target.is_empty()
        succeeded(target.run("restore", str(file), SEALED, given=PASSPHRASE))
    else:
        keeper = create_keeper(target.config, full.world.clock)
        keeper.finish()
        keeper.engine.dispose()
    assert target.everything() == full.everything()
    assert target.pending() == full.pending()


@pytest.mark.long
def test_a_restore_that_is_killed_anywhere_can_be_repeated_or_is_whole(full, elsewhere, file):
    backed_up(full, file, SEALED, given=PASSPHRASE)
    expected, lines, ended = (full.everything(), full.pending()), 40, None
    while ended != 0:
        target = elsewhere()
        ended = target.run("restore", str(file), SEALED, given=PASSPHRASE, death=lines).returncode
        assert ended in (0, -9)
        if target.is_empty():
            succeeded(target.run("restore", str(file), SEALED, given=PASSPHRASE))
        succeeded(target.run("spool", "save", str(file) + "-spool", given=PASSPHRASE))  # finishes what is under way
        succeeded(target.run("spool", "load", str(file) + "-spool", given=PASSPHRASE))
        Path(str(file) + "-spool").unlink()
        assert (target.everything(), target.pending()) == expected, lines
        lines += 40 + lines // 10
    assert lines > 400


# --- what a restored database says


@pytest.mark.both_databases
@pytest.mark.parametrize("with_spool", [True, False])
def test_what_began_before_a_restore_closes_as_lower_bounds_and_what_begins_later_exactly(
    full, elsewhere, file, with_spool
):
    clock, key = full.world.clock, full.key
    passphrase = PASSPHRASE.strip() if with_spool else None
    keeper = full.world.keeper
    with container.written(file, passphrase, False) as records, keeper.standing_still() as pending:
        with snapshot(full.world.engine) as connection:
            writer.write(records, connection, clock(), pending=pending if with_spool else None)
    closed_before = full.archive(key)
    clock.move(hours=3)

    target = elsewhere(CONSENT_SECRET_KEYS="k" * 32)
    contents = reader.check(file, passphrase)
    with open_engine(target.config.database_url) as engine:
        spool = Spool(target.config.spool_dir)
        rows = reader.rows(file, passphrase)
        restoring.restore(engine, spool, contents, rows, clock(), lambda _: None, contents.saved)
    assert target.archive(key) == closed_before

    world = World({**target.environ, "CONSENT_HITS_PER_MINUTE": "0"}, clock)
    try:
        world.keeper.finish()
        clock.move(days=1)
        world.visits(key, 40, ("/e",))
        world.close()
        assert {row.marks for row in world.rows(key, "2026-11-23")["site"].values()} == {
            "views>= visits>= visitors>= engaged_visits?"
        }
        assert world.rows(key, "2026-11-23")["site"][""].counts[1] == (21 if with_spool else 17)
        clock.move(days=1)
        world.close()
        assert world.rows(key, "2026-11-24")["site"][""].marks == "engaged_visits?"
        browser = Browser(world)
        assert browser.sign_in().status_code == 302
        assert "or more" in browser.get(f"/sites/{key}?period=2026-11-23").text
        clock.move(days=20)
        world.close()
        assert browser.sign_in().status_code == 302
        assert "or more" in browser.get(f"/sites/{key}?period=2026-11").text
        month = world.rows(key, "2026-11")
        assert all(">=" in row.marks for rows in month.values() for row in rows.values())
        assert_archive_comes_back(world, target, key)
    finally:
        world.dispose()


def assert_archive_comes_back(world, target, key):
    """What bounds say is kept by an archive, too."""
    content = target.archive(key)
    file = Path(target.environ["CONSENT_DATA_DIR"]) / "archive"
    done = succeeded(target.run("import", str(file), "--as-new"))
    again = target.archive(done.stdout.strip())
    assert len(again) == len(content)
