"""The commands as an administrator types them: what works, and that what goes wrong is one clear line."""

import base64
import json
import os
import re
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path

import click
import pytest
from sqlalchemy import make_url

from consent_service.cli import commands
from consent_service.domain.notice.wording import DEFAULT_TEXTS
from consent_service.spool.directory import Spool
from consent_service.spool.writer import TallyWriter
from consent_service.storage.database.spool_lock import lock_database
from tests.processes import run_command


@pytest.fixture
def run(environ):
    """Run a command; gives its status, output and errors. What serves is a real process, the others are forked."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CONSENT_")}

    def run(*arguments, given="", **settings):
        if arguments[:1] not in ((), ("serve",), ("keeper",)):
            return run_command({**environ, **settings}, *arguments, given=given)
        command = [sys.executable, "-m", "consent_service", *arguments]
        everything = {**inherited, **environ, **settings}
        return subprocess.run(
            command, env=everything, check=False, capture_output=True, text=True, input=given, timeout=60
        )

    return run


@pytest.fixture
def migrated(run):
    assert run("migrate").returncode == 0
    return run


@pytest.fixture
def site(migrated):
    return migrated("site", "add", "Harbour", "--host", "harbour.example").stdout.strip()


def test_host_names_are_given_and_listed_as_people_write_them_and_ports_are_taken_off_with_a_word(migrated):
    added = migrated("site", "add", "Hafen", "--host", "MÜNCHEN.example.", "--host", "localhost:8200")
    assert added.stderr == ("the port of localhost:8200 is left out: pages count on every port of localhost\n")
    key = added.stdout.strip()
    assert "\tlocalhost,münchen.example\t" in migrated("site", "list").stdout
    assert migrated("site", "set", key, "--host", "例え.example", "--subdomains", "例え.example").returncode == 0
    assert "\t例え.example\t" in migrated("site", "list").stdout
    assert fails_with(migrated("site", "set", key, "--host", "i❤.ws"), "'i❤.ws' is not a host name: write it as in")


def fails_with(done, words):
    """Whether a command ended in one line that says so, and not in a traceback."""
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("consent-service: ")
    assert re.search(words, done.stderr), done.stderr
    return True


def test_a_site_is_added_by_its_key_alone_and_listed(migrated):
    added = migrated(
        "site", "add", "Harbour", "--host", "Harbour.Example", "--timezone", "Europe/Berlin", "--detail", "day"
    )

    key = added.stdout.strip()
    assert added.stdout == key + "\n"
    assert migrated("site", "list").stdout == f"{key}\tHarbour\tharbour.example\tEurope/Berlin\tk=10\tday\n"


def test_a_site_is_changed_and_removed(migrated, site):
    assert (
        migrated("site", "set", site, "--name", "Haven", "--host", "haven.example", "--threshold", "20").returncode == 0
    )
    assert migrated("site", "list").stdout == f"{site}\tHaven\thaven.example\tUTC\tk=20\tmonth\n"

    assert migrated("site", "remove", site, given="n\n").returncode == 1
    assert migrated("site", "remove", site, "--yes").returncode == 0
    assert migrated("site", "list").stdout == ""


def test_a_notice_is_published_from_a_file(migrated, site, tmp_path):
    file = tmp_path / "notice.json"
    file.write_text(json.dumps({"texts": {"de": {**DEFAULT_TEXTS["en"], "accept": "Annehmen"}}}))

    published = migrated("notice", "publish", site, str(file))
    assert re.fullmatch(r"notice [0-9a-f]{32} is current now\n", published.stdout)
    assert migrated("notice", "publish", site, str(file)).stdout == "nothing has changed\n"


def test_purposes_are_added_with_the_site_and_replaced_from_a_file(migrated, tmp_path):
    added = migrated("site", "add", "Harbour", "--host", "harbour.example", "--purpose", "video")
    file = tmp_path / "notice.json"
    file.write_text('{"purposes": ["video"]}')
    assert migrated("notice", "publish", added.stdout.strip(), str(file)).stdout == "nothing has changed\n"
    file.write_text('{"purposes": []}')
    assert "is current now" in migrated("notice", "publish", added.stdout.strip(), str(file)).stdout
    file.write_text('{"purposes": ["donate"]}')
    failed = migrated("notice", "publish", added.stdout.strip(), str(file))
    assert fails_with(failed, r"texts\.en\.purpose:donate: a text is needed")


def test_a_script_is_pinned_listed_and_unpinned(migrated, site):
    line = migrated("site", "pin", site).stdout
    assert migrated("site", "pin", site).stdout == line
    found = re.fullmatch(
        rf'<script src="http://127\.0\.0\.1:\d+/s/{site}/consent\.([0-9a-f]{{32}})\.js" '
        r'integrity="sha384-([A-Za-z0-9+/]{64})" crossorigin="anonymous" defer></script>\n',
        line,
    )
    digest, integrity = found.groups()
    assert len(base64.b64decode(integrity)) == 48
    assert migrated("site", "pins", site).stdout == digest + "\n"
    assert migrated("site", "unpin", site, digest).returncode == 0
    assert migrated("site", "pins", site).stdout == ""
    assert fails_with(migrated("site", "unpin", site, digest), "has pinned no script")
    assert fails_with(migrated("site", "pin", "nobody"), "there is no site 'nobody'")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ("[]", "must hold an object"),
        ('{"texts": {}}', "at least one language"),
        ('{"texts": {"xx": {"notice": "x"}}}', r"texts\.xx\.details: a text is needed"),
        ('{"texts": {"no": {}, "nb": {}}}', "texts: 'no' and 'nb' are one language"),
        ('{"languages": ["pt_AO"]}', "languages: 'pt-AO' is not shipped"),
        ('{"threshold": 3}', "threshold"),
        ('{"colour": "red"}', "colour"),
    ],
)
def test_a_notice_that_cannot_be_is_refused_with_what_to_do(migrated, site, tmp_path, content, words):
    file = tmp_path / "notice.json"
    file.write_text(content)

    assert fails_with(migrated("notice", "publish", site, str(file)), words)


def test_a_user_is_added_with_a_password_from_standard_input(migrated):
    assert (
        migrated("user", "add", "jane@example.org", "--password-stdin", given="a long enough password\n").returncode
        == 0
    )
    again = migrated("user", "add", "jane@example.org", "--password-stdin", given="a long enough password\n")
    assert fails_with(again, "jane@example.org|account")
    assert fails_with(migrated("user", "add", "joe@example.org", "--password-stdin", given="short\n"), "12")


def test_an_open_month_is_not_exported_and_says_until_when(migrated, site):
    from datetime import UTC, datetime

    month = f"{datetime.now(UTC):%Y-%m}"
    assert fails_with(migrated("export", site, month), "until")


@pytest.mark.parametrize("month", ["2026-13", "November", "2026", "1999-01"])
def test_what_is_no_month_of_the_site_is_refused(migrated, site, month):
    assert fails_with(migrated("export", site, month), ".")


def test_bytes_that_are_no_text_are_refused(migrated):
    assert fails_with(migrated("site", "add", os.fsdecode(b"x\xff"), "--host", "x.example"), "UTF-8|printable")


def test_a_removed_site_leaves_nothing_on_disk(migrated, site, tmp_path):
    migrated("site", "remove", site, "--yes")

    for file in (tmp_path / "data").iterdir():
        assert b"Harbour" not in file.read_bytes(), file


def test_an_unknown_site_is_named(migrated):
    assert fails_with(migrated("export", "nosite", "2026-10"), "there is no site 'nosite'")
    assert fails_with(migrated("site", "set", "nosite", "--name", "x"), "there is no site 'nosite'")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--host", "x_y.example"), "is not a host name"),
        (("--host", "x.example", "--threshold", "4"), "threshold"),
        (("--host", "x.example", "--timezone", "Europe/Atlantis"), "timezone"),
        ((), "host"),
    ],
)
def test_a_site_that_cannot_be_is_refused_with_what_to_do(migrated, options, words):
    assert fails_with(migrated("site", "add", "X", *options), words)


THEME = {
    "light": {"background": "#fff", "text": "#222", "button": "#245", "button-text": "#fff"},
    "dark": {"background": "#111", "text": "#eee", "button": "#bde", "button-text": "#000"},
}


@pytest.fixture
def options_of(tmp_path):
    """What is stored of a site's options."""

    def options_of(key):
        connection = sqlite3.connect(tmp_path / "data" / "consent.sqlite3")
        (document,) = connection.execute("SELECT options FROM sites WHERE key = ?", (key,)).fetchone()
        connection.close()
        return json.loads(document)

    return options_of


