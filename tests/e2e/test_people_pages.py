"""The pages about accounts and people in a real browser."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from consent_service.security import totp
from tests.e2e.looker import Looker

EMAIL, PASSWORD, NEW = "owner@example.org", "a long enough password", "a-rather-long-name@mail.example.org"


def fill(page, button, **fields):
    for name, text in fields.items():
        page.get_by_label(name.replace("_", " "), exact=True).last.fill(text)
    page.get_by_role("button", name=button, exact=True).last.click()


def sign_in(page):
    page.goto("/login")
    fill(page, "Sign in", **{"E-mail_address": EMAIL, "Password": PASSWORD})


@pytest.fixture
def site(service):
    service.run("migrate")
    service.run("user", "add", EMAIL, "--password-stdin", given=f"{PASSWORD}\n")
    key = service.run("site", "add", "Harbour Network", "--host", "harbour.example").stdout.strip()
    service.start()
    return key


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_way_from_setting_up_a_second_factor_to_signing_in_with_it_bars_nobody(browser, service, site):
    with Looker(browser, service.url) as looker:
        page = looker.page
        sign_in(page)
        page.goto("/account")
        fill(page, "Change the password", Present_password="wrong", New_password=PASSWORD)
        looker.look("account-wrong")
        page.goto("/account/factor")
        secret = page.locator("code.secret").inner_text().replace(" ", "")
        fill(page, "Turn on", Code_that_the_app_shows_now="1", Your_password=PASSWORD)
        looker.look("factor-new-wrong")
        code = totp.code_at(secret, int(time.time()) // totp.STEP_SECONDS)
        fill(page, "Turn on", Code_that_the_app_shows_now=code, Your_password=PASSWORD)
        looker.look("codes")
        recovery = page.locator(".codes code").first.inner_text()
        looker.open("/account/factor")
        page.get_by_role("button", name="Sign out").click()
        sign_in(page)
        looker.look("code")
        fill(page, "Sign in", Code="1")
        looker.look("code-wrong")
        fill(page, "Sign in", Code=recovery)
        expect(page.get_by_role("heading", name="Sites")).to_be_visible()
        looker.open("/account")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_way_from_an_invitation_to_the_history_bars_nobody(browser, service, site):
    with Looker(browser, service.url) as looker, Looker(browser, service.url) as new:
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
