"""A canary goes through a real server, with and without something in front of it that logs."""

import base64
import io
import threading
from socketserver import ThreadingMixIn
from urllib.parse import quote
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from sqlalchemy import create_engine

from consent_service.audit import encodings, traces
from consent_service.audit.findings import Outcome
from consent_service.spool import sealed_tallies
from tests.postgresql import free_port


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


class Front:
    """What stands before the service: it hands each request on, and to whoever wants to log it."""

    def __init__(self, app):
        self.app = app
        self.log = lambda environ, body: None

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.log(environ, body)
        return self.app(environ | {"wsgi.input": io.BytesIO(body)}, start_response)


@pytest.fixture
def front(world):
    made = Front(world.app.flask)
    server = make_server("127.0.0.1", 0, made, Server, Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def logs(tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "old").write_text("from before")
    return folder


@pytest.fixture
def send(look, front, logs):
    def send(**changes):
        return look("canary", {"public_url": front.url}, folders=(logs,), **changes)

    return send


def test_where_nothing_logs_the_canary_is_found_nowhere_and_counted_nowhere(send, front, world):
    site, seen = world.add_site(), []
    front.log = lambda environ, body: seen.append(environ["PATH_INFO"])

    found = send()
    assert found.outcome == Outcome.OK, found.text
    assert seen == [f"/s/{site}/consent.js", "/hit"]
    world.app.writer.seal()
    assert not sealed_tallies.has_counted(world.keeper._spool, site)


LOGGED = {
    "the query": lambda environ, body: environ["QUERY_STRING"].encode(),
    "the agent": lambda environ, body: environ["HTTP_USER_AGENT"].encode(),
    "the referrer, in base64": lambda environ, body: base64.b64encode(environ["HTTP_REFERER"].encode()),
    "the language, in hex": lambda environ, body: environ["HTTP_ACCEPT_LANGUAGE"].encode().hex().encode(),
    "the cookie, in UTF-16": lambda environ, body: environ["HTTP_COOKIE"].encode("utf-16"),
    "the agent, in percent": lambda environ, body: quote(environ["HTTP_USER_AGENT"]).encode(),
    "the body": lambda environ, body: body,
}


def append(file, content):
    with file.open("ab") as stream:
        stream.write(content)


@pytest.mark.parametrize("what", list(LOGGED))
def test_a_proxy_that_logs_is_caught(send, front, world, logs, what):
    world.add_site()
    front.log = lambda environ, body: append(logs / "access.log", LOGGED[what](environ, body) + b"\n")

    found = send()
    assert found.outcome == Outcome.FAIL
    assert str(logs / "access.log") in found.text


@pytest.mark.parametrize("folder", ["var/log/nginx", "var/lib/docker/containers/x", "tmp", "var/tmp", "run/log"])
def test_the_machines_logs_and_temporary_files_are_searched(send, front, machine, folder):
    log = machine(f"{folder}/some.log")
    front.log = lambda environ, body: log.write_bytes(LOGGED["the agent"](environ, body))

    assert str(log) in send().text


def test_the_services_own_files_are_searched_whether_they_seem_to_have_changed_or_not(send, front, world):
    for folder in (world.config.data_dir, world.config.spool_dir):
        file = folder / "kept"
        file.write_bytes(bytes(400))

        def log(environ, body, file=file):
            before = file.stat()
            file.write_bytes(LOGGED["the agent"](environ, body)[:400].ljust(400))
            traces.os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

        front.log = log
        assert str(file) in send().text
        file.unlink()


def test_a_log_that_is_written_late_is_waited_for(send, front, logs):
    waiting, now = [], [0.0]
    front.log = lambda environ, body: waiting.append(LOGGED["the agent"](environ, body))

    def pause(seconds):
        now[0] += seconds
        if now[0] > 2:
            (logs / "late.log").write_bytes(waiting[-1])

    later = {"pause": pause, "monotonic": lambda: now[0]}
    assert send(patience=1, **later).outcome == Outcome.OK
    now[0] = 0.0
    assert str(logs / "late.log") in send(patience=5, **later).text


def test_only_the_end_of_a_long_log_is_read(send, front, logs, monkeypatch):
    monkeypatch.setattr(traces, "LAST_BYTES", 1_000)
    (logs / "long.log").write_bytes(b"." * 5_000)
    front.log = lambda environ, body: append(logs / "long.log", LOGGED["the agent"](environ, body))

    assert str(logs / "long.log") in send().text


def test_a_search_that_takes_too_long_says_so(send, front, monkeypatch):
    monkeypatch.setattr(traces, "MOST_SECONDS", -1)

    found = send()
    assert found.outcome == Outcome.UNKNOWN
    assert "took too long" in found.text


def test_a_file_that_cannot_be_read_is_named(send, front, logs, monkeypatch):
    def refuse(file, *arguments):
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(traces, "holds", refuse)
    front.log = lambda environ, body: (logs / "secret.log").write_bytes(b"x")
    found = send()

    assert found.outcome == Outcome.UNKNOWN
    assert "run this as root" in found.text


def test_a_public_address_that_cannot_be_reached_fails(look, world):
    url = f"http://127.0.0.1:{free_port()}"

    found = look("canary", {"public_url": url})
    assert found.outcome == Outcome.FAIL
    assert f"{url} cannot be reached from here (Connection refused)" in found.text


def test_a_canary_is_sent_though_the_database_is_away(send, front):
    away = create_engine(f"postgresql+psycopg://x@127.0.0.1:{free_port()}/x")
    sent = []
    front.log = lambda environ, body: sent.append(environ["PATH_INFO"])

    assert send(engine=away).outcome == Outcome.OK
    assert sent == ["/s/canary/consent.js", "/hit"]
    away.dispose()


def test_a_public_address_that_leads_elsewhere_fails(send, front):
    def elsewhere(environ, start_response):
        start_response("404 Not Found", [("Content-Length", "0")])
        return [b""]

    front.app = elsewhere
    found = send()
    assert found.outcome == Outcome.FAIL
    assert f"{front.url}/hit answers 404" in found.text


def test_a_further_address_is_tried_too(send, front, world):
    away = f"http://127.0.0.1:{free_port()}"
    assert away in send(urls=(away,)).text
    assert send(urls=(front.url,)).outcome == Outcome.OK


@pytest.fixture
def journalctl(machine, tmp_path, monkeypatch):
    """A journal, and a program that shows it."""
    machine("var/log/journal/kept")
    program = tmp_path / "programs" / "journalctl"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ncat {tmp_path}/entries\n")
    program.chmod(0o700)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    return tmp_path / "entries"


def test_the_journal_is_searched_through_its_own_program(send, front, journalctl):
    journalctl.write_bytes(b"MESSAGE=started\n")
    assert send().outcome == Outcome.OK

    front.log = lambda environ, body: journalctl.write_bytes(LOGGED["the agent"](environ, body))
    assert "written to the journal" in send().text


def test_the_journals_program_is_not_given_the_keys(send, journalctl, monkeypatch):
    """Others of its user can read what it is given, as they cannot of the service's own processes."""
    monkeypatch.setenv("CONSENT_SECRET_KEYS", "k" * 32)
    program, given = journalctl.with_name("programs") / "journalctl", journalctl.with_name("given")
    program.write_text(f"#!/bin/sh\nenv > {given}\n")

    assert send().outcome == Outcome.OK
    assert "PATH=" in given.read_text()
    assert "CONSENT" not in given.read_text()


def test_a_journal_that_cannot_be_read_is_told(send, front, journalctl):
    found = send()  # nothing has written the entries: the program fails

    assert found.outcome == Outcome.UNKNOWN
    assert "journal cannot be read" in found.text


def test_no_finding_holds_what_was_sent(send, front, logs, monkeypatch):
    made = []
    original = traces.spellings
    monkeypatch.setattr(traces, "spellings", lambda mark: made.append(mark) or original(mark))
    front.log = lambda environ, body: append(logs / "access.log", body)

    found = send()
    assert made
    assert not any(mark in found.text for mark in made)
    assert encodings.holds(logs / "access.log", {made[0].encode()})
