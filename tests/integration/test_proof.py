"""Proof of consent, as one archive, without a record of any person."""

import csv
import hashlib
import json
import struct
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

from consent_service.cli import commands
from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice.notice import read_notice
from consent_service.domain.notice.wording import texts_in
from consent_service.proof import screenshots
from consent_service.storage import sites
from consent_service.storage.database.engine import writing


@pytest.fixture
def site(world, press, clock):
    """A site with two versions of its notice, and acceptances of the first one in two closed months."""
    clock.move(days=-94)  # 20 August 2026
    key = world.add_site("Harbour")
    first = world.notice(key)["digest"]
    clock.move(days=94)
    press.close(key, "2026-09", {"site": [90] * 3, "consent": {first: [9, 9, 9]}})
    press.close(key, "2026-10", {"site": [90] * 3, "consent": {first: [45, 45, 45]}})
    press.release(key, "2026-11", {"site": [90] * 3, "consent": {first: [33, 33, 33]}})
    with writing(world.engine) as connection:
        present = world.site(key)
        today = present.timeline.day_at(clock())
        sites.publish(connection, present, Period.parse("2026-11"), True, texts=texts_in(["de", "en"]), today=today)
    return key


@pytest.fixture
def without_browser(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")


def files_in(content):
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def download(owner, site):
    answer = owner.get(f"/sites/{site}/proof.zip")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    return answer.data


def test_it_holds_every_version_with_its_days_and_the_document_that_its_digest_names(owner, site, without_browser):
    files = files_in(download(owner, site))
    manifest = json.loads(files["manifest.json"])
    assert [(one["first_day"], one["last_day"]) for one in manifest["versions"]] == [
        ("2026-08-20", "2026-11-21"),
        ("2026-11-22", None),
    ]
    for version in manifest["versions"]:
        document = files[f"{version['folder']}/notice.json"]
        assert hashlib.sha256(document).hexdigest()[:32] == version["digest"]
        assert read_notice(json.loads(document)).digest == version["digest"]
        page = files[f"{version['folder']}/notice.html"].decode()
        assert version["digest"] in page
        assert "Harbour counts visits; nothing about you alone is kept." in page


def test_its_manifest_has_the_digest_of_each_file(owner, site, without_browser):
    files = files_in(download(owner, site))
    told = json.loads(files.pop("manifest.json"))["sha256"]
    assert told == {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}


def test_acceptances_are_those_of_closed_months_that_k_share(world, owner, site, without_browser):
    rows = list(csv.reader(StringIO(files_in(download(owner, site))["acceptances.csv"].decode())))
    first = world.site(site).timeline.editions[0].notice.digest
    assert rows == [["month", "notice", "acceptances"], ["2026-10", first, "45"]]


def test_the_same_state_gives_the_same_bytes(owner, site, clock, without_browser):
    before = download(owner, site)
    clock.move(hours=3)
    assert download(owner, site) == before


def test_without_chromium_it_says_that_there_are_no_pictures(owner, site, without_browser):
    files = files_in(download(owner, site))
    assert json.loads(files["manifest.json"])["pictures"] == "none: there is no Chromium on the service's machine"
    assert not any(name.endswith(".png") for name in files)


@pytest.fixture
def proof(world, tmp_path, monkeypatch):
    """The archive that the command writes."""

    def proof(key, *options):
        monkeypatch.setattr("consent_service.serving.process.harden", lambda: None)  # this process is the tests'
        file = tmp_path / "proof.zip"
        monkeypatch.setattr("time.time", world.clock)
        done = CliRunner(env=world.environ).invoke(commands, ["proof", key, str(file), *options])
        monkeypatch.undo()
        assert done.exit_code == 0, done.output
        return files_in(file.read_bytes()), done.output

    return proof


def test_the_command_takes_a_picture_of_each_version_in_each_of_its_languages(site, proof):
    files, said = proof(site)
    manifest = json.loads(files["manifest.json"])
    assert [one["pictures"] for one in manifest["versions"]] == [["banner-en.png"], ["banner-de.png", "banner-en.png"]]
    taken = {name: content for name, content in files.items() if name.endswith(".png")}
    assert len(taken) == 3
    for picture in taken.values():
        assert picture[:8] == b"\x89PNG\r\n\x1a\n"
        assert struct.unpack(">II", picture[16:24]) == (screenshots.WIDTH, screenshots.HEIGHT)
    german, english = (files[f"{manifest['versions'][1]['folder']}/banner-{tag}.png"] for tag in ("de", "en"))
    assert german != english
    assert "2 versions; pictures: of each version in all its languages" in said


def test_the_command_takes_none_if_they_are_not_wanted(site, proof):
    files, said = proof(site, "--no-pictures")
    assert not any(name.endswith(".png") for name in files)
    assert "pictures: none: they were not asked for" in said


def test_a_browser_that_takes_too_long_is_ended_and_there_is_no_picture(tmp_path):
    slow = tmp_path / "chromium"
    slow.write_text("#!/bin/sh\nexec sleep 600\n")
    slow.chmod(0o700)
    assert screenshots.take(str(slow), "<p>", 0.2) is None
