"""What tests of purposes look at: frames and scripts that wait, and what stands in their place."""

from tests.e2e.service import wait_for


def placeholder(page, label="Videos: A film"):
    return page.get_by_role("group", name=label, exact=True)


def press(page, name, label="Videos: A film"):
    placeholder(page, label).get_by_role("button", name=name, exact=True).click()


def film(page):
    return page.frame_locator("iframe[title='A film']").get_by_text("a film")


def ran(page):
    return page.evaluate("window.ran || []")


def settle_scripts(page):
    wait_for(page, "(window.ran || []).length === 2")


def reload_all(page):
    """The script too, which browsers may keep for a day."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.reload()
