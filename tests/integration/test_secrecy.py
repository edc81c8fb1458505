"""Nothing of the database's password is printed or logged, whatever is wrong with the setting or the database."""

import logging
from pathlib import Path
from urllib.parse import quote

import pytest

from consent_service.config import load
from consent_service.keeper.jobs import JOBS, JobRunner
from consent_service.keeper.keeper import create_keeper
from consent_service.serving.secrecy import SecretFormatter, hide, secrets_of
from consent_service.spool.directory import Spool
from tests.postgresql import free_port
from tests.processes import run_command

PASSWORDS = ("p@ss:w/rd%41#x", "hunter2:qzv/kjx@wqy", "qzv@kjx,wqy:5432", "qzv?kjx=wqy@jqk", "[qzv]kjx%zz")
COMMANDS = (("serve",), ("migrate",), ("close",), ("site", "list"))


def pieces_of(password):
    return {password[place : place + 3] for place in range(len(password) - 2)}


def shown(password, text):
    """The pieces of a password that a text holds."""
    return sorted(piece for piece in pieces_of(password) if piece in text)


@pytest.fixture
def guarded(postgresql):
    """The address of a server that asks for a password, and of a database there."""
    place = postgresql.new_migrated().partition("@")[2]
    hba = Path(postgresql.data, "pg_hba.conf")
    before = hba.read_text()
    hba.write_text("host all guarded 127.0.0.1/32 scram-sha-256\n" + before)
    postgresql.psql("CREATE ROLE guarded LOGIN PASSWORD 'another one'", "SELECT pg_reload_conf()")
    yield place
    hba.write_text(before)
    postgresql.psql("DROP ROLE guarded", "SELECT pg_reload_conf()")


def urls(password, place):
    """Each way to get it wrong."""
    meant, away = quote(password, safe=""), f"127.0.0.1:{free_port()}"
    return {
        "wrong password": f"postgresql://guarded:{meant}@{place}",
        "wrong password in the query": f"postgresql://guarded@{place}?password={meant}",
        "nobody listens": f"postgresql://guarded:{meant}@{away}/consent",
        "no such host": f"postgresql://guarded:{meant}@nowhere.invalid/consent",
        "one of several hosts": f"postgresql://guarded:{meant}@{away},nowhere.invalid:1/consent",
        "wrong option": f"postgresql://guarded:{meant}@{place}?sslmoed=require",
        "wrong scheme": f"mysql://guarded:{meant}@{place}",
        "as it is": f"postgresql://guarded:{password}@{place}",
        "as it is, of several hosts": f"postgresql://guarded:{password}@{away},{away}/consent",
        "as it is in the query": f"postgresql://guarded@{place}?password={password}",
        "as it is, without a host": f"postgresql://guarded:{password.replace('@', '')}/consent",
        "as it is, wrong scheme": f"postgre://guarded:{password}@{place}",
        "without a scheme": f"guarded:{password}@{place}",
    }


@pytest.mark.parametrize("password", PASSWORDS)
def test_no_command_shows_a_piece_of_the_password(environ, guarded, password):
    told = {}
    for number, (wrong, url) in enumerate(urls(password, guarded).items()):
        command = COMMANDS[number % len(COMMANDS)]
        done = run_command({**environ, "CONSENT_DATABASE_URL": url}, *command)
        assert done.returncode == 1, (wrong, done)
        assert done.stdout + done.stderr
        told[wrong] = shown(password, done.stdout + done.stderr)

    assert {wrong: pieces for wrong, pieces in told.items() if pieces} == {}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_that_the_password_is_wrong_and_not_which(environ, guarded, command):
    url = urls(PASSWORDS[0], guarded)["wrong password"]
    done = run_command({**environ, "CONSENT_DATABASE_URL": url}, *command)

    assert "password authentication failed" in done.stdout + done.stderr
    assert shown(PASSWORDS[0], done.stdout + done.stderr) == []


def test_the_keepers_log_and_what_waits_show_nothing_of_it(environ, guarded, clock, caplog, spool_dir):
    url = urls(PASSWORDS[0], guarded)["wrong password"]
    keeper = create_keeper(load({**environ, "CONSENT_DATABASE_URL": url}), clock)
    runner = JobRunner(keeper, Spool(spool_dir), monotonic=lambda: 0)
    for job in JOBS:
        runner.run(job)

    assert "waits: the database is away" in caplog.text
    assert shown(PASSWORDS[0], caplog.text + (spool_dir / "status").read_bytes().decode("latin-1")) == []


@pytest.mark.parametrize(
    "name",
    ["CONSENT_PUBLIC_URL", "CONSENT_BIND", "CONSENT_WORKERS", "CONSENT_TRUSTED_PROXIES", "CONSENT_DATA_DIR",
     "CONSENT_SPOOL_DIR", "CONSENT_HITS_PER_MINUTE"],
)  # fmt: skip
def test_a_url_with_a_password_in_another_setting_is_not_shown_either(environ, name):
    done = run_command({**environ, name: f"https://jane:{PASSWORDS[0]}@db.example.org"}, "migrate")

    assert done.returncode == 1
    assert name in done.stderr
    assert shown(PASSWORDS[0], done.stdout + done.stderr) == []


@pytest.mark.parametrize("url", ["https://jane:hidden@stats.example.org", "https://stats.example.org@hidden"])
def test_the_audit_asks_no_address_with_a_password(environ, url):
    done = run_command(environ, "audit", "--url", url)

    assert done.returncode == 1
    assert "hidden" not in done.stdout + done.stderr


def test_what_a_driver_says_is_shown_without_the_password_its_spellings_and_its_pieces():
    secrets = secrets_of({"CONSENT_DATABASE_URL": "postgresql://jane:p%40ss:w/rd%2541#x@db.example/consent?a=1"})

    said = "p@ss:w/rd%41#x, p%40ss:w/rd%2541#x: host 'rd%41' of jane at db.example"
    assert hide(said, secrets) == "***, ***: host '***' of jane at db.example"


def test_a_log_shows_no_password_neither_in_its_words_nor_in_a_traceback():
    formatter = SecretFormatter("%(message)s", {"hidden"})
    error = ValueError("hidden")
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "is %s", ("hidden",), (ValueError, error, None))

    assert formatter.format(record) == "is ***\nValueError: ***"
