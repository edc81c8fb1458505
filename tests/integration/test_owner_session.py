"""Signing in and out, and the link that makes the first account."""

import re

import pytest

from consent_service.domain.access.roles import EVERYTHING
from consent_service.domain.errors import UserError
from consent_service.security import setup_link
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import accounts
from consent_service.storage.tables import sessions
from tests.owner import EMAIL, PASSWORD, Browser, token_in


def kept_sessions(world):
    with reading(world.engine) as connection:
        return connection.execute(sessions.select()).all()


def first_link(world):
    return setup_link.make(world.config, world.clock()).removeprefix(world.config.public_url)


@pytest.mark.parametrize("path", ["/", "/sites/new", "/sites/k3f9", "/sites/k3f9/export/2026-10.csv"])
def test_who_is_not_signed_in_is_asked_to(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 302
    assert answer.location.startswith("/login")


def test_signing_in_leads_to_where_the_owner_wanted_to_go(world, stranger, account):
    key = world.add_site()
    login = stranger.get(f"/sites/{key}?period=2026").location
    answer = stranger.fill(login, email=EMAIL, password=PASSWORD)
    assert answer.location == f"/sites/{key}?period=2026"
    assert stranger.get(answer.location).status_code == 200


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"])
def test_signing_in_never_leads_to_another_host(stranger, account, elsewhere):
    assert stranger.fill(f"/login?next={elsewhere}", email=EMAIL, password=PASSWORD).location == "/"


def test_an_email_address_is_the_same_in_capitals(stranger, account):
    assert stranger.sign_in(f" {EMAIL.upper()} ").status_code == 302


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(stranger, account):
    pages = []
    for email, password in ((EMAIL, "wrong horse battery"), ("nobody@example.org", PASSWORD)):
        answer = stranger.sign_in(email, password)
        assert answer.status_code == 403
        pages.append(re.sub(r'(name="csrf_token"|type="email").*', "", answer.text))
    assert pages[0] == pages[1]
    assert "do not belong together" in pages[0]


def test_for_an_unknown_account_a_hash_is_checked_too(world, account):
    with reading(world.engine) as connection:
        known, unknown = (accounts.password_hash(connection, email) for email in (EMAIL, "nobody@example.org"))
    assert unknown == accounts.NOBODYS_HASH != known


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(owner):
    cookie = owner.cookie()
    assert (cookie.http_only, cookie.same_site, cookie.secure) == (True, "Lax", False)


def test_the_cookie_is_secure_unless_the_service_is_on_this_machine_alone(environ, clock):
    from tests.world import World  # its own, with another address

    world = World({**environ, "CONSENT_PUBLIC_URL": "https://stats.example.org"}, clock)
    sent = Browser(world).get("/login").headers["Set-Cookie"]
    world.dispose()
    assert sent.startswith("__Host-owner=")
    assert "; Secure;" in sent


def test_the_database_keeps_a_hash_of_the_sessions_secret(world, owner):
    (kept,) = kept_sessions(world)
    assert re.fullmatch(r"[0-9a-f]{64}", kept.id_hash)
    assert kept.id_hash not in owner.cookie().value


def test_a_session_ends_after_fourteen_days(world, owner, clock):
    clock.move(days=14, seconds=-1)
    assert owner.get("/").status_code == 200
    clock.move(seconds=1)
    assert owner.get("/").status_code == 302
    assert kept_sessions(world) == []


def test_signing_out_ends_the_session_on_the_server_too(world, owner):
    stolen = owner.cookie().value
    answer = owner.post("/logout", {"csrf_token": token_in(owner.get("/").text)})
    assert answer.location == "/login"
    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert kept_sessions(world) == []

    thief = Browser(world)
    assert thief.get("/", headers={"Cookie": f"owner={stolen}"}).status_code == 302


def test_the_eleventh_attempt_within_a_minute_is_refused(stranger, account):
    token = token_in(stranger.get("/login").text)
    fields = {"email": EMAIL, "password": "wrong horse battery", "csrf_token": token}
    assert [stranger.post("/login", fields).status_code for _ in range(11)] == [403] * 10 + [429]
    assert "Wait a minute" in stranger.post("/login", fields).text


@pytest.mark.parametrize("token", ["", "foreign"])
def test_a_form_without_its_mark_is_refused(stranger, account, token):
    answer = stranger.post("/login", {"email": EMAIL, "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 400
    assert "reload the page" in answer.text


def test_a_mark_from_another_browser_is_refused(world, stranger, account):
    foreign = token_in(Browser(world).get("/login").text)
    stranger.get("/login")
    assert stranger.post("/login", {"email": EMAIL, "password": PASSWORD, "csrf_token": foreign}).status_code == 400


def test_the_first_link_makes_an_account_signs_in_and_leads_to_the_sites(world, stranger):
    answer = stranger.fill(first_link(world), email="First@example.org", password=PASSWORD)
    assert answer.location == "/"
    page = stranger.get("/").text
    assert "first@example.org" in page
    assert "No site yet" in page


def test_the_first_link_works_once(world, stranger):
    link = first_link(world)
    stranger.fill(link, email=EMAIL, password=PASSWORD)
    answer = Browser(world).get(link)
    assert answer.status_code == 404
    assert "has been used" in answer.text


def test_of_two_who_have_the_first_link_open_only_one_makes_an_account(world, stranger):
    link, slower = first_link(world), Browser(world)
    token = token_in(slower.get(link).text)
    stranger.fill(link, email=EMAIL, password=PASSWORD)
    answer = slower.post(link, {"email": "second@example.org", "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 404
    assert slower.sign_in("second@example.org").status_code == 403


def test_the_first_link_lasts_a_day(world, stranger, clock):
    link = first_link(world)
    clock.move(days=1, seconds=-1)
    assert stranger.get(link).status_code == 200
    clock.move(seconds=1)
    assert stranger.get(link).status_code == 404


@pytest.mark.parametrize("link", ["/setup/x", "/setup/MTIz.c2lnbmF0dXJl"])
def test_a_link_that_was_not_signed_here_is_not_there(stranger, link):
    assert stranger.get(link).status_code == 404


@pytest.mark.parametrize(
    ("email", "password", "message"),
    [
        ("owner", PASSWORD, "An e-mail address is needed"),
        (EMAIL, "eleven char", "A password needs at least 12 characters"),
    ],
)
def test_the_first_form_says_beside_the_field_what_is_wrong_and_keeps_the_address(
    world, stranger, email, password, message
):
    answer = stranger.fill(first_link(world), email=email, password=password)
    assert answer.status_code == 422
    assert message in answer.text
    assert f'value="{email}"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_the_sign_in_page_says_how_the_first_account_is_made(stranger):
    assert "There is no account yet" in stranger.get("/login").text


@pytest.mark.parametrize(
    ("email", "password", "message"),
    [
        ("", PASSWORD, "an e-mail address is needed"),
        ("a b@example.org", PASSWORD, "an e-mail address is needed"),
        ("a@" + "b" * 250, PASSWORD, "an e-mail address is needed"),
        ("new@example.org", "x" * 1_001, "at most 1,000"),
        (EMAIL.upper(), PASSWORD, "already an account"),
    ],
)
def test_an_account_that_cannot_be_is_refused_with_what_to_write(world, account, email, password, message):
    with pytest.raises(UserError, match=message), writing(world.engine) as connection:
        accounts.add(connection, email, accounts.hashed(password), EVERYTHING)
