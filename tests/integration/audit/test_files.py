"""What the audit says of files and of the spool."""

import os
import subprocess

import pytest

from consent_service.audit.findings import Outcome
from consent_service.spool.directory import Spool, filesystem_of
from tests.integration.audit.conftest import looking
from tests.world import World


@pytest.fixture(autouse=True)
def _private():
    """As every process of the service sets it for itself."""
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.fixture
def world(_private, world):
    return world


def test_files_that_the_service_made_are_its_users_alone(look, world):
    world.visits(world.add_site(), 12)
    world.release()

    assert look("file rights").outcome == Outcome.OK


@pytest.mark.parametrize(
    "name", ["data", "data/consent.sqlite3", "data/consent.sqlite3-wal", "data/consent.sqlite3-spool", "data/own"]
)
def test_a_file_that_others_may_read_fails(look, world, tmp_path, name):
    for made in ("data/consent.sqlite3-spool", "data/own"):
        (tmp_path / made).touch(0o600)
    (tmp_path / name).chmod(0o755 if name == "data" else 0o644)

    found = look("file rights")
    assert found.outcome == Outcome.FAIL
    assert f"{tmp_path / name} has mode 0" in found.text
    assert "chmod" in found.text


def test_a_file_of_the_spool_that_others_may_read_fails(look, world):
    (world.config.spool_dir / "id").chmod(0o640)

    assert f"{world.config.spool_dir / 'id'} has mode 0640" in look("file rights").text


def test_the_key_that_others_may_read_fails(look, world, tmp_path):
    (tmp_path / "data" / "secret_keys").write_text("k" * 32)
    (tmp_path / "data" / "secret_keys").chmod(0o604)

    assert "secret_keys has mode 0604" in look("file rights").text


def test_a_database_elsewhere_is_looked_at_too(environ, clock, machine, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    world = World({**environ, "CONSENT_DATABASE_URL": f"sqlite:///{tmp_path}/elsewhere/counts"}, clock)
    (tmp_path / "elsewhere" / "counts").chmod(0o644)

    assert f"{tmp_path}/elsewhere/counts has mode 0644" in looking(world, machine)("file rights").text
    world.dispose()


def test_a_file_of_another_user_fails(look, world, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("only root may give a file away")
    (tmp_path / "data" / "consent.sqlite3").chmod(0o600)
    os.chown(tmp_path / "data" / "consent.sqlite3", 65534, 65534)

    assert "consent.sqlite3 belongs to user 65534" in look("file rights").text


def test_a_spool_in_memory_is_well(look):
    assert look("spool in memory").outcome == Outcome.OK


def test_a_spool_on_a_disk_fails(look, tmp_path):
    if filesystem_of(tmp_path) == "tmpfs":
        pytest.skip("this machine keeps temporary files in memory")
    on_disk = Spool(tmp_path / "spool").path

    found = look("spool in memory", {"spool_dir": on_disk})
    assert found.outcome == Outcome.FAIL
    assert f"{on_disk} is on a disk" in found.text


def test_a_spool_that_is_not_there_could_not_be_checked_and_is_not_made(look, tmp_path):
    for name in ("spool in memory", "room in the spool"):
        assert look(name, {"spool_dir": tmp_path / "none"}).outcome == Outcome.UNKNOWN
    assert not (tmp_path / "none").exists()


def test_a_spool_with_room_is_well(look):
    assert look("room in the spool", {"workers": 1}).outcome == Outcome.OK


def test_a_spool_with_too_little_room_is_told(look, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", small], check=False).returncode:
        pytest.skip("only root may mount a file system")
    try:
        told = look("room in the spool", {"spool_dir": small, "workers": 2})
        assert told.outcome == Outcome.WARN
        assert "may need" in told.text
        assert look("room in the spool", {"spool_dir": small, "workers": 100}).outcome == Outcome.FAIL
    finally:
        subprocess.run(["umount", small], check=True)


def test_root_looks_at_another_users_service_and_leaves_nothing_of_its_own(look, world):
    if os.geteuid() != 0:
        pytest.skip("only root may give files away")
    world.engine.dispose()
    world.app.services.engine.dispose()
    world.keeper.engine.dispose()
    kept = [world.config.data_dir, world.config.spool_dir]
    for file in [*kept, *(file for folder in kept for file in folder.rglob("*"))]:
        os.chown(file, 65534, 65534)

    for name in ("database settings", "database log", "cells below k", "spool in memory", "room in the spool"):
        assert look(name).outcome in (Outcome.OK, Outcome.WARN), name
    assert look("file rights").outcome == Outcome.OK
    owners = {file.stat().st_uid for folder in kept for file in folder.rglob("*")}
    assert owners == {65534}
