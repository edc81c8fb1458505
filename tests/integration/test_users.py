"""The commands about people, and that commands are in the audit trail."""

import json
import re
import sqlite3
from datetime import UTC, datetime
from unicodedata import normalize

import pytest

from consent_service.storage.database.engine import writing
from consent_service.storage.people import factors
from consent_service.storage.people.audit_trail import COMMAND_LINE
from tests import people
from tests.integration.test_command_line import fails_with, migrated, run, site  # noqa: F401 - fixtures
from tests.owner import EMAIL, PASSWORD, Browser

GIVEN = f"{PASSWORD}\n"


@pytest.fixture
def noted(tmp_path):
    """What is in the audit trail: who, what, site, details; in any order."""

    def noted():
        connection = sqlite3.connect(tmp_path / "data" / "consent.sqlite3")
        rows = connection.execute("SELECT email, name, site, details FROM audit ORDER BY at").fetchall()
        connection.close()
        assert {row[0] for row in rows} == {COMMAND_LINE}
        return [(name, key, json.loads(details)) for _, name, key, details in rows]

    return noted


def test_an_account_is_owner_of_every_site_unless_a_role_at_one_is_given(migrated, site, noted):  # noqa: F811
    for email, options in ((EMAIL, ()), ("jane@example.org", ("--site", site, "--role", "viewer"))):
        assert migrated("user", "add", email, "--password-stdin", *options, given=GIVEN).returncode == 0
    assert migrated("user", "list").stdout == (
        f"jane@example.org\t{site}=viewer\tpassword alone\n{EMAIL}\t*=owner\tpassword alone\n"
    )
    assert noted()[1:] == [
        ("account made", "", {"person": EMAIL, "role": "owner"}),
        ("account made", site, {"person": "jane@example.org", "role": "viewer"}),
    ]


@pytest.mark.parametrize(
    ("options", "words"),
    [(("--site", "nosite"), "there is no site 'nosite'"), (("--site", "k3f9", "--role", "viewer"), "there is no site")],
)
def test_a_role_at_a_site_that_is_not_there_is_refused(migrated, options, words):  # noqa: F811
    assert fails_with(migrated("user", "add", EMAIL, "--password-stdin", *options, given=GIVEN), words)
    assert migrated("user", "list").stdout == ""


def test_an_account_is_removed_after_asking(migrated, noted):  # noqa: F811
    migrated("user", "add", EMAIL, "--password-stdin", given=GIVEN)
    assert migrated("user", "remove", EMAIL, given="n\n").returncode == 1
    assert EMAIL in migrated("user", "list").stdout
    assert migrated("user", "remove", EMAIL.upper(), "--yes").returncode == 0
    assert migrated("user", "list").stdout == ""
    assert noted()[-1] == ("account removed", "", {"person": EMAIL})


@pytest.mark.parametrize("command", ["remove", "reset"])
@pytest.mark.parametrize(("email", "words"), [("joe@example.org", "there is no account joe@"), ("joe", "e-mail")])
def test_an_unknown_account_is_named(migrated, command, email, words):  # noqa: F811
    assert fails_with(migrated("user", command, email), words)


def test_who_lost_everything_signs_in_with_the_password_again_or_with_a_new_one(world, account, run):  # noqa: F811
    with writing(world.engine) as connection:
        factors.turn_on(connection, EMAIL, world.app.services.cipher.encrypt("JBSWY3DP", "x"), 0)
    assert Browser(world).sign_in().location == "/login/code"
    assert "second factor" in run("user", "list").stdout
    assert run("user", "reset", EMAIL).returncode == 0
    signed_in = people.signed_in(world, EMAIL)
    assert Browser(world).sign_in().location == "/"

    assert fails_with(run("user", "reset", EMAIL, "--password-stdin", given="short\n"), "at least 12 characters")
    assert run("user", "reset", EMAIL, "--password-stdin", given="another long password\n").returncode == 0
    assert signed_in.get("/").status_code == 302
    assert Browser(world).sign_in().status_code == 403
    assert Browser(world).sign_in(password="another long password").location == "/"


def test_a_password_from_a_command_is_the_same_from_every_keyboard(world, account, run):  # noqa: F811
    given = normalize("NFD", "pâté en croûte\n")
    assert run("user", "reset", EMAIL, "--password-stdin", given=given).returncode == 0
    assert Browser(world).sign_in(password=normalize("NFC", "pâté en croûte")).location == "/"


def test_what_commands_do_with_sites_is_noted_without_what_goes_with_the_site(migrated, noted, tmp_path):  # noqa: F811
    key = migrated("site", "add", "Harbour", "--host", "harbour.example").stdout.strip()
    file = tmp_path / "notice.json"
    file.write_text('{"languages": ["de"]}')
    published = migrated("notice", "publish", key, str(file)).stdout
    month = f"{datetime.now(UTC):%Y-%m}"
    migrated("site", "set", key, "--name", "Haven", "--routes", "hash")
    digest = re.search(r"consent\.([0-9a-f]{32})\.js", migrated("site", "pin", key).stdout)[1]
    migrated("site", "unpin", key, digest)
    migrated("site", "remove", key, "--yes")
    assert noted() == [
        ("site added", key, {}),
        ("notice published", key, {"digest": re.search(r"[0-9a-f]{32}", published)[0], "current_from": month}),
        ("site changed", key, {"changed": "name, routes"}),
        ("script pinned", key, {"digest": digest}),
        ("script unpinned", key, {"digest": digest}),
        ("site removed", key, {}),
    ]
    for kept in (tmp_path / "data").iterdir():
        assert b"Harbour" not in kept.read_bytes()
        assert b"Haven" not in kept.read_bytes()
