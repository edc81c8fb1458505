"""What weakens a promise waits for the next month, on every path that could change it."""

import json
import time

import pytest
from click.testing import CliRunner

from consent_service.cli import commands
from consent_service.domain.calendar.periods import Period
from consent_service.domain.notice.wording import DEFAULT_TEXTS

TERMS = {"threshold": 20, "detail": "month", "dimensions": ["page", "platform"], "retention": 12, "pages": ["/"]}
WEAKER = {
    "threshold": 5,
    "detail": "day",
    "dimensions": ["page", "platform", "referrer", "event"],
    "retention": 24,
    "pages": ["/", "/secret"],
    "events": ["signed-up"],
    "timezone": "Asia/Tokyo",
}


@pytest.fixture
def run(world, monkeypatch):
    """A command on the service's database and spool, at the time of its clock."""

    def run(*arguments):
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", world.clock)
            patch.setattr("consent_service.serving.process.harden", lambda: None)  # this process is the tests'
            done = CliRunner(env=world.environ).invoke(commands, arguments)
        assert done.exit_code == 0, done.output
        return done.output

    return run


@pytest.fixture
def site(world):
    terms = {name: tuple(value) if isinstance(value, list) else value for name, value in TERMS.items()}
    key = world.add_site(**terms)
    world.visits(key, 1)
    return key


def by_notice(run, tmp_path, site, **terms):
    file = tmp_path / "notice.json"
    file.write_text(json.dumps(terms))
    run("notice", "publish", site, str(file))


def in_force(world, site):
    """The terms that hold now, as visitors are told them."""
    world.keeper.watch()
    return {name: world.notice(site)[name] for name in WEAKER}


@pytest.mark.parametrize("term", WEAKER)
def test_a_weaker_term_in_a_published_notice_waits_for_the_next_month(world, run, site, tmp_path, term):
    before = in_force(world, site)
    by_notice(run, tmp_path, site, **{term: WEAKER[term]})
    assert in_force(world, site) == before

    world.clock.move(days=8)  # 30 November
    assert in_force(world, site) == before
    world.clock.move(days=1)
    assert in_force(world, site) == {**before, term: WEAKER[term]}


@pytest.mark.parametrize("term", ["threshold", "detail", "timezone"])
def test_a_weaker_term_that_is_set_waits_for_the_next_month(world, run, site, term):
    before = in_force(world, site)
    run("site", "set", site, f"--{term}", str(WEAKER[term]))
    assert in_force(world, site) == before

    world.clock.move(days=9)
    assert in_force(world, site) == {**before, term: WEAKER[term]}


def test_a_weaker_term_does_not_slip_in_with_new_texts(world, run, site, tmp_path):
    before = in_force(world, site)
    texts = {"en": {**DEFAULT_TEXTS["en"], "accept": "Yes"}}
    by_notice(run, tmp_path, site, texts=texts, threshold=5)

    assert in_force(world, site) == before
    assert world.notice(site)["texts"]["en"]["accept"] == "Yes"


def test_what_waits_does_not_come_earlier_by_being_published_again(world, run, site, tmp_path):
    before = in_force(world, site)
    for threshold in (9, 7, 5):
        by_notice(run, tmp_path, site, threshold=threshold)
        assert in_force(world, site) == before

    world.clock.move(days=9)
    assert in_force(world, site)["threshold"] == 5


def test_a_period_that_spans_a_change_keeps_the_larger_k(world, run, site):
    run("site", "set", site, "--threshold", "5")
    timeline = world.site(site).timeline

    assert [timeline.threshold(Period.parse(period)) for period in ("2026-11", "2026-W49", "2026", "2026-12")] == [
        20,
        20,
        20,
        5,
    ]


def test_a_weaker_term_waits_though_the_counts_are_in_a_saved_spool(world, run, site, tmp_path):
    before = in_force(world, site)
    world.merge()
    world.keeper.save(tmp_path / "saved", "a long passphrase")
    run("site", "set", site, "--threshold", "5")

    assert in_force(world, site) == before