def test_options_are_set_one_by_one_and_taken_away_again(migrated, site, options_of, tmp_path):
    file = tmp_path / "theme.json"
    file.write_text(json.dumps(THEME))

    assert migrated("site", "set", site, "--theme", str(file), "--routes", "hash").stdout == ""
    migrated("site", "set", site, "--do-not-track", "ask", "--subdomains", "Harbour.example", "--consent-mode")
    assert options_of(site) == {
        "do_not_track": "ask",
        "subdomains": "harbour.example",
        "routes": "hash",
        "consent_mode": True,
        "theme": {**THEME, "radius": 8, "font": "system-ui,sans-serif", "position": "bottom-start"},
    }

    migrated("site", "set", site, "--theme", "none", "--subdomains", "none", "--no-consent-mode")
    assert options_of(site) == {"do_not_track": "ask", "routes": "hash"}
    assert migrated("site", "set", site, "--do-not-track", "refuse", "--routes", "path").returncode == 0
    assert options_of(site) == {}


def test_options_and_hosts_change_together(migrated, site, options_of):
    moved = ("--host", "haven.example", "--subdomains", "haven.example")

    assert migrated("site", "set", site, *moved).returncode == 0
    assert options_of(site) == {"subdomains": "haven.example"}
    assert fails_with(migrated("site", "set", site, "--host", "x.example"), "'x.example' is neither haven.example nor")
    assert "\thaven.example\t" in migrated("site", "list").stdout


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--do-not-track", "obey"), "do-not-track: refuse or ask, not 'obey'"),
        (("--routes", "query"), "routes: path or hash, not 'query'"),
        (("--subdomains", "example"), "subdomains: 'example' is not a domain such as example.org"),
        (("--subdomains", "192.0.2.1"), "subdomains: '192.0.2.1' is not a domain"),
        (("--subdomains", "haven.example"), "subdomains: the site's host 'harbour.example' is neither haven.example"),
        (("--host", "a.co.uk", "--subdomains", "co.uk"), r"subdomains: the domain co\.uk is a public suffix"),
        (("--theme", "/nowhere/theme.json"), r"/nowhere/theme\.json cannot be read: No such file"),
    ],
)
def test_an_option_that_cannot_be_is_refused_with_what_to_do(migrated, site, options_of, options, words):
    assert fails_with(migrated("site", "set", site, "--name", "Haven", *options), words)
    assert options_of(site) == {}
    assert "Haven" not in migrated("site", "list").stdout


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "is not JSON"),
        ("[]", r"must hold an object, such as \{\"light\": "),
        ("{}", "theme: light is needed"),
        (json.dumps({**THEME, "colour": "red"}), "theme: 'colour' is not one of light, dark, "),
        (json.dumps({**THEME, "dark": {}}), r"theme\.dark: background is needed"),
        (
            json.dumps({**THEME, "light": {**THEME["light"], "text": "red"}}),
            r"theme\.light\.text: 'red' is not a colour",
        ),
        (
            json.dumps({**THEME, "light": {**THEME["light"], "text": "#999"}}),
            r"text #999 on background #fff has a contrast of 2\.85:1, but text needs 4\.5:1",
        ),
        (
            json.dumps({**THEME, "light": {**THEME["light"], "reject": "#467"}}),
            r"reject #467 on background #fff has a contrast of 6\.15:1, but Accept has 10\.37:1",
        ),
        (json.dumps({**THEME, "radius": 40}), r"theme\.radius: pixels, from 0 to 24, not 40"),
        (json.dumps({**THEME, "font": "url(x)"}), r"theme\.font: 'url\(x\)' is not a list of font names"),
        (json.dumps({**THEME, "position": "left"}), r"theme\.position: one of bottom-start, .*, not 'left'"),
    ],
)
def test_a_theme_that_cannot_be_is_refused_with_what_to_do(migrated, site, options_of, tmp_path, content, words):
    file = tmp_path / "theme.json"
    file.write_text(content)

    assert fails_with(migrated("site", "set", site, "--theme", str(file)), words)
    assert options_of(site) == {}


