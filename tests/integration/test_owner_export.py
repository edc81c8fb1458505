"""Downloading a closed month."""

import pytest

from consent_service.reporting import exports
from consent_service.storage.database.engine import reading


@pytest.fixture
def site(world, press, clock):
    clock.move(days=-94)
    key = world.add_site(timezone="Europe/Berlin")
    clock.move(days=94)
    press.close(key, "2026-10", {"site": [79, 45, 38, 20], "page": {"/": [79, 45, 38]}})
    return key


XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(("form", "kind"), [("csv", "text/csv"), ("json", "application/json"), ("xlsx", XLSX)])
def test_a_download_has_the_bytes_that_the_command_line_gives(world, owner, site, form, kind):
    answer = owner.get(f"/sites/{site}/export/2026-10.{form}")
    with reading(world.engine) as connection:
        expected = exports.file_of(connection, world.site(site), "2026-10", form, world.clock())
    assert (answer.status_code, answer.mimetype, answer.data) == (200, kind, expected)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{site}-2026-10.{form}"'


def test_the_page_of_a_closed_month_leads_to_its_downloads(owner, site):
    page = owner.get(f"/sites/{site}?period=2026-10").text
    for form in ("csv", "json"):
        assert f'href="/sites/{site}/export/2026-10.{form}"' in page


def test_the_page_of_an_open_month_does_not(owner, site):
    assert "/export/" not in owner.get(f"/sites/{site}").text


def test_an_open_month_is_refused_with_until_when(owner, site):
    answer = owner.get(f"/sites/{site}/export/2026-11.csv")
    assert answer.status_code == 409
    assert "open, until 1 December 2026, 00:00 Europe/Berlin" in answer.text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("2026-13..2026-14.csv", 400),
        ("2026-13.csv", 400),
        ("2026-07.csv", 400),
        ("2027-01.csv", 400),
        ("2026-10.pdf", 404),
        ("2026-10", 404),
    ],
)
def test_what_is_no_closed_month_gets_a_clear_page(owner, site, path, status):
    assert owner.get(f"/sites/{site}/export/{path}").status_code == status


def test_an_unknown_site_has_no_export(owner):
    assert owner.get("/sites/nobody/export/2026-10.csv").status_code == 404


def test_the_exports_of_a_site_are_its_closed_months_in_each_form(owner, site):
    page = owner.get(f"/sites/{site}/exports").text
    assert "October 2026" in page
    assert "November 2026" not in page
    for form in ("csv", "json", "xlsx"):
        assert f'href="/sites/{site}/export/2026-10.{form}"' in page


def test_before_a_month_is_closed_the_page_says_when_the_first_one_will_be(world, owner):
    page = owner.get(f"/sites/{world.add_site(timezone='Europe/Berlin')}/exports").text
    assert "No month is closed yet" in page
    assert "1 December 2026, 00:00 Europe/Berlin" in page
