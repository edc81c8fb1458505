"""Whatever is sent to ``POST /hit``, it is counted whole or refused, on the fast path and on the slow one."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consent_service.domain.counting import hit
from consent_service.domain.counting.dimensions import DECLARABLE
from consent_service.spool.pending import PendingStore
from tests.wire import Wire, post

FIELDS = ("e", "f", "p", "x", "r", "us", "um", "uc", "z", "l", "d", "n", "v")
KINDS = ("view", "event", "outbound", "download", "missing", "engaged", "vitals")
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-2, 130), st.just(404), st.floats(), st.text(max_size=300),
    st.lists(st.integers(), max_size=2), st.sampled_from(["", "/", "donate", "lcp", "phone", "a.example", *KINDS]),
)  # fmt: skip
GOOD = {"e": "view", "f": 0, "p": "/"}
FLAGS = st.sampled_from(sorted(hit.VIEW_FLAGS))

quickly = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def counted(world, site):
    world.merge()
    pending = PendingStore(world.app.services.spool).sites.get(site)
    return pending.periods["2026-11"] if pending else {}


def is_whole(counts):
    """Whether every visit is in each dimension in which it has one value, and every view on one page."""
    views, visits = counts["site"][""][:2]
    sums = {name: sum(row[1] for row in breakdown.values()) for name, breakdown in counts.items()}
    single = ("hour", "entry", "referrer", "campaign", "country", "language", "platform", "browser")
    return sum(row[0] for row in counts["page"].values()) == views and all(sums[name] == visits for name in single)


def test_a_hit_with_any_fields_is_counted_whole_or_refused(world):
    site = world.add_site(dimensions=DECLARABLE, events=("donate",))
    token = world.token(site)
    world.view(site, token)

    @quickly
    @given(FLAGS, st.dictionaries(st.one_of(st.sampled_from(FIELDS), st.text(max_size=3)), VALUES, max_size=4))
    def send(flags, fields):
        body = json.dumps({"s": site, "t": token, **GOOD, "f": flags, **fields}).encode()
        assert world.post("/hit", body).status_code in (204, 400, 413)

    send()
    assert is_whole(counted(world, site))


def test_a_body_of_any_bytes_is_refused(world):
    site = world.add_site()
    good = json.dumps({"s": site, "t": world.token(site), **GOOD}).encode()

    @quickly
    @given(st.integers(0, len(good)), st.integers(0, len(good)), st.binary(max_size=1_100))
    def send(start, end, middle):
        body = good[:start] + middle + good[end:]
        assert world.post("/hit", body).status_code in (204, 400, 403, 413)

    send()
    assert world.post("/hit", good).status_code == 204


def test_headers_of_any_bytes_change_nothing_but_the_answer(world):
    site = world.add_site()
    token = world.token(site)
    message = {"s": site, "t": token, **GOOD, "f": hit.VISIT_FLAGS | hit.FIRST_VIEW | hit.FIRST_TOUCH}
    letters = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=100)
    sent = []

    @quickly
    @given(letters, letters, letters)
    def send(origin, agent, forwarded):
        headers = {"Origin": origin, "User_Agent": agent, "X_Forwarded_For": forwarded}
        sent.append(world.post("/hit", message, **headers).status_code)

    send()
    assert set(sent) <= {204, 403}
    assert world.post("/hit", message).status_code == 204
    counts = counted(world, site)
    assert counts["site"][""][1] == sent.count(204) + 1
    assert is_whole(counts)


@pytest.mark.parametrize("host", ["x" * 300, "a b", ""])
def test_a_first_hit_is_answered_whatever_its_host_is(world, host):
    site = world.add_site()
    body = json.dumps({"s": site, "t": world.token(site), **GOOD}).encode()
    world.app.collector.cache.sites.clear()  # a worker that does not know the site yet
    wire = Wire(world.app)

    assert wire.send(post("/hit", body, Host=host)).startswith(b"HTTP/1.1 204 ")
    wire.close()
