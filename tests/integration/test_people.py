"""Who may do what with a site: the list, changing it, inviting."""

import re
from contextlib import suppress
from unicodedata import normalize

import pytest

from consent_service.domain.access.roles import EVERY_SITE
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import invitations, roles
from consent_service.storage.people.roles import LastOwner
from consent_service.storage.tables import invitations as invitations_table
from tests import people
from tests.owner import PASSWORD, Browser, token_in

OWNER, EDITOR, NEW = "jane@example.org", "joe@example.org", "new@example.org"


@pytest.fixture
def site(world):
    return world.add_site("Harbour")


@pytest.fixture
def jane(world, site):
    """The site's owner, and of no other site."""
    return people.come(world, OWNER, **{site: "owner"})


@pytest.fixture
def joe(world, site):
    return people.come(world, EDITOR, **{site: "editor"})


def here(site):
    return f"/sites/{site}/people"


def send(browser, path, action, **fields):
    """As a form of the page sends it."""
    return browser.post(f"{path}/{action}", {**fields, "csrf_token": token_in(browser.get(path).text)})


def invite(browser, path, email=NEW, role="viewer"):
    """Gives the path of the link."""
    answer = send(browser, path, "invite", email=email, role=role)
    assert answer.status_code == 201, answer.text
    return re.search(r'<pre class="paste"[^>]*>http://127\.0\.0\.1:8000(/invitations/[\w-]+)</pre>', answer.text)[1]


def role_of(world, email, site):
    with reading(world.engine) as connection:
        return roles.held_by(connection, email).get(site)


def test_the_list_shows_who_has_which_role_and_who_is_owner_of_every_site(world, owner, site, jane, joe):
    world.add_site("Elsewhere")
    people.add(world, "stranger@example.org")
    page = jane.get(here(site)).text
    assert OWNER in page
    assert EDITOR in page
    assert "owner@example.org" in page
    assert "of every site of this service" in page
    assert "stranger@example.org" not in page


def test_a_role_is_changed_and_holds_at_once(world, site, jane, joe):
    assert joe.get(here(site)).status_code == 403
    assert send(jane, here(site), "role", email=EDITOR, role="owner").location == here(site)
    assert joe.get(here(site)).status_code == 200


def test_a_role_is_taken_away_and_the_site_is_out_of_sight(world, site, jane, joe):
    send(jane, here(site), "role", email=EDITOR, role="none")
    assert joe.get(f"/sites/{site}").status_code == 404
    assert EDITOR not in jane.get(here(site)).text


@pytest.mark.parametrize("role", ["viewer", "editor", "none"])
def test_the_last_owner_stays_owner(world, site, jane, joe, role):
    answer = send(jane, here(site), "role", email=OWNER, role=role)
    assert answer.status_code == 409
    assert "without an owner" in answer.text
    assert role_of(world, OWNER, site) == "owner"


def test_an_owner_may_go_where_another_or_one_of_every_site_stays(world, owner, site, jane):
    assert send(jane, here(site), "role", email=OWNER, role="none").location == "/"
    assert jane.get(here(site)).status_code == 404


@pytest.mark.parametrize("email", ["nobody@example.org", "stranger@example.org", ""])
def test_a_role_is_given_to_nobody_who_has_none_here(world, site, jane, email):
    people.add(world, "stranger@example.org")
    answer = send(jane, here(site), "role", email=email, role="owner")
    assert answer.status_code == 404
    assert "Nobody with this e-mail address is in this list" in answer.text
    assert role_of(world, "stranger@example.org", site) is None


def test_an_odd_role_changes_nothing(world, site, jane, joe):
    answer = send(jane, here(site), "role", email=EDITOR, role="king")
    assert answer.status_code == 409
    assert "Choose viewer, editor or owner" in answer.text
    assert role_of(world, EDITOR, site) == "editor"


def test_who_has_an_account_and_who_has_none_are_invited_alike(world, site, jane):
    """A site's owner must not learn which accounts there are."""
    people.add(world, "known@example.org")
    pages = []
    for email in ("known@example.org", "none@example.org"):
        answer = send(jane, here(site), "invite", email=email, role="viewer")
        link = re.search(r"/invitations/[\w-]+", answer.text)[0]
        for page in (answer, Browser(world).get(link)):
            told = re.sub(r'/invitations/[\w-]+|%2Finvitations%2F[\w-]+|name="csrf_token" value="[^"]+"', "", page.text)
            pages.append(told.replace(email, "X"))
        send(jane, here(site), "withdraw", email=email)
    assert pages[:2] == pages[2:]


