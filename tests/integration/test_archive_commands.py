"""The commands that take a site's closed counts away and bring them back."""

import io
import os
import stat
import subprocess
import sys
import zipfile

import pytest

from consent_service.reporting import exports
from consent_service.storage.database.engine import reading
from tests.integration.test_archive import closed_site
from tests.integration.test_command_line import fails_with, run  # noqa: F401 - a fixture


@pytest.fixture
def site(world):
    return closed_site(world)


def test_a_site_is_archived_removed_and_imported_again(world, run, site, tmp_path):  # noqa: F811
    file = tmp_path / "harbour.zip"
    assert run("archive", site, str(file)).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert run("site", "remove", site, "--yes").returncode == 0

    done = run("import", str(file))
    assert (done.returncode, done.stdout) == (0, f"{site}\n")
    again = tmp_path / "again.zip"
    run("archive", site, str(again))
    assert again.read_bytes() == file.read_bytes()


def test_a_site_that_there_is_stays_as_it_is_unless_a_new_one_is_asked_for(world, run, site, tmp_path):  # noqa: F811
    file = tmp_path / "harbour.zip"
    run("archive", site, str(file))
    assert fails_with(run("import", str(file)), "--as-new")
    key = run("import", str(file), "--as-new").stdout.strip()
    assert key != site
    assert world.site(key).name == world.site(site).name


def test_a_file_that_there_is_is_not_written_over(run, site, tmp_path):  # noqa: F811
    file = tmp_path / "harbour.zip"
    file.write_text("mine")
    assert fails_with(run("archive", site, str(file)), "exists")
    assert file.read_text() == "mine"


def test_of_a_site_that_there_is_not_no_file_is_left(run, site, tmp_path):  # noqa: F811
    assert fails_with(run("archive", "nosite", str(tmp_path / "nosite.zip")), "there is no site")
    assert list(tmp_path.glob("*.zip")) == []


@pytest.mark.parametrize("content", [b"", b"PK", b"hello"])
def test_what_is_no_archive_is_refused_in_one_line(run, site, tmp_path, content):  # noqa: F811
    file = tmp_path / "other.zip"
    file.write_bytes(content)
    assert fails_with(run("import", str(file)), "is not an archive")


def test_a_damaged_archive_is_refused_in_one_line(run, site, tmp_path):  # noqa: F811
    file = tmp_path / "harbour.zip"
    run("archive", site, str(file))
    file.write_bytes(file.read_bytes().replace(b"page,/b,/b,30", b"page,/b,/b,31"))
    assert fails_with(run("import", str(file), "--as-new"), "periods/2026-")


def test_a_month_is_printed_as_the_spreadsheet_of_the_page(world, environ, press, clock):
    clock.move(days=-2_200)  # long past, for a command goes by the machine's clock
    key = world.add_site()
    press.close(key, "2020-12", {"site": [90, 60, 50, 20]})
    clock.move(days=2_200)
    with reading(world.engine) as connection:
        expected = exports.file_of(connection, world.site(key), "2020-12", "xlsx", world.clock())

    command = [sys.executable, "-m", "consent_service", "export", key, "2020-12", "--format", "xlsx"]
    printed = subprocess.run(command, env={**os.environ, **environ}, check=True, capture_output=True).stdout
    assert zipfile.is_zipfile(io.BytesIO(printed))
    assert printed == expected
