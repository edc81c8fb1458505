"""Notices as they are and as they were."""

import pytest

from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice.wording import DEFAULT_TEXTS, texts_in
from consent_service.storage import sites
from consent_service.storage.database.engine import writing

OTHER = {"en": {**DEFAULT_TEXTS["en"], "notice": "Other words."}}
FOR_A_YEAR = "public, max-age=31536000, immutable"


@pytest.fixture
def site(any_world):
    return any_world.add_site()


@pytest.fixture
def publish(any_world, site):
    """Publish terms or texts in November 2026; gives the last notice's digest."""

    def publish(month="2026-11", **changes):
        with writing(any_world.engine) as connection:
            editions = sites.publish(connection, sites.get(connection, site), Period.parse(month), True, **changes)
        any_world.keeper.watch()
        return editions[-1].notice.digest

    return publish


@pytest.fixture
def asked(any_world, site):
    return lambda digest: any_world.client.get(f"/s/{site}/notice.json", query_string={"n": digest})


def test_the_present_notice_is_the_same_by_its_digest_but_may_be_kept(any_world, site, asked):
    present = any_world.client.get(f"/s/{site}/notice.json")
    named = asked(present.json["digest"])
    assert named.data == present.data
    assert present.headers["Cache-Control"] == "no-cache"
    assert named.headers["Cache-Control"] == FOR_A_YEAR
    assert named.headers["Access-Control-Allow-Origin"] == "*"


def test_a_notice_that_was_replaced_is_given_as_it_was(any_world, site, asked, publish):
    before = any_world.notice(site)
    publish(texts=OTHER)
    assert any_world.notice(site)["texts"]["en"]["notice"] == "Other words."
    assert asked(before["digest"]).json == before
    assert asked(before["digest"]).headers["Cache-Control"] == FOR_A_YEAR


def test_one_that_came_back_is_told_as_it_was_the_first_time(any_world, site, asked, publish, clock):
    before = any_world.notice(site)
    publish(texts=OTHER)
    clock.move(days=60)
    publish(month="2027-01", texts=DEFAULT_TEXTS)
    assert any_world.notice(site)["since"] == "2027Q1"
    assert asked(before["digest"]).json == before


def test_one_that_waits_for_its_month_may_not_be_kept_until_then(any_world, site, asked, publish, clock):
    terms = any_world.site(site).timeline.latest.notice.terms.amended({"threshold": 20})
    waiting = publish(terms=terms)
    assert asked(waiting).json["threshold"] == 20
    assert asked(waiting).headers["Cache-Control"] == "no-cache"
    clock.move(days=9)
    assert asked(waiting).headers["Cache-Control"] == FOR_A_YEAR


def test_one_language_alone_is_given_the_nearest_or_the_first(any_world, site, publish):
    publish(texts=texts_in(["en", "pt-BR", "zh-Hant", "nb"]))

    def given(tag):
        return "".join(any_world.client.get(f"/s/{site}/notice.json", query_string={"l": tag}).json["texts"])

    nearest = {"pt_br": "pt-BR", "pt-PT": "pt-BR", "zh-TW": "zh-Hant", "NO": "nb", "de-AT": "en", "%": "en"}
    assert {tag: given(tag) for tag in nearest} == nearest


@pytest.mark.parametrize("digest", ["0" * 32, "", "\x00", "é"])
def test_a_notice_that_the_site_never_had_is_404_with_a_sentence(asked, digest):
    answer = asked(digest)
    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert "never had a notice with this digest" in answer.text


def test_a_notice_of_another_site_is_404(any_world, site):
    other = any_world.add_site("Other", ("other.example",))
    answer = any_world.client.get(f"/s/{other}/notice.json?n={any_world.notice(site)['digest']}")
    assert answer.status_code == 404
