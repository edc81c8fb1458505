"""A site's hour is capped at ten times the median of its last week: what lies beyond is answered 429."""

import msgspec
import pytest

from consent_service.app import create_app
from consent_service.domain.counting import hit
from consent_service.domain.counting.hourly_cap import MOST_HOURS, hour_of
from consent_service.keeper.keeper import create_keeper
from consent_service.spool import capped_sites, merge
from consent_service.spool.generation import Generation
from consent_service.spool.pending import PendingStore
from tests.world import World

LEAST = 60
"""What one sender may send in an hour, of one hit a minute."""

AGAIN = hit.VISIT_FLAGS


@pytest.fixture
def world(environ, clock):
    """A service that limits senders, and so caps sites too; each hit comes from a sender that was not seen before."""
    made = World({**environ, "CONSENT_HITS_PER_MINUTE": "1", "CONSENT_WORKERS": "1"}, clock)
    made.app.collector._admits = made.app.services.rate_limit.admits = lambda *_: True
    yield made
    made.dispose()


@pytest.fixture
def site(world):
    return world.add_site()


@pytest.fixture
def token(world, site):
    return accept(world, site)


def accept(world, site):
    return world.post("/consent", {"s": site, "n": world.notice(site)["digest"]}).json["token"]


def send(world, site, token, **fields):
    return world.hit(site, token, AGAIN, **{"p": "/", **fields}).status_code


def hits(world, site, token, number, **fields):
    """How each of so many hits was answered, merged after each ten."""
    answers = []
    for place in range(number):
        answers.append(send(world, site, token, **fields))
        if place % 10 == 9:
            world.merge()
    world.merge()
    return answers


def time_passes(world, **parts):
    """The sealing thread looks at the tally, as it does each second."""
    world.clock.move(**parts)
    world.app.writer.seal()


def a_week(world, site, token, each=2):
    for _ in range(MOST_HOURS):
        hits(world, site, token, each)
        time_passes(world, hours=1)
    world.keeper.merge()


def hours_of(world, site):
    return PendingStore(world.app.services.spool).sites[site].hours


def test_a_site_has_no_cap_before_a_week_is_known(world, site, token):
    hits(world, site, token, 1)
    time_passes(world, hours=MOST_HOURS - 1)

    assert set(hits(world, site, token, 3 * LEAST)) == {204}


def test_beyond_ten_times_its_usual_hour_a_site_is_answered_429_until_the_hour_ends(world, site, token):
    a_week(world, site, token, each=7)
    answers = hits(world, site, token, 100)

    assert answers == [204] * 70 + [429] * 30
    assert hours_of(world, site)[hour_of(world.clock())] == 70
    world.clock.move(hours=1)  # no keeper has looked since
    assert send(world, site, token) == 204


def test_a_quiet_sites_cap_is_what_one_sender_may_send(world, site, token):
    a_week(world, site, token, each=1)

    assert hits(world, site, token, LEAST + 20) == [204] * LEAST + [429] * 20


def test_refusals_by_the_cap_are_counted_under_a_reason_of_their_own(world, site, token):
    a_week(world, site, token, each=1)
    hits(world, site, token, LEAST + 20)

    assert merge.read_refusals(world.app.services.spool).totals[10] == 20


def test_engaged_time_counts_toward_the_cap_and_is_refused_beyond_it(world):
    site = world.add_site("Timed", dimensions=("engagement",))
    token = accept(world, site)
    a_week(world, site, token, each=1)

    assert hits(world, site, token, LEAST + 10, e="engaged", v=5) == [204] * LEAST + [429] * 10
    assert send(world, site, token) == 429


def test_another_site_and_acceptances_go_on(world, site, token):
    other = world.add_site("Other")
    a_week(world, site, token, each=1)
    hits(world, site, token, LEAST + 10)

    assert send(world, other, accept(world, other)) == 204
    assert accept(world, site) == token


def test_acceptances_are_not_hits(world, site, token):
    world.merge()
    assert hours_of(world, site) == {hour_of(world.clock()): 0}


