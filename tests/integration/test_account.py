"""One's own account: password, sessions, roles."""

import re
from unicodedata import normalize

import pytest

from consent_service.security.attempts import MOST
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import accounts, audit_trail, invitations, roles
from consent_service.storage.tables import sessions
from tests import people
from tests.owner import EMAIL, PASSWORD, Browser, token_in
from tests.world import FIREFOX

NEW = "another long password"
TAKEN = "This address is somebody else&#39;s here, or an invitation to it waits."


def send(browser, path, **fields):
    """As the account's page sends it."""
    return browser.post(f"/account/{path}", {**fields, "csrf_token": token_in(browser.get("/account").text)})


def change(browser, present=PASSWORD, password=NEW):
    return send(browser, "password", present=present, password=password)


@pytest.fixture
def elsewhere(world, account):
    """The owner's second browser."""
    browser = Browser(world)
    token = token_in(browser.get("/login").text)
    fields = {"email": EMAIL, "password": PASSWORD, "csrf_token": token}
    browser.post("/login", fields, headers={"User-Agent": FIREFOX})
    return browser


def test_a_changed_password_is_the_one_that_signs_in(world, owner):
    assert change(owner).location == "/account"
    assert Browser(world).sign_in(password=PASSWORD).status_code == 403
    assert Browser(world).sign_in(password=NEW).status_code == 302


COMPOSED = normalize("NFC", "pâté en croûte")
DECOMPOSED = normalize("NFD", COMPOSED)
"""The same password, as another keyboard sends it."""


def test_a_password_is_the_same_from_every_keyboard(world, owner):
    assert change(owner, password=DECOMPOSED).location == "/account"
    assert Browser(world).sign_in(password=COMPOSED).status_code == 302
    assert change(owner, present=COMPOSED).location == "/account"


def test_changing_the_password_ends_all_other_sessions(world, owner, elsewhere):
    change(owner)
    assert "All other browsers are signed out." in owner.get("/account").text
    assert elsewhere.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("present", "wrong horse battery", "This is not your present password."),
        ("password", "eleven char", "A password needs at least 12 characters"),
        ("password", "x" * 1_001, "A password has at most 1,000 characters"),
    ],
)
def test_a_password_that_cannot_be_changed_says_so_beside_the_field(world, owner, elsewhere, field, typed, message):
    answer = change(owner, **{field: typed})
    assert answer.status_code == 422
    assert message in answer.text.partition(f'id="{field}-note">')[2].partition("</p>")[0]
    assert 'aria-invalid="true"' in answer.text
    assert elsewhere.get("/account").status_code == 200
    assert Browser(world).sign_in().status_code == 302


def test_who_has_a_session_alone_cannot_guess_the_password(owner):
    token = token_in(owner.get("/account").text)
    statuses = []
    for number in range(MOST + 1):
        owner.sender = f"192.0.2.{number}"
        fields = {"present": "wrong horse battery", "password": NEW, "csrf_token": token}
        statuses.append(owner.post("/account/password", fields).status_code)
    assert statuses == [422] * MOST + [429]


def test_the_list_of_sessions_shows_each_browser_its_beginning_and_which_is_this_one(owner, elsewhere, clock):
    page = owner.get("/account").text
    assert "Firefox on Linux" in page
    assert page.count("22 November 2026, 12:00") >= 2
    assert page.count("this one") == 1
    row = next(one for one in page.split("<tr>") if "this one" in one)
    assert "A browser that is not known" in row  # the test's own


def test_of_a_browser_families_alone_are_kept(world, elsewhere):
    with reading(world.engine) as connection:
        assert [row.browser for row in connection.execute(sessions.select())] == ["Firefox on Linux"]


def test_one_session_is_ended_and_the_others_go_on(world, owner, elsewhere):
    third = people.signed_in(world, EMAIL)
    page = owner.get("/account").text
    row = next(one for one in page.split("<tr>") if "Firefox on Linux" in one)
    ended = re.search(r'name="session" value="([0-9a-f]{64})"', row)[1]
    assert send(owner, "sessions", session=ended).location == "/account"
    alive = [browser.get("/account").status_code for browser in (owner, elsewhere, third)]
    assert sorted(alive) == [200, 200, 302]
    assert owner.get("/account").status_code == 200


def test_all_other_sessions_are_ended_at_once(world, owner, elsewhere):
    third = people.signed_in(world, EMAIL)
    send(owner, "sessions", session="")
    assert [browser.get("/account").status_code for browser in (owner, elsewhere, third)] == [200, 302, 302]


def test_nobody_ends_the_session_of_another_account(world, owner):
    joe = people.come(world, "joe@example.org")
    with reading(world.engine) as connection:
        owners = connection.execute(sessions.select().where(sessions.c.email == EMAIL)).one().id_hash
    send(joe, "sessions", session=owners)
    send(joe, "sessions", session="")
    assert owner.get("/account").status_code == 200


