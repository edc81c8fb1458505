"""What a worker's event loop makes of what comes over a connection: whole or in pieces, soon, late or never."""

import json

import pytest

from consent_service.collect.payload import LONGEST_BODY
from consent_service.front.pool import Busy
from consent_service.front.protocol import (
    BYTES_PER_SECOND,
    LONGEST_HEAD,
    MOST_AT_ONCE,
    MOST_QUEUED,
    REQUEST_SECONDS,
    SILENCE_SECONDS,
    STALLED_SECONDS,
    Connections,
)
from tests.wire import Wire, post
from tests.world import FIREFOX, FIRST


@pytest.fixture
def site(world):
    return world.add_site()


@pytest.fixture
def body(world, site):
    """Of a hit."""
    return json.dumps({"s": site, "t": world.token(site), "e": "view", "p": "/", "f": FIRST}).encode()


def visits(world, site):
    world.merge()
    return world.pending(site, "2026-11")["site"][""][1]


def status(answer):
    assert answer.startswith(b"HTTP/1.1 ")
    return int(answer[9:12])


# In pieces


def test_a_hit_may_come_byte_by_byte(world, site, wire, body):
    request = post("/hit", body, User_Agent=FIREFOX)
    answers = [wire.send(bytes([byte])) for byte in request]

    assert status(answers.pop()) == 204
    assert set(answers) == {b""}
    assert visits(world, site) == 1


def test_a_hit_may_come_in_chunks(world, site, wire, body):
    head = b"POST /hit HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:40], body[40:])) + b"0\r\n\r\n"

    assert status(wire.send(head + chunks)) == 204
    assert visits(world, site) == 1


def test_hits_may_come_many_at_once_and_are_answered_in_turn(world, site, wire, body):
    answers = wire.send(post("/hit", body) * 20 + post("/hit", b"{}") + post("/hit", body))

    assert [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]] == [204] * 20 + [400, 204]
    assert visits(world, site) == 21


def test_a_hit_behind_a_page_waits_for_its_answer(world, site, wire, body):
    answers = wire.send(post("/healthz", b"", "GET") + post("/hit", body))

    assert [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]] == [200, 204]
    assert visits(world, site) == 1


def test_who_asks_whether_to_go_on_is_told_to(world, site, wire, body):
    head, _, _ = post("/hit", body, Expect="100-continue").partition(b"\r\n\r\n")

    assert wire.send(head + b"\r\n\r\n").startswith(b"HTTP/1.1 100 Continue")
    assert status(wire.send(body)) == 204


@pytest.mark.parametrize(
    ("line", "closes"), [("HTTP/1.1", False), ("HTTP/1.0", True), ("HTTP/1.1\r\nConnection: close", True)]
)
def test_the_connection_stays_if_its_sender_wants_it(wire, body, line, closes):
    answer = wire.send(post("/hit", body).replace(b"HTTP/1.1", line.encode(), 1))

    assert status(answer) == 204
    assert (b"connection: close" in answer) == wire.transport.closed == closes


def test_several_lines_of_addresses_are_one_list(world, wire, body, monkeypatch):
    seen = []
    monkeypatch.setattr(world.app.collector, "_admits", lambda peer, forwarded: seen.append((peer, forwarded)) or True)
    wire.send(post("/hit", body, X_Forwarded_For="198.51.100.7\r\nX-Forwarded-For: 203.0.113.9"))

    assert seen == [("127.0.0.1", "198.51.100.7, 203.0.113.9")]


def test_a_header_with_another_spelling_is_not_taken_for_a_proxys(world, wire):
    seen = []
    world.app.pages._application = lambda environ, start: seen.append(environ) or start("204 No Content", []) or []
    wire.send(b"GET /healthz HTTP/1.1\r\nX_Forwarded_For: 198.51.100.7\r\nX-Real: a\r\nX-Real: b\r\n\r\n")

    assert "HTTP_X_FORWARDED_FOR" not in seen[0]
    assert seen[0]["HTTP_X_REAL"] == "a,b"


# Too large


@pytest.mark.parametrize("path", ["/hit", "/consent"])
def test_a_body_that_is_too_large_is_refused(wire, path):
    assert status(wire.send(post(path, b"x" * (LONGEST_BODY + 1)))) == 413


