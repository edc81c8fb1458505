"""Promise 12: page, script and dashboard contact no host but the site's and the service's."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.test_whole_way import NOW, Visitors, sign_in

OWN = (
    "/sites",
    "/sites/new",
    "/sites/{key}",
    "/sites/{key}?period=2026-11-22",
    "/sites/{key}?period=2026",
    "/sites/{key}/people",
    "/sites/{key}/trail",
    "/account",
    "/account/factor",
    "/people",
    "/trail",
    "/sites/{key}?from=2026-11-22&to=2026-11-22",
    "/sites/{key}/annotations",
    "/sites/{key}/goals",
    "/nowhere",
    "/sites/{key}/settings",
    "/sites/{key}/notices",
    "/sites/{key}/notices/edit",
    "/sites/{key}/remove",
)
VISITORS = ("/s/{key}/privacy", "/receipt")


@pytest.fixture
def site(service, pages):
    service.run("migrate")
    service.start(at=NOW)
    pages.key = service.run("site", "add", "Harbour", "--host", "localhost", at=NOW).stdout.strip()
    return pages.key


def hosts_of(requests):
    return {urlsplit(request.split(" ")[-1]).netloc for request in requests}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_visit_and_a_look_at_every_page_of_the_owner_contact_two_hosts(browser, service, pages, site):
    own, sites = urlsplit(service.url).netloc, urlsplit(pages.url).netloc
    for choice in ("Accept all", "Reject all"):
        requests, _ = Visitors(browser, service, pages, NOW).come(choice)
        assert hosts_of(requests) == {own, sites}

    asked = []
    page = sign_in(browser, service)
    page.context.on("request", lambda request: asked.append(request.url))
    for path in OWN + VISITORS:
        page.goto(service.url + path.format(key=site))
        expect(page.get_by_role("main")).to_be_visible()
    page.context.close()
    assert len(asked) > len(OWN + VISITORS)
    assert hosts_of(asked) == {own}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_script_names_no_host_but_the_services(service, site):
    from urllib.request import urlopen

    with urlopen(f"{service.url}/s/{site}/consent.js") as answer:
        script = answer.read().decode()
    # It knows the service's own address, for the link to the receipt, which asks nobody until it is followed.
    assert "://" not in script.replace(f'"home":"{service.url}"', "")