def test_closing_with_nothing_to_do_says_so(migrated):
    assert migrated("close").stdout == "0 cells released, 0 periods closed\n"


def test_the_spool_is_saved_and_loaded_by_command(migrated, environ, tmp_path):
    file = str(tmp_path / "saved")
    migrated("close")  # makes the spool, as the service does

    saved = migrated("spool", "save", file, given="a long passphrase\n")
    assert saved.stdout == f"0 sites saved from {environ['CONSENT_SPOOL_DIR']}\n"
    assert migrated("spool", "load", file, given="a long passphrase\n").stdout == "0 sites loaded\n"
    assert fails_with(migrated("spool", "load", file, given="a long passphrase\n"), "loaded before")


def test_a_save_does_not_make_a_spool_to_save(migrated, environ, tmp_path):
    done = migrated("spool", "save", str(tmp_path / "saved"), given="a long passphrase\n")

    assert fails_with(done, f"there is no spool at {environ['CONSENT_SPOOL_DIR']}")
    assert not Path(environ["CONSENT_SPOOL_DIR"]).exists()


@pytest.mark.parametrize("command", [(), ("site",), ("notice",), ("spool",), ("user",), ("serve",), ("export",)])
def test_every_command_explains_itself(run, command):
    shown = run(*command, "--help")

    assert shown.returncode == 0
    assert "Usage: " in shown.stdout


