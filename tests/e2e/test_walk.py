"""Every page of the owner's side, as everyone who may come sees it: by the links that lead from one to the next.

Light and dark, on a desktop and on a phone: axe-core finds nothing, no policy is broken, nothing is wider than the
screen. What comes after a form was sent is in the tests of each page.
"""

from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import expect

from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice.wording import texts_in
from consent_service.security import setup_link
from consent_service.storage import sites
from consent_service.storage.database.engine import writing
from consent_service.storage.people import share_links
from consent_service.web.security.access import REQUIRED_ROLE
from tests import people
from tests.e2e.looker import PAIRS, Looker, submit

LINKS = "[...document.querySelectorAll('a[href]')].map(({ href, download }) => download ? '' : href)"

FILES = {
    "export.months",
    "export.days",
    "site_numbers.panel",
    "archive.download",
    "proof.archive",
    "api.document",
    "static",
}
"""What links lead to that is no page."""

BY_FORM = {"preview.of_draft", "preview.published", "look.show"}
"""What stands in a frame of another page; tests/e2e/test_preview.py and test_names_pages.py look at it."""

WITHOUT_LINK = {
    "sign_in.form", "code.form", "setup.form", "invitation.form", "shared.page", "shared.frame"
}  # fmt: skip
"""Pages that those who are signed in find no link to."""


class Walker(Looker):
    """A browser of someone with some roles, that follows links."""

    def __init__(self, browser, served):
        super().__init__(browser, served.config.public_url)
        self.served = served

    def comes_with(self, **roles):
        self.comes_as(people.come(self.served, "someone@example.org", **roles))
        return self

    def looks_in_the_long_version(self):
        """With axe-core. In the short one these pages are walked through alone, and the browser's complaints heard.

        All that it sees is among the pages of the owner of every site, which are looked at in each scheme and size.
        """
        self.views = () if self.views is PAIRS else self.views
        return self

    def walk(self, *starts):
        """The endpoints of all pages to which links lead, each looked at once."""
        waiting, seen = [self.url + start for start in starts], {}
        while waiting:
            link = waiting.pop(0)
            endpoint = self._endpoint(link)
            if endpoint and endpoint not in seen and endpoint not in FILES:
                seen[endpoint] = link
                waiting += self._links_of(link)
        return set(seen)

    def _endpoint(self, link):
        """Empty for other hosts, and for what is downloaded."""
        parts = urlsplit(urljoin(self.url, link))
        if not link or f"{parts.scheme}://{parts.netloc}" != self.url:
            return ""
        adapter = self.served.app.flask.url_map.bind(parts.netloc)
        return adapter.match(parts.path)[0]

    def _links_of(self, link):
        self.open(link)
        return self.page.evaluate(LINKS)


@pytest.fixture
def walker(browser, served, published):
    """The site has two versions of its notice, which can be compared."""
    with writing(served.engine) as connection:
        sites.publish(
            connection, served.site(published), Period.parse("2026-11"), counted=True, texts=texts_in(["en", "nl"])
        )
    with Walker(browser, served) as made:
        yield made


def pages_for(served, *needs):
    """The endpoints that answer GET with a page to whom these needs are met."""
    asked = {rule.endpoint for rule in served.app.flask.url_map.iter_rules() if "GET" in rule.methods}
    return {one for one in asked if REQUIRED_ROLE.get(one) in needs} - FILES - BY_FORM - WITHOUT_LINK


def test_a_viewer_is_led_to_all_that_viewers_may_see_and_to_nothing_else(walker, served, published):
    found = walker.comes_with(**{published: "viewer"}).looks_in_the_long_version().walk("/")
    assert found == pages_for(served, "account", "viewer")


def test_an_editor_is_led_to_all_that_editors_may_see_and_to_nothing_else(walker, served, published):
    found = walker.comes_with(**{published: "editor"}).looks_in_the_long_version().walk("/")
    assert found == pages_for(served, "account", "viewer", "editor")


def test_an_owner_is_led_to_all_that_owners_may_see_and_to_nothing_else(walker, served, published):
    found = walker.comes_with(**{published: "owner"}).looks_in_the_long_version().walk("/")
    assert found == pages_for(served, "account", "viewer", "editor", "owner")


def test_an_owner_of_every_site_is_led_everywhere(walker, served, published):
    found = walker.comes_with(everywhere="owner").walk("/")
    assert found == pages_for(served, "account", "viewer", "editor", "owner", "administrator")


def test_a_stranger_is_led_to_the_sign_in_alone_and_who_has_a_link_to_closed_periods(walker, served, published, clock):
    site = served.site(published)
    today = site.timeline.day_at(clock())
    with writing(served.engine) as connection:
        secret = share_links.make(connection, published, "Board", [], today, today)
    assert walker.walk("/login") == {"sign_in.form"}
    assert walker.walk(f"/share/{secret}") == {"shared.page"}


def test_whoever_sets_the_service_up_and_whoever_mistypes_there_finds_pages_like_the_others(browser, served):
    with Walker(browser, served) as walker:
        walker.open(setup_link.make(served.config, served.clock()))
        walker.page.get_by_label("E-mail address").fill("owner@example.org")
        walker.page.get_by_label("Password").fill("too short")
        walker.page.get_by_role("main").get_by_role("button").click()  # the browser itself refuses to send it
        expect(walker.page.get_by_text("at least 12 characters")).to_be_visible()
        walker.look("setup, with a short password")


def test_pages_that_say_what_is_wrong_are_like_the_others(walker, served, published):
    walker.open("/setup/made-up", 404)
    walker.open("/share/made-up", 404)
    walker.open("/login")
    walker.page.get_by_label("E-mail address").fill("someone@example.org")
    walker.page.get_by_label("Password").fill("not the password")
    submit(walker.page.get_by_role("main").get_by_role("button"))
    expect(walker.page.get_by_role("alert")).to_be_visible()
    walker.look("sign-in, refused")
    walker.comes_with(**{published: "viewer"})
    walker.open("/sites/nowhere", 404)
    walker.open(f"/sites/{published}?period=2026-13", 400)
    walker.open(f"/sites/{published}?from=2026-10-20&to=2026-10-01", 400)
    walker.open(f"/sites/{published}/settings", 403)


def test_a_site_without_numbers_says_what_comes_next_on_a_page_like_the_others(walker, served):
    empty = served.add_site("Lighthouse", ("localhost",))
    walker.comes_with(everywhere="viewer")
    walker.open(f"/sites/{empty}")
    expect(walker.page.get_by_text("Numbers appear once 10 visitors are in")).to_be_visible()
