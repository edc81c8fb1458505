"""Carrying pending counts over a planned reboot: encrypted, nothing lost, nothing doubled."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from consent_service.keeper.keeper import create_keeper
from consent_service.spool import saved
from consent_service.spool.directory import Spool, SpoolError
from consent_service.spool.pending import PendingStore

PASSPHRASE = "correct horse battery"


@pytest.fixture
def site(world):
    key = world.add_site()
    world.visits(key, 12, ("/get-help",))
    world.merge()
    return key


@pytest.fixture
def file(tmp_path):
    return tmp_path / "saved"


def pending(spool):
    return {site: one.periods for site, one in PendingStore(spool).sites.items() if one.periods}


@pytest.fixture
def covered(world):
    """A site whose breakdowns have been released, so that they have covers."""
    key = world.add_site(dimensions=("page", "country"))
    for times in (60, 20):
        for path, zone in (("/a", "Paris"), ("/b", "Rome")):
            world.visits(key, times, (path,), z=f"Europe/{zone}")
        world.release_all()
    assert world.covers(key, "2026-11").keys() >= {"page", "country"}
    return key


def test_covers_are_carried_over_with_the_counts_that_they_hold_back(world, environ, covered, file):
    covers = world.covers(covered, "2026-11")
    world.keeper.save(file, PASSPHRASE)
    assert world.covers(covered, "2026-11") == {}
    world.keeper.engine.dispose()
    world.keeper = reboot(world, environ)
    world.keeper.load(file, PASSPHRASE)

    assert PendingStore(Spool(world.config.spool_dir)).sites[covered].covers["2026-11"] == covers


def test_a_cover_that_was_drawn_since_the_save_stays(world, covered, file):
    before = world.covers(covered, "2026-11")["page"]
    world.keeper.save(file, PASSPHRASE)
    world.visits(covered, 30, ("/new",), z="Europe/Paris")
    world.release_all()
    assert world.covers(covered, "2026-11")["page"] == "/new"  # the only one that was never stored

    world.keeper.load(file, PASSPHRASE)
    assert world.covers(covered, "2026-11")["page"] == "/new"
    assert before not in world.stored(covered, "2026-11")["page"]


def test_a_file_of_the_first_edition_is_refused_with_the_reason(world, file):
    file.write_bytes(b"consent-service spool 1\n" + bytes(100))

    with pytest.raises(SpoolError, match="saved by the first edition, which counted otherwise"):
        world.keeper.load(file, PASSPHRASE)


def reboot(world, environ):
    """The machine loses its memory; the same service starts with a new spool."""
    shutil.rmtree(world.config.spool_dir)
    return create_keeper(world.config, world.clock)


def test_what_was_saved_is_pending_again_after_a_reboot(world, environ, site, file):
    before = pending(world.app.services.spool)
    assert world.keeper.save(file, PASSPHRASE) == 1
    keeper = reboot(world, environ)
    assert keeper.load(file, PASSPHRASE) == 1

    assert pending(Spool(world.config.spool_dir)) == before
    world.clock.move(minutes=1)
    assert keeper.release() > 0
    keeper.engine.dispose()


def test_the_spool_lets_go_of_what_was_saved(world, site, file):
    world.keeper.save(file, PASSPHRASE)

    assert pending(world.app.services.spool) == {}


def test_the_file_does_not_show_what_it_holds(world, site, file):
    world.keeper.save(file, PASSPHRASE)

    assert b"get-help" not in file.read_bytes()
    assert site.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_second_load_of_the_same_file_is_refused(world, site, file):
    world.keeper.save(file, PASSPHRASE)
    world.keeper.load(file, PASSPHRASE)
    before = pending(world.app.services.spool)

    with pytest.raises(SpoolError, match="loaded before"):
        world.keeper.load(file, PASSPHRASE)
    assert pending(world.app.services.spool) == before


def test_what_was_counted_meanwhile_is_added_to(world, site, file):
    world.keeper.save(file, PASSPHRASE)
    world.visits(site, 3, ("/get-help",))
    world.merge()
    world.keeper.load(file, PASSPHRASE)

    assert pending(world.app.services.spool)[site]["2026-11"]["page"]["/get-help"][:3] == [15, 15, 15]


@pytest.mark.parametrize("passphrase", ["another passphrase", ""])
def test_another_passphrase_does_not_open_it(world, site, file, passphrase):
    world.keeper.save(file, PASSPHRASE)

    with pytest.raises(SpoolError, match="does not open"):
        world.keeper.load(file, passphrase)
    assert pending(world.app.services.spool) == {}


def test_a_damaged_file_is_refused(world, site, file):
    world.keeper.save(file, PASSPHRASE)
    content = bytearray(file.read_bytes())
    content[-20] ^= 1
    file.write_bytes(content)

    with pytest.raises(SpoolError, match="damaged"):
        world.keeper.load(file, PASSPHRASE)


@pytest.mark.parametrize("length", [24, 40, 60])
def test_a_file_that_was_cut_off_is_refused(world, site, file, length):
    world.keeper.save(file, PASSPHRASE)
    file.write_bytes(file.read_bytes()[:length])

    with pytest.raises(SpoolError, match="damaged"):
        world.keeper.load(file, PASSPHRASE)


def test_a_file_that_was_never_saved_is_refused(world, file):
    file.write_bytes(b"hello")

    with pytest.raises(SpoolError, match="not written by consent-service"):
        world.keeper.load(file, PASSPHRASE)


def test_a_short_passphrase_is_refused_and_nothing_is_taken(world, site, file):
    before = pending(world.app.services.spool)

    with pytest.raises(SpoolError, match="12 characters"):
        world.keeper.save(file, "short")
    assert pending(world.app.services.spool) == before
    assert not file.exists()


def test_a_file_that_exists_is_not_written_over(world, site, file):
    file.write_text("mine")

    with pytest.raises(SpoolError, match="exists already"):
        world.keeper.save(file, PASSPHRASE)
    assert file.read_text() == "mine"


def test_a_file_that_cannot_be_written_leaves_the_spool_as_it_was(world, site, tmp_path):
    before = pending(world.app.services.spool)

    with pytest.raises(SpoolError, match="cannot be written"):
        world.keeper.save(tmp_path / "missing" / "saved", PASSPHRASE)
    assert pending(world.app.services.spool) == before
    world.clock.move(minutes=1)
    assert world.keeper.release() > 0


def test_a_file_whose_folder_cannot_be_synced_is_taken_back(world, site, file, monkeypatch):
    before = pending(world.app.services.spool)

    def fail(_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(saved, "sync_folder", fail)
    with pytest.raises(SpoolError, match="nothing was taken"):
        world.keeper.save(file, PASSPHRASE)

    assert not file.exists()
    keeper = create_keeper(world.config, world.clock)
    keeper.merge()
    assert pending(world.app.services.spool) == before
    keeper.engine.dispose()


def test_the_disk_has_the_file_and_its_name_before_the_spool_lets_go(world, site, file, monkeypatch):
    synced = []

    def note(descriptor):
        assert pending(world.app.services.spool)
        synced.append((Path(f"/proc/self/fd/{descriptor}").readlink(), file.exists()))

    monkeypatch.setattr(os, "fsync", note)
    world.keeper.save(file, PASSPHRASE)

    assert synced == [(Path(f"{file}.partial"), False), (file.parent, True)]


def test_a_save_takes_what_is_not_merged_yet(world, site, file):
    world.visits(site, 3, ("/get-help",))
    world.app.writer.seal()
    world.keeper.save(file, PASSPHRASE)
    world.keeper.load(file, PASSPHRASE)

    assert pending(world.app.services.spool)[site]["2026-11"]["page"]["/get-help"][:3] == [15, 15, 15]
    world.merge()
    assert pending(world.app.services.spool)[site]["2026-11"]["page"]["/get-help"][:3] == [15, 15, 15]


class Crash(Exception):
    """The process ends here."""


def crash(*_):
    raise Crash


def test_a_load_cut_short_is_finished_though_merging_went_on(world, site, file, monkeypatch):
    world.keeper.save(file, PASSPHRASE)
    monkeypatch.setattr("consent_service.keeper.batches.saved.add", crash)
    with pytest.raises(Crash):
        world.keeper.load(file, PASSPHRASE)
    monkeypatch.undo()
    world.visits(site, 3, ("/get-help",))
    world.merge()

    world.keeper.close()
    assert pending(world.app.services.spool)[site]["2026-11"]["page"]["/get-help"][:3] == [15, 15, 15]


def test_a_load_does_not_lose_a_merge_that_a_crash_cut_short(world, site, file, monkeypatch):
    world.keeper.save(file, PASSPHRASE)
    world.visits(site, 3, ("/get-help",))
    world.app.writer.seal()
    monkeypatch.setattr("consent_service.spool.merge._finish", crash)
    with pytest.raises(Crash):
        world.keeper.merge()
    monkeypatch.undo()

    world.keeper.load(file, PASSPHRASE)
    world.keeper.merge()
    assert pending(world.app.services.spool)[site]["2026-11"]["page"]["/get-help"][:3] == [15, 15, 15]
