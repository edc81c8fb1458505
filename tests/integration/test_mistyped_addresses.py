"""Addresses of a site's pages that were mistyped: what they should have been, and a way back to the site."""

import pytest


@pytest.fixture
def site(world):
    return world.add_site("Harbour")


@pytest.mark.parametrize(
    ("path", "status", "advice"),
    [
        ("?period=2026-13", 400, "is not a period: write 2026-11-22, 2026-W47, 2026-11 or 2026."),
        ("?period=yesterday", 400, "&#39;yesterday&#39; is not a period"),
        ("?period=2026-02-30", 400, "is not a period"),
        ("?period=<b>", 400, "&#39;&lt;b&gt;&#39; is not a period"),
        ("?period=1999-01", 400, ""),
        ("/panel/page.csv?period=2026-13", 400, "is not a period"),
        ("/export/2026-13.csv", 400, "Write a month as 2026-10, a year as 2026, several months as 2026-01..2026-06."),
        ("/export/2026-10..2026-01.xlsx", 400, "write the earlier month first."),
        ("/export/2026-11.json", 409, "Download it when it is closed."),
        ("/days/2026-13.csv", 400, "Write a month as 2026-10"),
    ],
)
def test_a_period_that_is_none_is_told_on_a_page_of_the_site(owner, site, path, status, advice):
    answer = owner.get(f"/sites/{site}{path}")
    page = answer.text
    assert answer.status_code == status
    assert "<h1>Harbour</h1>" in page
    assert advice in page
    for way in (f'href="/sites/{site}"', f'href="/sites/{site}/exports"', f'href="/sites/{site}/settings"'):
        assert way in page


@pytest.mark.parametrize("path", ["?compare=moon", "/export/2026-10.pdf", "/exprots", "/panel/moon.csv"])
def test_any_other_address_of_a_site_leads_back_to_it(owner, site, path):
    answer = owner.get(f"/sites/{site}{path}")
    assert answer.status_code in (400, 404)
    assert path.startswith("?") or f'href="/sites/{site}">Back to the site' in answer.text
    assert 'href="/">To the list of sites' in answer.text


def test_there_is_no_way_back_to_a_site_that_there_is_not(owner):
    for path in ("/sites/k3f9k3f9/exports", "/sites/new/here", "/nowhere"):
        assert "Back to the site" not in owner.get(path).text