def test_an_invitation_is_listed_without_its_link_until_it_is_used_or_withdrawn(world, site, jane):
    link = invite(jane, here(site))
    page = jane.get(here(site)).text
    assert NEW in page
    assert "29 November 2026, 12:00 UTC" in page
    assert link not in page
    assert send(jane, here(site), "withdraw", email=NEW).location == here(site)
    assert NEW not in jane.get(here(site)).text
    assert Browser(world).get(link).status_code == 404


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("email", "new", "An e-mail address is needed"),
        ("email", EDITOR, "Somebody with this address has a role here already"),
        ("role", "king", "Choose viewer, editor or owner."),
        ("role", "", "Choose viewer, editor or owner."),
    ],
)
def test_an_invitation_that_cannot_be_says_so_beside_the_field(world, site, jane, joe, field, typed, message):
    answer = send(jane, here(site), "invite", **{"email": NEW, "role": "editor", field: typed})
    assert answer.status_code == 422
    assert message in answer.text.partition(f'id="{field}-note">')[2].partition("</p>")[0]
    assert field == "email" or f'value="{NEW}"' in answer.text
    assert '<option value="editor" selected>' in answer.text or field == "role"


def test_the_database_keeps_a_hash_of_the_link(world, site, jane):
    link = invite(jane, here(site))
    with reading(world.engine) as connection:
        (kept,) = connection.execute(invitations_table.select()).all()
    assert re.fullmatch(r"[0-9a-f]{64}", kept.token_hash)
    assert link.rpartition("/")[2] not in str(kept)


def test_an_invited_person_makes_an_account_and_is_in(world, site, jane):
    browser = Browser(world)
    link = invite(jane, here(site), role="editor")
    page = browser.get(link).text
    assert f"{NEW} may be editor of the site Harbour" in page
    answer = browser.post(f"{link}/account", {"password": PASSWORD, "csrf_token": token_in(page)})
    assert answer.location == f"/sites/{site}"
    assert browser.get(answer.location).status_code == 200
    assert role_of(world, NEW, site) == "editor"
    assert Browser(world).sign_in(NEW, PASSWORD).status_code == 302


def test_an_invited_persons_password_is_the_same_from_every_keyboard(world, site, jane):
    browser, link = Browser(world), invite(jane, here(site))
    fields = {"password": normalize("NFD", "pâté en croûte"), "csrf_token": token_in(browser.get(link).text)}
    browser.post(f"{link}/account", fields)
    assert Browser(world).sign_in(NEW, normalize("NFC", "pâté en croûte")).status_code == 302


def test_whatever_address_is_typed_the_account_has_the_invited_one(world, site, jane):
    browser, link = Browser(world), invite(jane, here(site))
    fields = {"email": "owner@elsewhere.example", "password": PASSWORD, "csrf_token": token_in(browser.get(link).text)}
    browser.post(f"{link}/account", fields)
    assert NEW in browser.get("/account").text


def test_a_short_password_says_so_and_the_link_is_still_good(world, site, jane):
    browser, link = Browser(world), invite(jane, here(site))
    token = token_in(browser.get(link).text)
    answer = browser.post(f"{link}/account", {"password": "eleven char", "csrf_token": token})
    assert answer.status_code == 422
    assert "A password needs at least 12 characters" in answer.text
    assert browser.post(f"{link}/account", {"password": PASSWORD, "csrf_token": token}).status_code == 302


def test_who_has_an_account_signs_in_and_accepts(world, site, jane, owner):
    link = invite(jane, here(site), "joe@elsewhere.example", "owner")
    joe = people.come(world, "joe@elsewhere.example")
    assert "Accept" in joe.get(link).text
    assert joe.fill(link).location == f"/sites/{site}"
    assert role_of(world, "joe@elsewhere.example", site) == "owner"
    assert joe.get(link).status_code == 404