# What stops the start, each in one line.


def test_a_setting_that_makes_no_sense_stops_the_start(run):
    assert fails_with(run("serve", CONSENT_WORKERS="many"), "CONSENT_WORKERS: a whole number")


def test_a_database_that_was_not_migrated_stops_the_start(run):
    assert fails_with(run("serve"), "run consent-service migrate")


def test_a_database_that_is_away_stops_the_start(run):
    away = "postgresql://consent@127.0.0.1:1/consent"

    assert fails_with(run("serve", CONSENT_DATABASE_URL=away), "the database says: .*refused")
    assert fails_with(run("migrate", CONSENT_DATABASE_URL=away), "the database says: .*refused")


def test_a_file_that_is_no_database_stops_the_start(run, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "consent.sqlite3").write_bytes(b"this is not a database at all" * 100)

    assert fails_with(run("migrate"), "not a database")
    assert fails_with(run("serve"), "not a database")


def test_a_failed_migration_changes_nothing(run, tmp_path):
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "consent.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE spools (mine TEXT)")  # in the way of one that the migration makes
    connection.close()

    assert fails_with(run("migrate"), "spools")
    connection = sqlite3.connect(file)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    connection.close()
    assert tables == [("spools",)]


def test_a_database_of_a_newer_version_is_refused(migrated, tmp_path):
    connection = sqlite3.connect(tmp_path / "data" / "consent.sqlite3")
    connection.execute("UPDATE alembic_version SET version_num = 'ffff'")
    connection.commit()
    connection.close()

    assert fails_with(migrated("migrate"), "newer version")
    assert fails_with(migrated("serve"), "newer version|consent-service migrate")


@pytest.mark.parametrize("command", ["migrate", "serve", "close"])
def test_a_database_of_the_first_edition_is_refused_with_what_to_do(migrated, tmp_path, command):
    connection = sqlite3.connect(tmp_path / "data" / "consent.sqlite3")
    connection.execute("UPDATE alembic_version SET version_num = '0005'")
    connection.commit()
    connection.close()

    assert fails_with(migrated(command), "made by the first edition, .*: set CONSENT_DATA_DIR or CONSENT_DATABASE_URL")


@pytest.mark.parametrize("command", ["serve", "keeper", "close"])
def test_a_spool_of_the_first_edition_is_refused_with_what_to_do(migrated, spool, command):
    (spool.path / "edition").unlink()

    assert fails_with(migrated(command), "made by another edition, .*: remove the folder, or set CONSENT_SPOOL_DIR")


