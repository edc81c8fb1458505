"""What a hit and a page cost, counted and not timed: these numbers may fall, but a change that raises one must say why.

They hold for CPython 3.11; later ones make fewer calls.
"""

from __future__ import annotations

import gc
import json
import sys
from contextlib import contextmanager

import pytest
from sqlalchemy import event

from consent_service.domain.counting import hit
from tests.wire import Wire, post
from tests.world import FIREFOX, FIRST, World

FOLLOWING = hit.VISIT_FLAGS | hit.FIRST_TOUCH | hit.SECOND_VIEW
DESCRIBED = {"r": "elsewhere.example", "z": "Europe/Berlin", "l": "de", "d": "phone", "us": "letter"}

CALLS = {"first": 50, "following": 47}
"""of functions written in Python, from the bytes that come to those of the answer; HTTP's parser makes 18 of them"""

BUILT_IN = {"first": 84, "following": 56}
"""calls of functions that are not"""

CELLS = {"first": 10, "following": 2}
COUNTERS = {"first": 10, "following": 3}

PAGES = {
    "/": 4,
    "/login": 1,
    "/sites/new": 1,
    "/sites/{key}": 7,
    "/sites/{key}?period=2026-10": 7,
    "/sites/{key}?period=2026": 8,
    "/sites/{key}?period=2026-10&more=page&compare=year": 7,
    "/sites/{key}?from=2026-09-01&to=2026-10-31": 7,
    "/sites/{key}/panel/page.csv?period=2026": 6,
    "/sites/{key}/annotations": 4,
    "/sites/{key}/goals": 4,
    "/sites/{key}/export/2026-10.csv": 5,
}
"""Statements that each sends to the database, but for those that begin a transaction.

A site's page asks for session, site, notices, closed periods and cells, for annotations and goals, and for what the
database adds up.
"""


@pytest.fixture
def limited(environ, clock):
    """A service with the sender limit on."""
    made = World({**environ, "CONSENT_HITS_PER_MINUTE": "60000"}, clock)
    yield made
    made.dispose()


@pytest.fixture
def wire(limited):
    """A connection to it."""
    made = Wire(limited.app)
    yield made
    made.close()


@pytest.fixture
def hits(limited, wire):
    """The body of a first and of a following hit, of a site and a token that the worker knows, seen before."""
    key = limited.add_site()
    token = limited.token(key)
    messages = {
        "first": {"p": "/welcome", "f": FIRST, **DESCRIBED},
        "following": {"p": "/about", "f": FOLLOWING},
    }
    found = {name: json.dumps({"s": key, "t": token, "e": "view", **one}).encode() for name, one in messages.items()}
    for body in (*found.values(), *found.values()):  # the second time nothing is new
        assert wire.send(request_of(body)).startswith(b"HTTP/1.1 204 ")
    return found


def request_of(body):
    headers = {"X_Forwarded_For": "198.51.100.7", "User_Agent": FIREFOX, "Origin": "https://harbour.example"}
    return post("/hit", body, **headers)


def calls_of(wire, request):
    """How often a Python function, and a built-in one, is called to answer a request."""
    seen = []
    gc.disable()  # a collection calls what other tests left: Hypothesis watches each one, and objects have finalizers
    sys.setprofile(lambda _, what, called: seen.append((what, called)))
    wire.protocol.data_received(request)
    sys.setprofile(None)
    gc.enable()
    assert wire.send(b"").startswith(b"HTTP/1.1 204 ")
    whats = [what for what, called in seen if called is not sys.setprofile]
    return whats.count("call"), whats.count("c_call")


@pytest.mark.parametrize("kind", ["first", "following"])
def test_a_hit_makes_no_more_calls_than_it_did(wire, hits, kind):
    calls, built_in = calls_of(wire, request_of(hits[kind]))
    assert calls <= CALLS[kind]
    assert built_in <= BUILT_IN[kind]


@pytest.mark.parametrize("kind", ["first", "following"])
def test_a_hit_touches_no_more_cells_than_it_did(limited, wire, hits, kind, monkeypatch):
    touched = []
    monkeypatch.setattr(limited.app.writer, "count", lambda _, increments: touched.extend(increments))
    wire.send(request_of(hits[kind]))
    assert len(touched) == CELLS[kind]
    assert sum(len(counters) for _, _, counters in touched) == COUNTERS[kind]


@contextmanager
def statements(engine):
    """What is sent to the database within the block, but for what begins a transaction."""
    found = []

    def note(_, __, statement, *___):
        if not statement.startswith("BEGIN"):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def test_a_known_hit_asks_the_database_nothing(limited, wire, hits):
    with statements(limited.app.services.engine) as sent:
        assert wire.send(request_of(hits["first"])).startswith(b"HTTP/1.1 204 ")
    assert sent == []


@pytest.mark.parametrize("path", PAGES)
def test_a_page_sends_no_more_statements_than_it_did(world, owner, press, clock, path):
    clock.move(days=-100)
    keys = [world.add_site(f"Harbour {number}") for number in range(20)]
    clock.move(days=100)
    for month in ("2026-09", "2026-10"):
        press.close(keys[0], month, {"site": [79, 45, 38, 20, 900], "page": {"/": [79, 45, 38]}})
    with statements(world.app.services.engine) as sent:
        answer = owner.get(path.format(key=keys[0]))
    assert answer.status_code in (200, 302)
    assert len(sent) <= PAGES[path]
