"""The pages about accounts and people in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from consent_service.domain.access.roles import EVERYTHING
from consent_service.security import totp
from consent_service.storage.database.engine import writing
from consent_service.storage.people import accounts
from tests.e2e.looker import Looker, submit

EMAIL, PASSWORD, NEW = "owner@example.org", "a long enough password", "a-rather-long-name@mail.example.org"


def fill(page, button, **fields):
    for name, text in fields.items():
        page.get_by_label(name.replace("_", " "), exact=True).last.fill(text)
    submit(page.get_by_role("button", name=button, exact=True).last)


def sign_in(page):
    page.goto("/login")
    fill(page, "Sign in", **{"E-mail_address": EMAIL, "Password": PASSWORD})


@pytest.fixture
def site(served):
    with writing(served.engine) as connection:
        accounts.add(connection, EMAIL, accounts.hashed(PASSWORD), EVERYTHING)
    return served.add_site("Harbour Network", ("harbour.example",))


def test_the_way_from_setting_up_a_second_factor_to_signing_in_with_it_bars_nobody(browser, served, site):
    with Looker(browser, served.config.public_url) as looker:
        page = looker.page
        sign_in(page)
        page.goto("/account")
        fill(page, "Change the password", Present_password="wrong", New_password=PASSWORD)
        looker.look("account-wrong")
        page.goto("/account/factor")
        secret = page.locator("code.secret").inner_text().replace(" ", "")
        fill(page, "Turn on", Code_that_the_app_shows_now="1", Your_password=PASSWORD)
        looker.look("factor-new-wrong")
        code = totp.code_at(secret, int(served.clock()) // totp.STEP_SECONDS)
        fill(page, "Turn on", Code_that_the_app_shows_now=code, Your_password=PASSWORD)
        looker.look("codes")
        recovery = page.locator(".codes code").first.inner_text()
        looker.open("/account/factor")
        submit(page.get_by_role("button", name="Sign out"))
        sign_in(page)
        looker.look("code")
        fill(page, "Sign in", Code="1")
        looker.look("code-wrong")
        fill(page, "Sign in", Code=recovery)
        expect(page.get_by_role("heading", name="Sites")).to_be_visible()
        looker.open("/account")


def test_the_way_from_an_invitation_to_the_history_bars_nobody(browser, served, site):
    with Looker(browser, served.config.public_url) as looker, Looker(browser, served.config.public_url) as new:
        page = looker.page
        sign_in(page)
        page.goto(f"/sites/{site}/people")
        fill(page, "Make a link", **{"E-mail_address": NEW})
        looker.look("people-link")
        new.open(page.locator("pre.paste").inner_text())
        fill(new.page, "Make the account", Password=PASSWORD)
        expect(new.page.get_by_role("heading", name="Harbour Network")).to_be_visible()
        page.goto(f"/sites/{site}/people")
        fill(page, "Make a link", **{"E-mail_address": "third@example.org"})
        new.open(page.locator("pre.paste").inner_text())
        looker.open(f"/sites/{site}/people")
        looker.open(f"/sites/{site}/trail")
        page.goto("/people")
        page.locator("summary").first.click()
        looker.look("everybody-remove")