def test_a_data_folder_without_rights_stops_the_start(run, tmp_path):
    (tmp_path / "file").write_text("in the way")

    assert fails_with(run("serve", CONSENT_DATA_DIR="/proc/consent"), "CONSENT_DATA_DIR: .*/proc/consent")
    assert fails_with(run("serve", CONSENT_DATA_DIR=str(tmp_path / "file")), "CONSENT_DATA_DIR")


def test_a_port_in_use_stops_the_start(migrated):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        bind = f"127.0.0.1:{other.getsockname()[1]}"

        assert fails_with(migrated("serve", CONSENT_BIND=bind), f"cannot listen on {bind}: Address already in use")


def test_a_second_serve_on_one_spool_is_refused(migrated, spool):
    with spool.lock("serve"):
        assert fails_with(migrated("serve"), "is in use by another serve")


def test_a_second_keeper_on_one_spool_is_refused(migrated, spool):
    with spool.lock("keeper"):
        assert fails_with(migrated("keeper"), "is in use by another keeper")


def test_a_spool_that_belongs_to_someone_else_is_refused(migrated, tmp_path):
    (tmp_path / "spool").symlink_to("/tmp")

    assert fails_with(migrated("serve", CONSENT_SPOOL_DIR=str(tmp_path / "spool")), "CONSENT_SPOOL_DIR")


def test_a_changed_secret_key_stops_the_start(migrated, site, environ, clock):
    from tests.world import World

    world = World(environ, clock)
    world.token(site)
    world.dispose()

    assert fails_with(migrated("serve", CONSENT_SECRET_KEYS="x" * 32), "CONSENT_SECRET_KEYS lacks the key")


SPOOLS_OWN = [("close",), ("spool", "save", "FILE"), ("spool", "load", sys.executable), ("keeper",), ("serve",)]


@pytest.mark.parametrize("command", SPOOLS_OWN, ids=lambda command: " ".join(command[:2]))
def test_a_command_on_another_spool_than_the_services_is_refused(migrated, environ, command, tmp_path):
    url = make_url(f"sqlite:///{environ['CONSENT_DATA_DIR']}/consent.sqlite3")
    with lock_database(url, Spool(Path(environ["CONSENT_SPOOL_DIR"]))):
        done = migrated(*command, CONSENT_SPOOL_DIR=str(Spool(tmp_path / "other").path))
        assert fails_with(done, f"in use with the spool {environ['CONSENT_SPOOL_DIR']}: .*CONSENT_SPOOL_DIR")
        assert migrated("close").returncode == 0


def test_terms_wait_for_the_next_month_once_a_tally_names_the_site(migrated, site, environ):
    writer = TallyWriter(Spool(Path(environ["CONSENT_SPOOL_DIR"])), lambda: 0)
    assert "is current now" in migrated("site", "set", site, "--threshold", "11").stdout
    writer.count((site, "month", "2026-11-22"), [("site", "", (0,))])

    assert "is current from" in migrated("site", "set", site, "--threshold", "12").stdout


def test_a_spool_on_a_small_file_system_is_told_at_the_start(migrated, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", small], check=False).returncode:
        pytest.skip("only root may mount a file system")
    try:
        # The port is none that may be listened on, so that the start ends where the spool has been looked at.
        told = migrated("serve", CONSENT_SPOOL_DIR=f"{small}/spool", CONSENT_WORKERS="4", CONSENT_BIND="192.0.2.1:80")
        assert re.search(r"small/spool has \d+ MB, its 4 workers and 0 sites may need 110 MB", told.stderr)
        refused = migrated("serve", CONSENT_SPOOL_DIR=f"{small}/spool", CONSENT_WORKERS="16")
        assert fails_with(refused, "its workers need 88 MB to begin")
    finally:
        subprocess.run(["umount", small], check=True)


def test_help_takes_no_database_and_names_every_command():
    program = "import sys; from consent_service.cli import main\ntry: main()\nfinally: print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program, "--help"], check=True, capture_output=True, text=True, timeout=60
    )
    *shown, modules = done.stdout.splitlines()
    named = {line.split()[0] for line in shown[shown.index("Commands:") + 1 :] if line[2:3].strip()}
    assert named == set(commands.list_commands(click.Context(commands)))
    assert not {"sqlalchemy", "uvicorn", "flask"} & set(modules.split())
