"""The audit trail: what is in it, who sees it, how far back it reaches."""

import re

import pytest

from consent_service.security import setup_link
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import audit_trail
from consent_service.storage.people.audit_trail import Actor
from tests import people
from tests.integration.test_people import here, invite, send
from tests.integration.test_second_factor import code_of, codes_in, set_up
from tests.owner import EMAIL, PASSWORD, Browser, token_in
from tests.world import FIREFOX

JANE = "jane@example.org"


@pytest.fixture
def site(world):
    return world.add_site("Harbour")


def actions(world, site=None):
    """Names of what was done, the oldest first."""
    with reading(world.engine) as connection:
        return [action.name for action in reversed(audit_trail.latest(connection, site))]


def test_what_owners_do_with_accounts_is_noted(world, owner, clock):
    def pause():
        clock.move(minutes=1)  # a code is taken once, and the newest action comes first

    pause()
    secret, answer = set_up(world, owner)
    pause()
    token = token_in(owner.get("/account").text)
    owner.post("/account/factor/codes", {"password": PASSWORD, "csrf_token": token})
    pause()
    browser = Browser(world)
    browser.sign_in()
    browser.fill("/login/code", code=codes_in(answer.text)[0])  # an old one
    pause()
    browser.fill("/login/code", code=code_of(world, secret))
    pause()
    owner.post("/account/sessions", {"session": "", "csrf_token": token})
    pause()
    owner.post("/account/factor/off", {"password": PASSWORD, "csrf_token": token})
    pause()
    owner.post("/account/password", {"present": PASSWORD, "password": "another password", "csrf_token": token})
    assert actions(world) == [
        "signed in",
        "second factor turned on",
        "recovery codes made",
        "second factor failed",
        "signed in",
        "sessions ended",
        "second factor turned off",
        "password changed",
    ]


def test_what_owners_do_with_people_is_noted_with_their_site(world, site, clock):
    jane = people.come(world, JANE, **{site: "owner"})
    link = invite(jane, here(site), "new@example.org", "editor")
    clock.move(minutes=1)
    browser = Browser(world)
    token = token_in(browser.get(link).text)
    browser.post(f"{link}/account", {"password": PASSWORD, "csrf_token": token})
    clock.move(minutes=1)
    send(jane, here(site), "role", email="new@example.org", role="viewer")
    clock.move(minutes=1)
    send(jane, here(site), "role", email="new@example.org", role="none")
    clock.move(minutes=1)
    invite(jane, here(site), "new@example.org")
    clock.move(minutes=1)
    send(jane, here(site), "withdraw", email="new@example.org")
    noted = actions(world, site)
    assert noted[0] == "person invited"
    assert sorted(noted[1:3]) == ["account made", "invitation accepted"]
    assert noted[3:] == ["role changed", "role taken away", "person invited", "invitation withdrawn"]


def test_the_page_tells_when_who_and_what(world, site, clock):
    jane = people.come(world, JANE, **{site: "owner"})
    invite(jane, here(site), "new@example.org", "editor")
    page = jane.get(f"/sites/{site}/trail").text
    for text in ("22 November 2026, 12:00", JANE, "Person invited", "person new@example.org, role editor"):
        assert text in page


def test_a_sites_owner_sees_that_site_alone_and_an_administrator_everything(world, owner, site):
    other = world.add_site("Elsewhere")
    jane = people.come(world, JANE, **{site: "owner"})
    invite(owner, here(other), "new@example.org")
    page = jane.get(f"/sites/{site}/trail").text
    assert "Nothing yet" in page
    everything = owner.get("/trail").text
    assert "Elsewhere" in everything
    assert "Signed in" in everything


def test_no_link_password_code_or_agent_is_noted(world, owner, site):
    link = invite(owner, here(site), "new@example.org")
    secret, answer = set_up(world, owner)
    browser = Browser(world)
    token = token_in(browser.get("/login").text)
    fields = {"email": EMAIL, "password": PASSWORD, "csrf_token": token}
    browser.post("/login", fields, headers={"User-Agent": FIREFOX})
    browser.fill("/login/code", code=codes_in(answer.text)[0])
    with reading(world.engine) as connection:
        noted = str(audit_trail.latest(connection, None))
    assert "recovery code used" in noted
    for text in (link.rpartition("/")[2], PASSWORD, secret, codes_in(answer.text)[0], FIREFOX, "127.0.0.1"):
        assert text not in noted


def test_the_first_account_and_an_added_site_are_noted(world, stranger):
    link = setup_link.make(world.config, world.clock()).removeprefix(world.config.public_url)
    stranger.fill(link, email=EMAIL, password=PASSWORD)
    fields = {"name": "Harbour", "hosts": "x.example", "language": "en", "timezone": "UTC", "threshold": "10"}
    key = stranger.fill("/sites/new", **fields, detail="month", purposes="").location.rpartition("/")[2]
    assert "account made" in actions(world)
    assert actions(world, key) == ["site added"]


def test_what_is_older_than_25_months_goes_when_something_is_noted(any_world, clock):
    def note(name):
        with writing(any_world.engine) as connection:
            audit_trail.note(connection, Actor(EMAIL, clock()), name)

    note("first")
    clock.move(days=762)
    note("second")
    assert actions(any_world) == ["first", "second"]
    clock.move(days=1)
    note("third")
    assert actions(any_world) == ["second", "third"]


def test_a_long_history_has_pages(world, owner, site):
    with writing(world.engine) as connection:
        for number in range(250):
            audit_trail.note(connection, Actor(EMAIL, world.clock() - number), f"action {number}", site)
    shown = [re.findall(r"Action (\d+)<", owner.get(f"/sites/{site}/trail?page={page}").text) for page in (1, 2, 3, 4)]
    assert [number for page in shown for number in page] == [str(number) for number in range(250)]
    assert [len(page) for page in shown] == [100, 100, 50, 0]
    assert f'href="/sites/{site}/trail?page=3"' in owner.get(f"/sites/{site}/trail?page=2").text
    assert "page=4" not in owner.get(f"/sites/{site}/trail?page=3").text


@pytest.mark.parametrize("number", ["0", "-1", "one", "9" * 20, "%00"])
def test_an_odd_page_gets_a_page_that_says_so(owner, site, number):
    for path in ("/trail", f"/sites/{site}/trail"):
        answer = owner.get(f"{path}?page={number}")
        assert answer.status_code == 400
        assert "Open the history anew" in answer.text


def test_what_a_name_holds_cannot_become_markup(world, owner, site):
    with writing(world.engine) as connection:
        audit_trail.note(connection, Actor("<b>@x", world.clock()), "<b>name", site, person="<b>person")
    page = owner.get(f"/sites/{site}/trail").text
    assert "<b>" not in page