def test_the_invitation_waits_for_who_signs_in(world, site, jane, account):
    link = invite(jane, here(site), account)
    browser = Browser(world)
    login = re.search(r'href="(/login\?next=[^"]+)"', browser.get(link).text)[1]
    assert browser.fill(login, email=account, password=PASSWORD).location == link


def test_nobody_makes_a_second_account_for_an_address(world, site, jane, account):
    browser, link = Browser(world), invite(jane, here(site), account)
    token = token_in(browser.get(link).text)
    answer = browser.post(f"{link}/account", {"password": "another long password", "csrf_token": token})
    assert answer.status_code == 422
    assert "sign in with the one that you have" in answer.text
    assert Browser(world).sign_in(account, "another long password").status_code == 403
    assert browser.get("/").status_code == 302


def test_an_invitation_is_good_for_nobody_else(world, site, jane, joe):
    link = invite(jane, here(site))
    page = joe.get(link).text
    assert f"You are signed in as {EDITOR}, and this invitation is for {NEW}" in page
    answer = joe.post(link, {"csrf_token": token_in(page)})
    assert answer.status_code == 403
    assert role_of(world, EDITOR, site) == "editor"
    assert Browser(world).get(link).status_code == 200


def test_accepting_never_makes_a_role_smaller(world, site, jane):
    link = invite(jane, here(site), role="viewer")
    new = people.come(world, NEW, **{site: "owner"})
    new.fill(link)
    assert role_of(world, NEW, site) == "owner"


def test_a_link_works_once(world, site, jane):
    browser, slower, link = Browser(world), Browser(world), invite(jane, here(site))
    tokens = [token_in(one.get(link).text) for one in (browser, slower)]
    browser.post(f"{link}/account", {"password": PASSWORD, "csrf_token": tokens[0]})
    answer = slower.post(f"{link}/account", {"password": "another long password", "csrf_token": tokens[1]})
    assert answer.status_code == 404
    assert "has been used" in answer.text


def test_a_link_lasts_seven_days(world, site, jane, clock):
    link = invite(jane, here(site))
    clock.move(days=7, seconds=-1)
    assert Browser(world).get(link).status_code == 200
    clock.move(seconds=1)
    assert Browser(world).get(link).status_code == 404
    assert NEW not in people.signed_in(world, OWNER).get(here(site)).text


def test_a_second_invitation_takes_the_place_of_the_first(world, site, jane):
    first, second = invite(jane, here(site), role="owner"), invite(jane, here(site), role="viewer")
    assert Browser(world).get(first).status_code == 404
    assert "may be viewer" in Browser(world).get(second).text


def test_who_is_not_signed_in_and_accepts_is_asked_to_sign_in(world, site, jane):
    browser, link = Browser(world), invite(jane, here(site))
    answer = browser.post(link, {"csrf_token": token_in(browser.get(link).text)})
    assert answer.location.startswith("/login?next=")


@pytest.mark.parametrize("link", ["/invitations/x", f"/invitations/{'x' * 43}"])
def test_a_link_that_was_not_made_here_is_not_there(stranger, link):
    answer = stranger.get(link)
    assert answer.status_code == 404
    assert "ask whoever invited you" in answer.text


def test_rules_hold_on_each_database(any_world):
    site = any_world.add_site()
    email = people.add(any_world, OWNER, **{site: "owner"})
    with writing(any_world.engine) as connection:
        secret = invitations.make(connection, NEW, site, "viewer", any_world.clock())
        assert invitations.take(connection, secret, any_world.clock()).email == NEW
        assert invitations.take(connection, secret, any_world.clock()) is None
        roles.check_owned(connection, site)
        with pytest.raises(LastOwner):
            roles.check_owned(connection, EVERY_SITE)
    with suppress(LastOwner), writing(any_world.engine) as connection:
        roles.hold(connection)
        roles.take(connection, email, site)
        roles.check_owned(connection, site)
    assert role_of(any_world, email, site) == "owner"


def test_who_lost_a_role_does_not_come_back_by_an_older_invitation(world, site, jane):
    people.add(world, NEW)
    link = invite(jane, here(site), NEW, "owner")
    with writing(world.engine) as connection:
        roles.give(connection, NEW, site, "viewer")
    send(jane, here(site), "role", email=NEW, role="none")
    assert role_of(world, NEW, site) is None
    assert people.signed_in(world, NEW).get(link).status_code == 404