def test_a_body_without_end_is_not_kept(wire):
    wire.send(b"POST /hit HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")

    assert status(wire.send(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")) == 413
    assert wire.transport.closed


def test_a_hit_that_is_too_large_is_refused_by_its_length_alone(wire):
    head, _, _ = post("/hit", b"x" * 100_000).partition(b"\r\n\r\n")

    assert status(wire.send(head + b"\r\n\r\n")) == 413
    assert wire.transport.closed


def test_headers_that_come_in_one_piece_are_bounded_too(wire):
    head = b"GET /healthz HTTP/1.1\r\n" + b"X-Line: %b\r\n" % (b"x" * 1_000) * (LONGEST_HEAD // 1_000 + 1)

    assert status(wire.send(head + b"\r\n")) == 431
    assert wire.transport.closed


def test_headers_behind_the_body_are_neither_believed_nor_kept(world, wire, body, monkeypatch):
    seen = []
    monkeypatch.setattr(world.app.collector, "_admits", lambda peer, forwarded: seen.append(forwarded) or True)
    wire.send(b"POST /hit HTTP/1.1\r\nTransfer-Encoding: chunked\r\nX-Forwarded-For: 198.51.100.7\r\n\r\n")
    wire.send(b"%x\r\n%b\r\n0\r\n" % (len(body), body))
    for _ in range(100):
        wire.send(b"X-Forwarded-For: 203.0.113.9\r\n")
    assert len(wire.protocol.headers) == 2
    assert status(wire.send(b"\r\n")) == 204

    assert seen == ["198.51.100.7"]


@pytest.mark.parametrize("path", ["/hit", "/consent"])
def test_what_flask_answers_may_come_in_chunks_too(world, site, wire, body, path):
    world.app.collector.cache.sites.clear()  # a worker that does not know the site yet
    sent = body if path == "/hit" else json.dumps({"s": site, "n": world.notice(site)["digest"]}).encode()
    head = b"POST %b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" % path.encode()

    assert status(wire.send(head + b"%x\r\n%b\r\n0\r\n\r\n" % (len(sent), sent))) in (200, 204)


def test_pages_are_not_queued_without_end(wire):
    answers = wire.send(post("/healthz", b"", "GET") * 1_000)

    assert len(wire.protocol.pipeline) <= MOST_QUEUED
    assert answers.count(b"HTTP/1.1 ") <= MOST_QUEUED + 1
    assert wire.transport.closed


def test_hits_that_come_at_once_are_bounded(world, site, wire, body):
    answers = wire.send(post("/hit", body) * (MOST_AT_ONCE + 10))

    assert answers.count(b"HTTP/1.1 204 ") == MOST_AT_ONCE == visits(world, site)
    assert wire.transport.closed


def test_a_hit_before_nonsense_is_answered(world, site, wire, body):
    answers = wire.send(post("/hit", body) + b"nonsense\r\n\r\n")

    assert [int(part[:3]) for part in answers.split(b"HTTP/1.1 ")[1:]] == [204, 400]
    assert visits(world, site) == 1


def test_an_answer_that_is_taken_slowly_is_not_cut(wire):
    unsent = [100_000]
    wire.transport.get_write_buffer_size = lambda: unsent[0]
    wire.protocol.pause_writing()
    for _ in range(6):
        wire.loop.move(SILENCE_SECONDS)
        assert not wire.transport.closed
        unsent[0] -= 10_000
    for _ in range(3):
        wire.loop.move(STALLED_SECONDS)
    assert wire.transport.closed


def test_headers_without_end_are_not_kept(wire):
    wire.send(b"GET / HTTP/1.1\r\n")
    answers = b"".join(wire.send(b"X-Line: " + b"x" * 1_000 + b"\r\n") for _ in range(LONGEST_HEAD // 1_000 + 1))

    assert status(answers) == 431
    assert wire.transport.closed


@pytest.mark.parametrize(
    "sent",
    [b"nonsense\r\n\r\n", b"GET /\xc3\xa9 HTTP/1.1\r\n\r\n", b"\x16\x03\x01"],
)
def test_what_is_not_http_is_refused_and_not_logged(wire, sent, capfd, caplog):
    assert status(wire.send(sent)) == 400
    assert wire.transport.closed
    assert "".join(capfd.readouterr()) == caplog.text == ""


# Bodies that nobody waits for


@pytest.mark.parametrize(
    ("path", "method", "expected"),
    [
        ("/nowhere", "POST", 404),
        ("/healthz", "POST", 405),
        ("/sites/abc/settings", "POST", 400),
        ("/login", "POST", 400),
    ],
)
def test_what_no_form_waits_for_is_answered_before_it_is_there(wire, path, method, expected):
    head, _, _ = post(path, b"x" * 100, method, Host="127.0.0.1:8000").partition(b"\r\n\r\n")
    answer = wire.send(head + b"\r\n\r\n")
    if path == "/login":  # it takes a form of anybody
        assert answer == b""
        answer = wire.send(b"x" * 100)
    assert status(answer) == expected


def test_a_body_that_was_not_waited_for_has_no_longer_than_others(wire):
    head, _, _ = post("/nowhere", b"x" * 10_000_000, Host="127.0.0.1:8000").partition(b"\r\n\r\n")
    assert status(wire.send(head + b"\r\n\r\n")) == 404
    for _ in range(REQUEST_SECONDS):
        wire.send(b"x" * BYTES_PER_SECOND)
        wire.loop.move(1)

    assert wire.transport.closed
    assert wire.take() == b""


def test_a_form_that_is_too_large_is_refused_by_its_length_alone(wire):
    head, _, _ = post("/login", b"x" * 100_000, Host="127.0.0.1:8000").partition(b"\r\n\r\n")
    answer = wire.send(head + b"\r\n\r\n")

    assert status(answer) == 413
    assert b"This form takes 64 kB in 200 fields" in answer


def test_a_form_of_too_many_fields_is_refused(wire):
    form = "&".join(f"f{number}=1" for number in range(201)).encode()
    kind = "application/x-www-form-urlencoded"

    assert status(wire.send(post("/login", form, Host="127.0.0.1:8000", Content_Type=kind))) == 413


# Late


def test_a_body_that_does_not_come_is_given_up(wire, body):
    wire.send(post("/hit", body)[:-10])
    wire.loop.move(REQUEST_SECONDS - 1)
    assert not wire.transport.closed
    wire.loop.move(1)

    assert status(wire.take()) == 408
    assert wire.transport.closed


@pytest.mark.parametrize("begun", [b"GET", b"GET / HTTP/1.1\r\nX-Slow: ", post("/login", b"x" * 100)[:-50]])
def test_so_are_slow_headers_and_slow_forms(wire, begun):
    for byte in begun:
        wire.send(bytes([byte]))
    for _ in range(REQUEST_SECONDS):
        wire.loop.move(1)

    assert status(wire.take()) == 408
    assert wire.transport.closed


def test_a_large_form_has_as_long_as_it_comes_fast_enough(wire):
    head, _, _ = post("/login", b"x" * 60_000, Host="127.0.0.1:8000").partition(b"\r\n\r\n")
    wire.send(head + b"\r\n\r\n")
    wire.protocol._received = REQUEST_SECONDS * BYTES_PER_SECOND  # as if it had
    wire.loop.move(REQUEST_SECONDS)
    assert not wire.transport.closed
    wire.loop.move(REQUEST_SECONDS)
    assert status(wire.take()) == 408


def test_what_was_late_once_may_be_in_time_the_next_time(world, site, wire, body):
    for _ in range(3):
        wire.send(post("/hit", body)[:-10])
        wire.loop.move(REQUEST_SECONDS - 1)
        assert status(wire.send(body[-10:])) == 204
    assert visits(world, site) == 3


def test_a_silent_connection_is_closed_and_a_busy_one_is_not(wire, body):
    for _ in range(3):
        wire.loop.move(SILENCE_SECONDS - 1)
        assert status(wire.send(post("/hit", body))) == 204
    wire.loop.move(SILENCE_SECONDS)

    assert wire.transport.closed
    assert wire.take() == b""


def test_who_takes_no_answers_is_read_no_more_and_cut(wire):
    paused = []
    wire.transport.pause_reading = lambda: paused.append(1)
    wire.protocol.pause_writing()
    assert paused
    wire.loop.move(STALLED_SECONDS)

    assert wire.transport.closed


# A worker that stops


def test_a_hit_that_is_being_read_when_the_worker_stops_is_answered(world, site, wire, body):
    wire.send(post("/hit", body)[:-10])
    wire.protocol.shutdown()
    assert not wire.transport.closed
    answer = wire.send(body[-10:])

    assert status(answer) == 204
    assert b"connection: close" in answer
    assert wire.transport.closed
    assert visits(world, site) == 1


def test_an_answer_that_was_not_sent_yet_is_sent_before_the_connection_ends(wire, body):
    wire.protocol.data_received(post("/hit", body))
    wire.protocol.shutdown()

    assert status(wire.take()) == 204
    assert wire.transport.closed


def test_hits_that_came_with_a_part_of_the_next_are_not_taken_for_its_head(wire, body):
    hits = LONGEST_HEAD // len(post("/hit", body)) + 1
    answers = wire.send(post("/hit", body) * hits + b"GET")

    assert answers.count(b"HTTP/1.1 204 ") == hits
    assert not wire.transport.closed


# Many


def test_where_there_are_too_many_a_silent_one_makes_room(world, body):
    shared = Connections(2)
    busy, silent = Wire(world.app, shared=shared), Wire(world.app, shared=shared)
    for wire in (busy, silent):
        wire.loop.move(2)
    busy.send(post("/hit", body))
    third = Wire(world.app, shared=shared)

    assert [wire.transport.closed for wire in (busy, silent, third)] == [False, True, False]
    for wire in (busy, silent, third):
        wire.close()


def test_where_all_are_busy_a_hit_is_answered_before_its_connection_makes_room(world, site, body):
    shared = Connections(1)
    first = Wire(world.app, shared=shared)
    first.protocol.data_received(post("/hit", body))
    second = Wire(world.app, shared=shared)

    assert first.transport.closed
    assert status(first.take()) == 204
    assert visits(world, site) == 1
    for wire in (first, second):
        wire.close()


def test_one_that_does_not_read_makes_room_too(world, site, body):
    shared = Connections(1)
    first = Wire(world.app, shared=shared)
    first.protocol.data_received(post("/hit", body))
    first.transport.unread = 1
    second = Wire(world.app, shared=shared)

    assert first.transport.closed
    for wire in (first, second):
        wire.close()


def test_a_full_queue_is_told_to_come_again(world, wire, monkeypatch):
    monkeypatch.setattr(world.app.pages, "_pool_of", lambda _: Full())
    answer = wire.send(post("/login", b"", "GET"))

    assert status(answer) == 503
    assert b"retry-after: 5" in answer


class Full:
    async def run(self, _):
        raise Busy
