"""The fuzzer's first few thousand requests, and that it would notice."""

import pytest

from tests.fuzz.choices import Seeded
from tests.fuzz.service import FuzzedService, Wrong
from tests.world import World


@pytest.fixture
def service(environ, clock):
    world = World({**environ, "CONSENT_HITS_PER_MINUTE": "300"}, clock)
    yield FuzzedService(world)
    world.dispose()


def send(service, number, seed=1):
    choices = Seeded(seed)
    for _ in range(number):
        service.send(choices)


def test_malformed_hits_are_refused_and_the_others_counted_whole(service):
    send(service, 5_000)
    service.check()

    assert service.statuses.keys() == {"204", "400", "403", "413", "429"}
    assert service.statuses["204"] > 500
    assert all(expected["visits"] for expected in service.expected.values())


def test_a_hit_that_is_counted_by_halves_is_noticed(service, monkeypatch):
    count = service.world.app.writer.count
    monkeypatch.setattr(service.world.app.writer, "count", lambda book, increments: count(book, increments[:-1]))
    send(service, 200)

    with pytest.raises(AssertionError):
        service.check()


def test_a_refusal_that_is_not_counted_is_noticed(service, monkeypatch):
    monkeypatch.setattr(service.world.app.writer, "refuse", lambda reason: None)
    send(service, 200)

    with pytest.raises(AssertionError):
        service.check()


def test_an_error_of_the_application_is_noticed(service, monkeypatch):
    monkeypatch.setattr(service.world.app.collector, "decide", lambda *_: None)
    monkeypatch.setattr("consent_service.web.visitors.public._fill_cache", lambda _: 1 / 0)

    with pytest.raises(Wrong, match="answered 500"):
        send(service, 200)
