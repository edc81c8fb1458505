"""All accounts, for administrators."""

import pytest

from consent_service.storage.database.engine import reading
from consent_service.storage.people import audit_trail, invitations, roles
from consent_service.storage.tables import accounts, api_tokens, recovery_codes, sessions
from consent_service.storage.tables import roles as roles_table
from tests import people
from tests.integration.test_people import invite, role_of, send
from tests.owner import EMAIL, PASSWORD, Browser, token_in

HERE = "/people"
JANE = "jane@example.org"


@pytest.fixture
def site(world):
    return world.add_site("Harbour")


def test_the_list_shows_all_accounts_with_their_roles(world, owner, site):
    people.add(world, JANE, **{site: "editor"})
    people.add(world, "joe@example.org", everywhere="viewer")
    page = owner.get(HERE).text
    assert f'<a href="/sites/{site}">Harbour</a>: editor' in page
    for email in (EMAIL, JANE, "joe@example.org"):
        assert email in page


def test_a_role_at_every_site_is_given_and_taken(world, owner, site):
    jane = people.come(world, JANE)
    assert jane.get(f"/sites/{site}").status_code == 404
    assert send(owner, HERE, "role", email=JANE, role="viewer").location == HERE
    assert jane.get(f"/sites/{site}").status_code == 200
    send(owner, HERE, "role", email=JANE, role="none")
    assert jane.get(f"/sites/{site}").status_code == 404


@pytest.mark.parametrize(
    ("action", "fields"), [("role", {"role": "editor"}), ("role", {"role": "none"}), ("remove", {})]
)
def test_the_last_administrator_stays(world, owner, site, action, fields):
    people.add(world, JANE, **{site: "owner"}, everywhere="editor")
    answer = send(owner, HERE, action, email=EMAIL, **fields)
    assert answer.status_code == 409
    assert "without an owner" in answer.text
    assert role_of(world, EMAIL, "*") == "owner"
    assert owner.get(HERE).status_code == 200


def test_an_administrator_may_go_where_another_stays(world, owner):
    people.add(world, JANE, everywhere="owner")
    assert send(owner, HERE, "remove", email=EMAIL).location == HERE
    assert owner.get("/").location == "/login"


def test_a_removed_account_leaves_nothing_that_lets_it_in(world, owner, site):
    jane = people.come(world, JANE, **{site: "owner"})
    invite(owner, HERE, JANE)
    assert send(owner, HERE, "remove", email=JANE).location == HERE
    assert jane.get("/").status_code == 302
    with reading(world.engine) as connection:
        for table in (accounts, sessions, roles_table, recovery_codes, api_tokens):
            assert connection.execute(table.select().where(table.c.email == JANE)).all() == []
    assert JANE not in owner.get(HERE).text.replace(f"The account of {JANE} is removed.", "")


@pytest.mark.parametrize("action", ["role", "remove"])
def test_an_unknown_account_is_said_not_to_be_there(owner, action):
    answer = send(owner, HERE, action, email="nobody@example.org", role="viewer")
    assert answer.status_code == 404
    assert "reload" in answer.text


def test_somebody_is_invited_to_every_site(world, owner, site):
    browser, link = Browser(world), invite(owner, HERE, JANE, "owner")
    page = browser.get(link).text
    assert "may be owner of every site of this service" in page
    assert browser.post(f"{link}/account", {"password": PASSWORD, "csrf_token": token_in(page)}).location == "/"
    assert browser.get(HERE).status_code == 200
    with reading(world.engine) as connection:
        assert roles.held_by(connection, JANE) == {"*": "owner"}


def test_the_top_of_a_page_leads_there_for_administrators_alone(world, owner, site):
    jane = people.come(world, JANE, **{site: "owner"})
    assert 'href="/people"' in owner.get("/").text
    assert 'href="/people"' not in jane.get("/").text
    for browser in (owner, jane):
        assert 'href="/account"' in browser.get("/").text


def test_who_gives_up_their_own_role_is_led_to_where_they_may_be(world, owner):
    jane = people.come(world, JANE, everywhere="owner")
    answer = send(jane, HERE, "role", email=JANE, role="none")
    assert jane.get(answer.location).status_code == 200


def test_to_a_site_that_is_gone_nobody_is_invited(world, owner):
    sent = {"csrf_token": token_in(owner.get(HERE).text), "email": JANE, "role": "viewer"}
    assert owner.post("/sites/gone1234/people/invite", sent).status_code == 404
    with reading(world.engine) as connection:
        assert invitations.pending(connection, "gone1234", world.clock()) == []
        assert not [one for one in audit_trail.latest(connection, None) if one.name == "person invited"]