def test_the_page_shows_ones_roles(world):
    key = world.add_site("Harbour")
    page = people.come(world, "jane@example.org", **{key: "editor"}).get("/account").text
    assert f'Editor of <a href="/sites/{key}">Harbour</a>' in page
    assert "Owner of every site" in people.come(world, "admin@example.org", everywhere="owner").get("/account").text
    assert "None yet" in people.come(world, "joe@example.org").get("/account").text


def test_the_eleventh_wrong_password_for_an_address_is_refused_wherever_it_comes_from(world, account):
    pages = {}
    for email in (EMAIL, "nobody@example.org"):
        for number in range(MOST + 1):
            browser = Browser(world)
            browser.sender = f"192.0.2.{number}"
            answer = browser.sign_in(email.upper() if number % 2 else email, "wrong horse battery")
            assert answer.status_code == (429 if number == MOST else 403)
        pages[email] = answer.text
        browser.sender = "198.51.100.1"
        assert browser.sign_in(email).status_code == 429  # the right one too
    assert pages[EMAIL] == pages["nobody@example.org"]  # no oracle
    assert "Wait a quarter of an hour" in pages[EMAIL]
    assert 'href="/login">Back to the page' in pages[EMAIL]


def test_after_a_quarter_of_an_hour_signing_in_works_again_and_who_was_signed_in_stayed_so(world, owner, clock):
    for number in range(MOST):
        browser = Browser(world)
        browser.sender = f"192.0.2.{number}"
        browser.sign_in(password="wrong horse battery")
    assert owner.get("/account").status_code == 200
    assert Browser(world).sign_in().status_code == 429
    clock.move(minutes=15)
    assert Browser(world).sign_in().status_code == 302


@pytest.mark.parametrize("email", ["", "x" * 5_000, "\N{GRINNING FACE}@example.org"])
def test_an_odd_address_is_just_a_wrong_one(any_world, email):
    assert Browser(any_world).sign_in(email).status_code == 403


def change_email(browser, wanted, password=PASSWORD):
    return send(browser, "email", email=wanted, email_password=password)


def test_an_address_is_changed_with_the_password_and_all_that_belongs_to_the_account_goes_with_it(world, owner):
    key = world.add_site("Harbour")
    with writing(world.engine) as connection:
        roles.give(connection, EMAIL, key, "editor")
    assert change_email(owner, " New@Example.org ").location == "/account"
    page = owner.get("/account").text
    assert "You sign in as new@example.org from now on." in page
    with reading(world.engine) as connection:
        assert roles.held_by(connection, "new@example.org") == {"*": "owner", key: "editor"}
        assert roles.held_by(connection, EMAIL) == {}
    assert Browser(world).sign_in().status_code == 403
    assert Browser(world).sign_in("new@example.org").status_code == 302
    for site in (key, None):
        with reading(world.engine) as connection:
            actions = audit_trail.latest(connection, site)
        noted = next(action for action in actions if action.name == "e-mail address changed")
        assert (noted.email, noted.details) == (EMAIL, {"person": "new@example.org"})


@pytest.mark.parametrize(
    ("wanted", "password", "field", "message"),
    [
        ("new@example.org", "wrong wrong wrong", "email_password", "This is not your present password."),
        ("nobody", PASSWORD, "email", "An e-mail address is needed, such as owner@example.org."),
        ("own\u200ber@example.org", PASSWORD, "email", "An e-mail address is needed, such as owner@example.org."),
        ("\u202eowner@example.org", PASSWORD, "email", "An e-mail address is needed, such as owner@example.org."),
        (EMAIL, PASSWORD, "email", "This is the address of your account already."),
        (
            "vera@example.org",
            PASSWORD,
            "email",
            TAKEN,
        ),
        (
            "ida@example.org",
            PASSWORD,
            "email",
            TAKEN,
        ),
    ],
)
def test_an_address_that_cannot_be_is_refused_beside_its_field(world, owner, wanted, password, field, message):
    people.add(world, "vera@example.org")
    with writing(world.engine) as connection:
        invitations.make(connection, "ida@example.org", "*", "viewer", world.clock())
    answer = change_email(owner, wanted, password)
    assert answer.status_code == 422
    assert message in answer.text.partition(f'id="{field}-note">')[2].partition("</p>")[0]
    assert Browser(world).sign_in().status_code == 302


def remove(browser, password=PASSWORD):
    return send(browser, "remove", remove_password=password)


def test_the_last_owner_of_every_site_stays(world, owner):
    answer = remove(owner)
    assert answer.status_code == 409
    assert "You are the only owner of every site" in answer.text
    assert Browser(world).sign_in().status_code == 302


def test_an_account_is_deleted_with_the_password_and_its_sites_stay(world, owner):
    key = world.add_site("Harbour")
    with writing(world.engine) as connection:
        accounts.add(connection, "vera@example.org", accounts.hashed(PASSWORD), {key: "owner"})
    vera = Browser(world)
    vera.sign_in("vera@example.org")
    assert "Harbour will have no owner of their own" in vera.get("/account").text
    assert remove(vera, "wrong wrong wrong").status_code == 422
    assert remove(vera).location == "/login"
    assert vera.get("/account").status_code == 302
    assert Browser(world).sign_in("vera@example.org").status_code == 403
    assert "Harbour" in owner.get("/").text
