"""Annotations beside a site's numbers, and goals."""

import re

import pytest

from consent_service.storage.database.engine import reading, writing
from consent_service.storage.people import accounts, audit_trail
from tests.owner import PASSWORD, Browser


@pytest.fixture
def site(world, clock):
    """A site that was made on 20 August 2026; the clock stands at 22 November."""
    clock.move(days=-94)
    key = world.add_site("Harbour", dimensions=("page", "event"), events=("letter", "call"))
    clock.move(days=94)
    return key


@pytest.fixture
def viewer(world, site):
    """A browser of someone who may see the site and change nothing."""
    with writing(world.engine) as connection:
        accounts.add(connection, "viewer@example.org", accounts.hashed(PASSWORD), {site: "viewer"})
    browser = Browser(world)
    browser.sign_in("viewer@example.org")
    return browser


def done(world, site):
    """What the audit trail has of a site, the newest first."""
    with reading(world.engine) as connection:
        return [(one.name, one.details) for one in audit_trail.latest(connection, site)]


def test_an_annotation_stands_in_chart_and_list_of_its_days_until_it_is_removed(world, press, owner, site, clock):
    press.close(site, "2026-10", {"site": [90] * 3})
    press.close(site, "2026-10-14", {"site": [30] * 3})
    path = f"/sites/{site}/annotations"
    assert owner.fill(path, day="2026-10-14", text="  Report on\tthe news ").status_code == 302

    october = owner.get(f"/sites/{site}?period=2026-10").text
    assert "<title>Report on the news</title>" in october
    assert re.search(r"14 October 2026</time> <span>Report on the news</span>", october)
    assert "Report on the news" not in owner.get(f"/sites/{site}?period=2026-11").text

    found = re.search(r'name="id" value="(\w+)"', owner.get(path).text)
    page = owner.get(path).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    clock.move(minutes=1)
    question = owner.post(f"{path}/remove", {"id": found[1], "csrf_token": token})
    assert "Remove this annotation?" in question.text
    assert "Report on the news" in owner.get(path).text
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]+)"', question.text.partition("<main")[2]))
    assert owner.post(f"{path}/remove", sent).status_code == 302
    assert "Report on the news" not in owner.get(f"/sites/{site}?period=2026-10").text
    details = {"day": "2026-10-14"}
    assert done(world, site) == [("annotation removed", details), ("annotation added", details)]


@pytest.mark.parametrize(
    ("day", "text", "field", "message"),
    [
        ("2026-10", "x", "day", "A day is needed, such as 2026-11-22."),
        ("2026-08-19", "x", "day", "A day from 2026-08-20, when the site was made, to 2027-11-23."),
        ("2028-01-01", "x", "day", "A day from 2026-08-20"),
        ("2026-10-14", " ", "text", "A text of at most 200 characters is needed."),
        ("2026-10-14", "x" * 201, "text", "A text of at most 200 characters is needed."),
    ],
)
def test_what_cannot_be_annotated_is_said_beside_its_field_and_nothing_typed_is_lost(
    world, owner, site, day, text, field, message
):
    answer = owner.fill(f"/sites/{site}/annotations", day=day, text=text)

    assert answer.status_code == 422
    assert message in answer.text
    assert re.search(rf'id="{field}" [^>]*aria-invalid="true" aria-describedby="{field}-note"', answer.text)
    assert f'value="{day}"' in answer.text
    assert f'value="{text}"' in answer.text
    assert done(world, site) == []


def test_an_annotation_cannot_become_markup(owner, site):
    owner.fill(f"/sites/{site}/annotations", day="2026-11-14", text="<b>bold</b>")

    assert "<b>bold" not in owner.get(f"/sites/{site}").text + owner.get(f"/sites/{site}/annotations").text


def test_removing_what_is_not_there_changes_nothing(world, owner, site):
    for path, fields in (("annotations", {"id": "none"}), ("goals", {"event": "nothing"})):
        token = re.search(r'name="csrf_token" value="([^"]+)"', owner.get("/").text)[1]
        assert owner.post(f"/sites/{site}/{path}/remove", {**fields, "csrf_token": token}).status_code == 302
    assert done(world, site) == []


