"""A site's settings: what each costs, what a change would do before it is done, and when it holds."""

import html
import re
from io import BytesIO

import pytest

from consent_service.domain.calendar.periods import Period
from consent_service.domain.snippet.options import Options
from consent_service.domain.snippet.theme import read_theme
from consent_service.storage import sites
from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import audit_trail, roles
from consent_service.web.settings import look
from tests.owner import token_in


@pytest.fixture
def site(world, clock):
    """A site that was made on 20 August 2026, on which something was counted; the clock stands at 22 November."""
    clock.move(days=-94)
    key = world.add_site("Harbour", timezone="Europe/Berlin", dimensions=("page", "browser"), events=("sign-up",))
    world.visits(key, 1)
    clock.move(days=94)
    return key


def text_of(answer):
    page = re.sub(r"<option.*?>", "", answer.text.partition("<main")[2])
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def fields_of(page):
    """What a browser would send of a form: its present fields."""
    form = page.partition('<form class="fields')[2].partition("</form>")[0]
    found = {}
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = [html.unescape(text)]
    for name, options in re.findall(r'<select[^>]*name="([^"]+)">(.*?)</select>', form, re.DOTALL):
        found[name] = re.findall(r'value="([^"]+)" selected', options)
    for tag in re.findall(r"<input[^>]+>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_off = re.search(r'type="(radio|checkbox)"', tag) and "checked" not in tag
        if name and value and not is_off and 'type="file"' not in tag:
            found.setdefault(name[1], []).append(html.unescape(value[1]))
    return {name: values if name == "dimensions" else values[-1] for name, values in found.items()}


@pytest.fixture
def change(owner, site):
    """Open the form, change some fields, and send it."""

    def change(step="review", **fields):
        path = f"/sites/{site}/settings"
        return owner.post(path, {**fields_of(owner.get(path).text), **fields, "step": step})

    return change


def confirm(owner, site, answer):
    assert answer.status_code == 200, text_of(answer)
    return owner.post(f"/sites/{site}/settings", {**fields_of(answer.text), "step": "save"})


def terms_in(world, site, month):
    return world.site(site).timeline.in_month(Period.parse(month)).notice.terms


def test_the_form_that_is_sent_as_it_is_would_change_nothing(change):
    answer = change()
    assert answer.status_code == 200
    assert "Nothing would change" in text_of(answer)
    assert "Change this" not in answer.text


def test_name_hosts_and_options_change_at_once_and_nobody_is_asked_again(world, owner, site, change):
    digest = world.notice(site)["digest"]
    answer = change(
        name="Harbour Network", hosts="harbour.example\nhttps://www.harbour.example/", subdomains="harbour.example",
        do_not_track="ask", routes="hash", consent_mode="on", theme="on", **{"light-button": "#224455"},
    )  # fmt: skip
    page = text_of(answer)
    assert "The notice stays as it is, and nobody is asked again." in page
    assert world.site(site).name == "Harbour"

    assert confirm(owner, site, answer).location == f"/sites/{site}/settings?saved="
    found = world.site(site)
    assert (found.name, found.hosts) == ("Harbour Network", ("harbour.example", "www.harbour.example"))
    options = found.options
    assert (options.do_not_track, options.routes, options.consent_mode) == ("ask", "hash", True)
    assert (options.subdomains, options.theme.light["button"]) == ("harbour.example", "#224455")
    assert world.notice(site)["digest"] == digest


def test_terms_wait_for_the_next_month_and_the_page_says_so_before_they_are_saved(world, owner, site, change):
    answer = change(threshold="20", timezone="Asia/Tokyo", retention="12", pages="/\n/get-help")
    page = text_of(answer)
    assert "From 1 December 2026 on" in page
    assert "every visitor is asked again" in page
    assert "promises visitors less" not in page
    confirm(owner, site, answer)

    assert terms_in(world, site, "2026-11").threshold == 10
    coming = terms_in(world, site, "2026-12")
    assert (coming.threshold, coming.timezone, coming.retention) == (20, "Asia/Tokyo", 12)
    assert coming.pages == ("/", "/get-help")
    assert "it holds from 1 December 2026 on" in text_of(owner.get(f"/sites/{site}/settings"))


@pytest.mark.parametrize(
    ("label", "fields"),
    [
        ("Threshold", {"threshold": "5"}),
        ("Detail", {"detail": "day"}),
        ("What is counted", {"dimensions": ["page", "browser", "referrer"]}),
        ("Events", {"dimensions": ["page", "browser", "event"], "events": "sign-up\ndonate"}),
        ("Months for which days are kept", {"retention": "26"}),
    ],
)
def test_what_weakens_a_promise_is_called_so_and_starts_with_the_next_month(change, label, fields):
    page = text_of(change(**fields))
    assert f"{label} promises visitors less" in page
    assert "This tells more of visitors than they agreed to. That is why it waits for 1 December 2026" in page


@pytest.mark.parametrize(
    "fields",
    [{"threshold": "11"}, {"dimensions": ["page"]}, {"events": ""}, {"retention": "24"}, {"timezone": "UTC"}],
)
def test_what_strengthens_one_is_not(change, fields):
    assert "promises visitors less" not in text_of(change(**fields))


def test_before_the_first_counted_hit_terms_change_at_once(world, owner):
    key = world.add_site("New")
    path = f"/sites/{key}/settings"
    answer = owner.post(path, {**fields_of(owner.get(path).text), "threshold": "5", "step": "review"})
    assert "At once: nothing has been counted yet" in text_of(answer)
    confirm(owner, key, answer)
    assert terms_in(world, key, "2026-11").threshold == 5


def test_going_back_to_what_is_in_force_withdraws_what_waits(world, owner, site, change):
    confirm(owner, site, change(threshold="20"))
    answer = change(threshold="10")
    assert "The version of the notice that waited for 1 December 2026 is withdrawn" in text_of(answer)
    confirm(owner, site, answer)
    assert terms_in(world, site, "2026-12").threshold == 10


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", " ", "A name of at most 100 printable characters is needed."),
        ("hosts", "not_a/host", "is not a host name"),
        ("controller", "", "A name is needed."),
        ("timezone", "Europe/Atlantis", "is not known; write one like Europe/Amsterdam."),
        ("threshold", "4", "A whole number from 5 to 1000, not 4."),
        ("detail", "hour", "Month or day, not &#39;hour&#39;."),
        ("dimensions", "shoe-size", "&#39;shoe-size&#39; is not one of page"),
        ("events", "Sign up", "&#39;Sign up&#39; is not made of"),
        ("pages", "about", "&#39;about&#39; is not a path that begins with /."),
        ("retention", "121", "Months, from 1 to 120, not 121."),
        ("do_not_track", "maybe", "Refuse or ask, not &#39;maybe&#39;."),
        ("subdomains", "elsewhere.example", "is neither elsewhere.example nor a sub-domain of it"),
        ("routes", "query", "Path or hash, not &#39;query&#39;."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(world, change, site, field, typed, message):
    before = world.site(site)
    other = {"pages": "/kept"} if field == "events" else {"events": "kept"}
    answer = change(**{field: typed}, **other)
    assert answer.status_code == 422
    assert message in answer.text.partition(f'id="{field}-note">')[2].partition("</p>")[0]
    assert "kept" in answer.text
    assert world.site(site).name == before.name
    assert world.site(site).timeline.latest == before.timeline.latest


def test_back_from_the_confirmation_the_form_has_what_was_typed(owner, site, change):
    answer = change(threshold="33", dimensions=["page", "referrer"])
    form = owner.post(f"/sites/{site}/settings", {**fields_of(answer.text), "step": "edit"})
    typed = fields_of(form.text)
    assert (typed["threshold"], typed["dimensions"]) == ("33", ["page", "referrer"])


def test_who_was_slower_than_another_owner_is_told_and_changes_nothing(world, owner, site, change):
    mine, theirs = change(threshold="20"), change(name="Theirs")
    confirm(owner, site, theirs)
    answer = confirm(owner, site, mine)
    assert answer.status_code == 409
    assert "Somebody changed these settings while you did" in answer.text
    assert terms_in(world, site, "2026-12").threshold == 10


def test_a_change_is_in_the_trail_without_what_it_was_and_what_it_is(world, owner, site, change):
    confirm(owner, site, change(threshold="20", name="Harbour Network"))
    with reading(world.engine) as connection:
        done = {one.name: one for one in audit_trail.latest(connection, site)}
    assert done.keys() == {"site changed", "notice published"}
    assert {(one.email, one.at) for one in done.values()} == {("owner@example.org", world.clock())}
    assert done["site changed"].details == {"changed": "Name, Threshold"}


@pytest.mark.parametrize("role", ["viewer", "editor"])
@pytest.mark.parametrize("path", ["settings", "remove", "proof.zip"])
def test_who_is_no_owner_of_the_site_may_not(world, owner, site, role, path):
    with writing(world.engine) as connection:
        roles.take(connection, "owner@example.org", "*")
        roles.give(connection, "owner@example.org", site, role)
    assert owner.get(f"/sites/{site}/{path}").status_code == 403


# What a larger threshold would have shown


def trials_of(answer, place=1):
    body = answer.text.split("<table>")[place].partition("</table>")[0]
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in body.split("</tr>")]


def test_the_last_closed_month_tells_what_larger_thresholds_would_have_shown_of_it(press, owner, site):
    pages = {"/": [60] * 3, "/a": [40] * 3, "/b": [19] * 3, "/c": [12] * 3}
    press.close(
        site, "2026-10", {"site": [90] * 3, "page": pages, "referrer": {"a.example": [60] * 3, "b.example": [30] * 3}}
    )
    rows = trials_of(owner.get(f"/sites/{site}/settings"))
    assert rows[0].endswith("Shown with 10 with 20 with 50 with 100 with 200")
    assert "Pages: 4 2 of 4 1 of 4 0 of 4 0 of 4" in rows
    assert "Referrers: 2 2 of 2 1 of 2 0 of 2 0 of 2" in rows


def test_of_smaller_ones_it_says_that_nothing_can_be_told(press, owner, site):
    press.close(site, "2026-10", {"site": [90] * 3, "page": {"/": [60] * 3, "/a": [40] * 3, "/few": [7] * 3}})
    page = text_of(owner.get(f"/sites/{site}/settings"))
    assert "What a smaller one than 10 would have shown cannot be told: what fewer than 10 visitors shared was" in page
    assert "with 5 " not in page


def test_it_tells_too_how_much_can_have_the_threshold_on_each_day(press, owner, site):
    pages = {"/": [600, 600, 300], "/a": [320, 310, 40], "/b": [400, 309, 309]}
    press.close(site, "2026-10", {"site": [900] * 3, "page": pages})
    rows = trials_of(owner.get(f"/sites/{site}/settings"), place=2)
    assert "Pages: 3 2 of 3" in rows


def test_of_a_month_in_which_the_site_was_made_the_days_before_do_not_matter(world, press, owner, clock):
    clock.move(days=-25)
    site = world.add_site()  # 28 October
    clock.move(days=25)
    press.close(site, "2026-10", {"site": [90] * 3, "page": {"/": [40] * 3, "/a": [39] * 3}})
    assert "Pages: 2 1 of 2" in trials_of(owner.get(f"/sites/{site}/settings"), place=2)


def test_of_days_it_says_that_months_cannot_be_told(world, press, owner, clock):
    clock.move(days=-3)
    site = world.add_site(detail="day")
    clock.move(days=3)
    press.close(site, "2026-11-21", {"site": [90] * 3, "page": {"/": [60] * 3, "/a": [30] * 3}})
    page = text_of(owner.get(f"/sites/{site}/settings"))
    assert "What counting by month would have shown of closed days cannot be told" in page
    assert "What counting by day would have shown" not in page


def test_an_open_month_tells_nothing(press, owner, site):
    press.release(site, "2026-11", {"site": [90] * 3, "page": {"/": [60] * 3}})
    assert "is closed and has such numbers, this page tells" in text_of(owner.get(f"/sites/{site}/settings"))


# Pages from a file


SITEMAP = b"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<url><loc>https://harbour.example/get-help?lang=en</loc></url>
<url><loc>https://elsewhere.example/</loc></url>
<url><loc>https://harbour.example/user/jane-doe</loc></url>
</urlset>"""


def upload(owner, site, content, **fields):
    path = f"/sites/{site}/settings"
    sent = {**fields_of(owner.get(path).text), **fields, "step": "pages", "sitemap": (BytesIO(content), "sitemap.xml")}
    return owner.post(path, sent)


def test_a_sitemap_fills_the_list_with_safe_paths_and_saves_nothing(world, owner, site):
    answer = upload(owner, site, SITEMAP, threshold="33")
    page = text_of(answer)
    assert "2 pages of the file stand in the list below. 1 on other hosts are left out. Nothing is saved yet." in page
    typed = fields_of(answer.text)
    assert (typed["pages"], typed["threshold"]) == ("/get-help\n/user/:id", "33")
    assert terms_in(world, site, "2026-12").pages == ()


def test_a_file_that_is_no_sitemap_is_refused_at_its_field(owner, site):
    answer = upload(owner, site, b"<!DOCTYPE x [<!ENTITY a 'b'>]><urlset/>")
    assert answer.status_code == 422
    assert "A sitemap has no document type" in answer.text.partition('id="sitemap-note">')[2].partition("</p>")[0]


# Removal


def test_a_site_is_removed_once_its_name_is_typed_and_one_line_of_the_trail_stays(world, press, owner, site):
    press.close(site, "2026-10", {"site": [90] * 3})
    world.merge()
    wrong = owner.fill(f"/sites/{site}/remove", name="Harbor")
    assert wrong.status_code == 422
    assert "This is not the site&#39;s name." in wrong.text

    assert owner.fill(f"/sites/{site}/remove", name=" Harbour ").location == "/"
    assert owner.get(f"/sites/{site}").status_code == 404
    assert world.stored(site, "2026-10") == {}
    with reading(world.engine) as connection:
        [action] = audit_trail.latest(connection, site)
    assert (action.name, action.details) == ("site removed", {})


def test_what_waited_in_the_spool_goes_with_the_keepers_next_step(world, owner, site):
    world.visits(site, 3)
    world.merge()
    pending = world.app.services.spool.pending
    assert list(pending.iterdir())
    owner.fill(f"/sites/{site}/remove", name="Harbour")
    world.keeper.release()
    assert list(pending.iterdir()) == []


def test_a_form_without_its_mark_removes_nothing(world, owner, site):
    assert owner.post(f"/sites/{site}/remove", {"name": "Harbour"}).status_code == 400
    assert token_in(owner.get(f"/sites/{site}/remove").text)
    assert world.site(site)


def test_terms_that_are_published_or_taken_back_are_in_the_history_as_such(world, owner, site, change):
    confirm(owner, site, change(threshold="20"))
    confirm(owner, site, change(threshold="10"))
    with reading(world.engine) as connection:
        done = {one.name: one.details for one in audit_trail.latest(connection, site)}
    [present] = world.site(site).timeline.editions
    assert done.pop("site changed") == {"changed": "Threshold"}
    assert done.pop("notice withdrawn") == {}
    published = done.pop("notice published")
    assert (published["current_from"], done) == ("2026-12", {})
    assert published["digest"] != present.notice.digest


def test_a_theme_that_cannot_be_read_is_told_with_its_contrast_and_what_was_chosen_stays(world, change, site):
    answer = change(theme="on", **{"light-text": "#dddddd"})
    note = answer.text.partition('id="theme-note">')[2].partition("</p>")[0]
    assert answer.status_code == 422
    assert note.startswith(
        "Theme.light: text #dddddd on background #ffffff has a contrast of 1.36:1, but text needs 4.5:1"
    )
    assert fields_of(answer.text)["light-text"] == "#dddddd"
    assert world.site(site).options.theme is None


def test_the_colours_of_a_site_without_a_theme_are_a_theme(owner, site):
    assert look.theme_of({**look.typed_of(None), "theme": "on"}) == look.FIRST
    assert look.theme_of(look.typed_of(None)) is None


def test_a_theme_that_a_program_wrote_stays_as_it_was_written_until_somebody_chooses_another_colour(
    world, owner, site, change
):
    written = {
        "light": {"background": "#fff", "text": "#000", "button": "#245", "button-text": "#FFF", "reject": "#000"},
        "dark": {"background": "#000", "text": "#fff", "button": "#bde", "button-text": "#000"},
        "position": "top",
    }
    theme = read_theme(written)
    with writing(world.engine) as connection:
        present = sites.get(connection, site)
        sites.amend(connection, site, present.name, present.hosts, Options(theme=theme))
    page = owner.get(f"/sites/{site}/settings").text
    assert fields_of(page)["light-button"] == "#224455"
    assert fields_of(page)["apart"] == "on"
    assert "Nothing would change" in change().text
    answer = change(**{"light-reject": "#111111"})
    confirm(owner, site, answer)
    assert world.site(site).options.theme.light["reject"] == "#111111"
    assert world.site(site).options.theme.position == "top"
    confirm(owner, site, change(theme=""))
    assert world.site(site).options.theme is None


def test_the_banner_is_shown_in_colours_that_are_not_saved_yet(world, owner, site):
    chosen = {**look.typed_of(None), "theme": "on", "light-button": "#123456"}
    answer = owner.get(f"/sites/{site}/settings/look", query_string=chosen)
    assert "--button:light-dark(#123456," in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("sandbox allow-scripts; default-src 'none'; ")
    pale = owner.get(f"/sites/{site}/settings/look", query_string={**chosen, "light-text": "#eeeeee"})
    assert "has a contrast of 1.16:1, but text needs 4.5:1" in pale.text
    assert world.site(site).options.theme is None


def test_host_names_are_typed_and_read_as_people_write_them_and_a_port_is_taken_off_with_a_word(
    world, owner, site, change
):
    answer = change(hosts="münchen.example:8443\nMÜNCHEN.example.", subdomains="münchen.example")
    assert "The port of münchen.example:8443 is left out" in text_of(answer)
    assert "münchen.example (xn--mnchen-3ya.example)" in text_of(answer)
    confirm(owner, site, answer)
    found = world.site(site)
    assert (found.hosts, found.options.subdomains) == (("xn--mnchen-3ya.example",), "xn--mnchen-3ya.example")
    fields = fields_of(owner.get(f"/sites/{site}/settings").text)
    assert (fields["hosts"], fields["subdomains"]) == ("münchen.example", "münchen.example")
    assert "Nothing would change" in change().text
    assert "münchen.example" in owner.get("/").text


def test_a_public_suffix_is_refused_beside_its_field(change):
    answer = change(hosts="alice.github.io", subdomains="github.io")
    note = answer.text.partition('id="subdomains-note">')[2].partition("</p>")[0]
    assert answer.status_code == 422
    assert note.startswith("The domain github.io is a public suffix: others have their names below it too")
    assert "such as alice.github.io, or none" in note


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"dimensions": ["page", "browser", "event"], "events": ""}, "events", "none is named: every visitor would be"),
        ({"events": "sign-up\ncall"}, "dimensions", "not ticked: every visitor would be asked again"),
    ],
)
def test_nobody_is_offered_to_ask_everybody_again_and_count_nothing(world, change, site, changes, field, message):
    answer = change(**changes)
    assert answer.status_code == 422
    assert message in answer.text.partition(f'id="{field}-note">')[2].partition("</p>")[0]


def test_what_a_site_has_already_is_in_the_way_of_no_other_change(change):
    assert change(threshold="20").status_code == 200
    assert change(dimensions=["page", "browser", "referrer"]).status_code == 200
    assert change(events="").status_code == 200