def test_the_slow_path_obeys_the_cap_too(world, site, token):
    a_week(world, site, token, each=1)
    hits(world, site, token, LEAST)
    started = create_app(world.config, world.clock)
    body = msgspec.json.encode({"s": site, "t": token, "e": "view", "f": AGAIN})
    with started.flask.test_client() as client:
        answer = client.post("/hit", data=body)
    started.services.engine.dispose()

    assert answer.status_code == 429
    assert "far more hits" in answer.text


def test_zero_turns_the_cap_off_too(world, site, token, environ):
    a_week(world, site, token, each=1)
    hits(world, site, token, LEAST)
    assert send(world, site, token) == 429
    unlimited = World(environ, world.clock)
    unlimited.keeper.merge()

    assert {send(unlimited, site, token) for _ in range(2 * LEAST)} == {204}
    assert send(world, site, token) == 204  # a worker that was there before is told
    unlimited.dispose()


def test_a_keeper_that_is_started_anew_knows_the_hours_and_tells_the_workers(world, site, token):
    a_week(world, site, token, each=1)
    hits(world, site, token, LEAST - 10)
    world.keeper.engine.dispose()
    world.keeper = create_keeper(world.config, world.clock)

    assert hits(world, site, token, 20) == [204] * 10 + [429] * 10


def test_a_keeper_that_died_before_workers_were_told_is_made_good_by_the_next(world, site, token, monkeypatch):
    a_week(world, site, token, each=1)
    hits(world, site, token, LEAST - 10)
    monkeypatch.setattr(Generation, "move_caps", lambda _: None)
    hits(world, site, token, 10)
    monkeypatch.undo()
    assert send(world, site, token) == 204
    create_keeper(world.config, world.clock, world.keeper.engine).merge()

    assert send(world, site, token) == 429


def test_a_merge_that_a_crash_cut_short_counts_no_hour_twice(world, site, token, monkeypatch):
    for _ in range(5):
        send(world, site, token)
    world.app.writer.seal()

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(merge, "_merge_refusals", crash)
    with pytest.raises(KeyboardInterrupt):
        world.keeper.merge()
    monkeypatch.undo()
    world.keeper.merge()

    assert hours_of(world, site) == {hour_of(world.clock()): 5}


def test_hits_count_in_the_hour_in_which_they_came_though_their_tally_was_made_long_before(world, site, token):
    send(world, site, token)
    world.merge()
    time_passes(world, hours=5)
    send(world, site, token)
    world.merge()

    assert hours_of(world, site)[hour_of(world.clock())] == 1


def test_weeks_in_which_the_service_was_stopped_do_not_lower_the_cap(world, site, token):
    a_week(world, site, token, each=7)
    time_passes(world, days=12)

    assert hits(world, site, token, 80) == [204] * 70 + [429] * 10


def test_a_clock_that_was_ahead_for_a_while_leaves_no_cap_behind(world, site, token):
    a_week(world, site, token)
    time_passes(world, days=20)
    hits(world, site, token, 1)
    time_passes(world, days=-20)

    assert max(hours_of(world, site)) > hour_of(world.clock())
    hits(world, site, token, 1)
    assert max(hours_of(world, site)) == hour_of(world.clock())


def test_a_saved_spool_carries_the_hours(world, site, token, tmp_path):
    hits(world, site, token, 3)
    before = hours_of(world, site)
    world.keeper.save(tmp_path / "saved", "correct horse battery")
    hits(world, site, token, 2)
    world.keeper.load(tmp_path / "saved", "correct horse battery")

    assert before == {hour_of(world.clock()): 3}
    assert hours_of(world, site) == {hour_of(world.clock()): 5}


def test_pending_files_and_numbers_of_an_older_version_are_read(spool):
    (spool.pending / "k3f9").write_bytes(msgspec.msgpack.encode([3, 2, 1, 0.5, "", {}]))
    spool.generation.write_bytes((7).to_bytes(8, "little"))
    generation = Generation(spool)

    assert PendingStore(spool).sites["k3f9"].hours == {}
    assert (generation.current(), generation.caps()) == (7, 0)


def test_a_lost_file_refuses_nobody(world, site, token):
    a_week(world, site, token, each=1)
    hits(world, site, token, LEAST)
    world.app.services.spool.capped.unlink()
    Generation(world.app.services.spool).move_caps()

    assert capped_sites.read(world.app.services.spool) == capped_sites.NO_SITES
    assert send(world, site, token) == 204