def test_who_may_only_see_the_site_sees_annotations_and_goals_and_changes_none(press, owner, viewer, site):
    owner.fill(f"/sites/{site}/annotations", day="2026-10-14", text="Report")
    press.close(site, "2026-10", {"site": [90] * 3})

    page = viewer.get(f"/sites/{site}?period=2026-10").text
    assert "Report" in page
    assert f"/sites/{site}/annotations" not in page
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    for path in ("annotations", "goals"):
        assert viewer.get(f"/sites/{site}/{path}").status_code == 403
        assert viewer.post(f"/sites/{site}/{path}", {"csrf_token": token}).status_code == 403
        assert viewer.post(f"/sites/{site}/{path}/remove", {"csrf_token": token}).status_code == 403


def text_of(cell):
    return re.sub(r"<[^>]+>", "", cell).strip()


def goals(page):
    """What each goal's row says, by its name."""
    part = page.partition('aria-labelledby="goals-title"')[2].partition("</section>")[0]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', part)
    return {name: [text_of(cell) for cell in re.findall(r"<td>(.*?)</td>", cells)] for name, cells in rows}


def test_a_goal_that_few_reached_is_hidden(world, press, owner, site):
    press.close(site, "2026-10", {"site": [300, 200, 90], "event": {"letter": [40, 30, 25], "call": [9, 9, 9]}})
    owner.fill(f"/sites/{site}/goals", event="call", name="Help line called")

    assert goals(owner.get(f"/sites/{site}?period=2026-10").text) == {"Help line called": ["hidden", "200", "hidden"]}
    assert done(world, site) == [("goal added", {"event": "call"})]


def test_a_goal_tells_in_which_part_of_the_visits_its_event_happened_by_shown_numbers(press, owner, site):
    press.close(site, "2026-10", {"site": [300, 200, 90], "event": {"letter": [40, 30, 25]}})
    press.release(site, "2026-11", {"site": [300, 209, 90], "event": {"letter": [40, 39, 25]}})
    owner.fill(f"/sites/{site}/goals", event="letter", name="Letter subscribed")

    assert goals(owner.get(f"/sites/{site}?period=2026-10").text) == {"Letter subscribed": ["30", "200", "15.0 %"]}
    present = ["30 or more", "200 or more", "about 15.0 %"]
    assert goals(owner.get(f"/sites/{site}").text) == {"Letter subscribed": present}
    assert goals(owner.get(f"/sites/{site}?period=2026").text) == {"Letter subscribed": ["30", "200", "15.0 %"]}


def test_no_conversion_is_told_where_nearly_every_visit_has_the_event(press, owner, site):
    press.close(site, "2026-10", {"site": [300, 200, 90], "event": {"letter": [400, 195, 85]}})
    owner.fill(f"/sites/{site}/goals", event="letter", name="Letter subscribed")

    assert goals(owner.get(f"/sites/{site}?period=2026-10").text) == {"Letter subscribed": ["195", "200", "hidden"]}


@pytest.mark.parametrize(
    ("event", "name", "field", "message"),
    [
        ("purchase", "Bought", "event", "One of the events that the notice declares is needed."),
        ("call", " ", "name", "A name of at most 60 characters is needed."),
        ("letter", "Again", "event", "This event is a goal already."),
    ],
)
def test_what_cannot_be_a_goal_is_said_beside_its_field(owner, site, event, name, field, message):
    owner.fill(f"/sites/{site}/goals", event="letter", name="Letter")

    answer = owner.fill(f"/sites/{site}/goals", event=event, name=name)

    assert answer.status_code == 422
    assert message in answer.text.partition(f'id="{field}-note">')[2].partition("</p>")[0]


def test_without_declared_events_the_page_says_what_comes_first(world, owner):
    key = world.add_site()

    assert "No event is declared yet" in owner.get(f"/sites/{key}/goals").text


def test_where_the_visits_of_a_month_are_hidden_a_year_tells_no_rate_of_a_goal(press, owner, site):
    """Its visits, in none of which the event happened, would be missing below the line alone."""
    press.close(site, "2026-10", {"site": [200] * 3, "event": {"letter": [30] * 3}})
    press.close(site, "2026-09", {"site": [9] * 3})
    owner.fill(f"/sites/{site}/goals", event="letter", name="Letter subscribed")

    assert goals(owner.get(f"/sites/{site}?period=2026").text) == {
        "Letter subscribed": ["30 or more", "200 or more", "hidden"]
    }
