"""The page on which an account makes tokens for programs, and takes them back."""

import re

import pytest

from consent_service.domain.access.roles import Roles
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import accounts, audit_trail
from tests.integration.program import Program, token_of
from tests.owner import PASSWORD, Browser

PAGE = "/account/tokens"


def signed_in(world, email, roles: Roles):
    with writing(world.engine) as connection:
        accounts.add(connection, email, accounts.hashed(PASSWORD), roles)
    browser = Browser(world)
    assert browser.sign_in(email).status_code == 302
    return browser


def made_in(page):
    found = re.search(r"cs_[0-9a-f]{12}_[\w-]{43}", page)
    assert found, page
    return found[0]


def stored(world):
    with reading(world.engine) as connection:
        return connection.exec_driver_sql("SELECT * FROM api_tokens").mappings().all()


FIELDS = {"name": "Monthly report", "site": "*", "ends_on": "", "read:numbers": "yes", "password": PASSWORD}


def fill(browser, **changes):
    return browser.fill(PAGE, **{**FIELDS, **{name.replace("__", ":"): value for name, value in changes.items()}})


def test_a_token_is_shown_once_and_works(world, owner):
    answer = fill(owner)
    token = made_in(answer.text)
    assert Program(world, token).get("/sites").status_code == 200
    assert token not in owner.get(PAGE).text
    assert "Monthly report" in owner.get(PAGE).text


def test_nothing_that_is_kept_gives_the_token_away(world, owner):
    secret = made_in(fill(owner).text)[16:]
    assert secret not in str(stored(world))


def test_it_may_do_what_was_chosen_until_the_day_that_was_chosen(world, owner):
    key = world.add_site()
    fill(owner, site=key, ends_on="2026-12-31", read__numbers="", read__exports="yes")
    (row,) = stored(world)
    assert (row["site"], row["scopes"], row["ends_on"], row["made_on"]) == (
        key, '["read:exports"]', "2026-12-31", "2026-11-22"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "A name"),
        ("name", "x" * 101, "A name"),
        ("site", "nobody", "none of your sites"),
        ("ends_on", "tomorrow", "A day is needed"),
        ("ends_on", "2026-11-21", "A day from 2026-11-22"),
        ("ends_on", "2126-11-21", "A day from 2026-11-22"),
        ("read__numbers", "", "Choose what it may read"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_what_was_typed_stays(world, owner, field, value, words):
    answer = fill(owner, **{"name": "Kept", field: value})
    assert answer.status_code == 422
    assert words in answer.text
    assert field == "name" or 'value="Kept"' in answer.text
    assert stored(world) == []


def test_a_revoked_token_is_good_no_more(world, owner):
    token = made_in(fill(owner).text)
    owner.fill_at(PAGE, f"{PAGE}/{token[3:15]}/revoke")
    assert Program(world, token).get("/sites").status_code == 401
    assert token[3:15] not in owner.get(PAGE).text


def test_nobody_revokes_or_sees_what_is_anothers(world, owner):
    token = token_of(world)
    other = signed_in(world, "other@example.org", {"*": "owner"})
    assert other.fill_at(PAGE, f"{PAGE}/{token[3:15]}/revoke").status_code == 404
    assert token[3:15] not in other.get(PAGE).text
    assert Program(world, token).get("/sites").status_code == 200


def test_a_viewer_of_one_site_makes_tokens_for_that_one_alone(world):
    mine, other = world.add_site("Mine"), world.add_site("Other", ("other.example",))
    browser = signed_in(world, "viewer@example.org", {mine: "viewer"})
    page = browser.get(PAGE).text
    assert f'value="{mine}"' in page
    assert f'value="{other}"' not in page
    assert fill(browser, site=other).status_code == 422
    token = made_in(fill(browser).text)
    assert [one["key"] for one in Program(world, token).get("/sites").json["sites"]] == [mine]


def test_making_and_revoking_are_in_the_audit_trail_without_the_token(world, owner):
    key = world.add_site()
    token = made_in(fill(owner, site=key).text)
    owner.fill_at(PAGE, f"{PAGE}/{token[3:15]}/revoke")
    with reading(world.engine) as connection:
        actions = audit_trail.latest(connection, key)
    assert {action.name for action in actions} == {"token made", "token revoked"}
    assert token not in str(actions)
    assert token[16:] not in str(actions)


def test_there_is_an_end_to_them(world, owner):
    for _ in range(50):
        token_of(world)
    answer = fill(owner)
    assert answer.status_code == 422
    assert "at most 50 tokens" in answer.text


def test_a_token_goes_with_its_account(world, owner):
    token = made_in(fill(owner).text)
    with writing(world.engine) as connection:
        connection.exec_driver_sql("DELETE FROM accounts")
    assert Program(world, token).get("/sites").status_code == 401


def test_a_form_without_the_pages_mark_is_refused(world, owner):
    assert owner.post(PAGE, FIELDS).status_code == 400
    assert stored(world) == []


def test_a_last_day_in_another_spelling_is_kept_as_the_day_that_it_is(world, owner):
    fill(owner, ends_on="20261123")
    (row,) = stored(world)
    assert row["ends_on"] == "2026-11-23"


@pytest.mark.parametrize("password", ["", "another long password"])
def test_a_stolen_session_alone_makes_no_token(world, owner, password):
    answer = fill(owner, password=password)
    assert answer.status_code == 422
    assert "This is not your password." in answer.text
    assert stored(world) == []


def test_who_changes_the_password_is_told_how_many_programs_go_on(world, owner):
    fill(owner)
    owner.fill_at("/account", "/account/password", present=PASSWORD, password="another long password")
    assert "1 token of yours goes on reading numbers" in owner.get("/account").text
