"""The real banner where a notice is written: it works, and reaches nothing of the owner's browser."""

from playwright.sync_api import expect

from consent_service.domain.notice.wording import texts_in


def banner(page):
    return page.frame_locator("iframe").locator("consent-notice")


def press(page, name):
    """Scrolled to first: the browser does not draw a frame that nobody sees, nor scroll to what is fixed in it."""
    page.locator("iframe").scroll_into_view_if_needed()
    banner(page).get_by_role("button", name=name).click()


def show(page, language):
    page.get_by_label("Language", exact=True).select_option(language)
    page.get_by_role("button", name="Show it below").click()


def add(page, language):
    page.get_by_label("Another language").select_option(language)
    page.get_by_role("button", name="Add it").click()


def test_the_banner_shows_the_published_notice_until_a_draft_is_shown_in_any_of_its_languages(desk):
    page, _ = desk
    expect(banner(page).get_by_role("button", name="Accept all")).to_be_visible()
    add(page, "ar")
    page.locator("#en-accept").fill("Yes, count me")
    show(page, "en")
    expect(banner(page).get_by_role("button", name="Yes, count me")).to_be_visible()
    show(page, "ar")
    expect(banner(page).get_by_role("button", name=texts_in(["ar"])["ar"]["accept"])).to_be_visible()


def test_it_can_be_pressed_and_nothing_is_stored_sent_or_counted(desk):
    page, recorder = desk
    expect(banner(page)).to_be_visible()
    before = len(recorder.requests)
    press(page, "Accept all")
    press(page, "Cookie choice")
    press(page, "Withdraw consent")
    expect(banner(page).get_by_role("button", name="Cookie choice")).to_be_visible()

    asked_for = {request.path for request in recorder.requests[before:]}
    assert asked_for <= {"/assets/icon.svg"}  # the browser fetches a page's icon when it likes
    assert not {"/hit", "/consent"} & {request.path for request in recorder.requests}
    assert {cookie["name"] for cookie in page.context.cookies()} == {"owner", "known"}
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0


def test_choices_one_by_one_can_be_looked_at_too(desk):
    page, _ = desk
    page.get_by_label("What else waits for a choice").fill("video")
    page.get_by_role("button", name="Use these").click()
    show(page, "en")
    press(page, "Choose one by one")
    expect(banner(page).get_by_role("checkbox")).to_have_count(2)


def test_it_is_shown_to_an_owner_whose_browser_refuses_for_them(desk):
    page, _ = desk
    page.context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
    )
    page.reload()
    expect(banner(page).get_by_role("button", name="Accept all")).to_be_visible()


def test_the_frame_can_read_neither_the_page_around_it_nor_the_owners_cookies(desk):
    page, _ = desk
    expect(banner(page)).to_be_visible()
    [frame] = page.main_frame.child_frames
    assert frame.evaluate("window.origin") == "null"
    assert frame.evaluate("(() => { try { return parent.document.title } catch (error) { return error.name } })()") == (
        "SecurityError"
    )


def test_a_draft_that_cannot_be_shown_says_why(desk):
    page, _ = desk
    page.locator("#en-accept").fill("")
    show(page, "en")
    expect(page.frame_locator("iframe").get_by_text("en-accept: a text is needed")).to_be_visible()
