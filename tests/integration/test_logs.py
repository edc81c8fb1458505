"""Whatever goes wrong, the log says what and where, and nothing of who was there."""

import logging

import pytest
from sqlalchemy.exc import OperationalError
from werkzeug.test import Client

from consent_service.keeper.jobs import JOBS, JobRunner
from consent_service.serving import faults
from consent_service.spool import status
from consent_service.spool.merge import read_refusals
from tests.wire import Front
from tests.world import FIRST, World

ADDRESS, AGENT, PATH, VALUE = "203.0.113.77", "OddBrowser/77.7", "/shelter/room", "leaflet-77"


class Visit:
    """Visits in which everything that could be logged is a word that is searched for."""

    def __init__(self, world):
        self.world = world
        world.client = Client(Front(world.app))  # what goes wrong there is not Flask's to see
        self.site = world.add_site("Harbour", hosts=("harbour.example",))
        self.token = world.token(self.site)
        self.digest = world.notice(self.site)["digest"]
        self.secrets = [ADDRESS, AGENT, PATH, PATH[1:].replace("/", "%2F"), VALUE, self.token, self.site, "harbour"]
        self.everything = " ".join(self.secrets)

    def fault(self, *_, **__):
        """Raise what a program's fault would raise: with what it stumbled over in its words."""
        raise ValueError(self.everything)

    def come(self, world=None):
        """Ask for everything that there is, and let the keeper do everything that it does; gives the statuses."""
        world = world or self.world
        headers = {"User_Agent": AGENT, "X_Forwarded_For": ADDRESS, "Origin": "https://harbour.example"}
        hit = {"s": self.site, "t": self.token, "e": "view", "p": PATH, "f": FIRST, "r": f"{VALUE}.example"}
        answers = [
            world.post("/hit", hit, **headers),
            world.post("/hit", {**hit, "e": "engaged", "v": 3}, **headers),
            world.post("/consent", {"s": self.site, "n": self.digest}, **headers),
        ]
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        named["Host"] = "127.0.0.1:8000"
        seen = (f"/s/{self.site}/consent.js", f"/s/{self.site}/privacy", f"/s/{self.site}/notice.json?n={self.digest}")
        paths = (*seen, "/receipt", "/login?next=" + PATH, PATH, "/healthz", "/readyz", "/metrics")
        answers += [world.client.get(path, headers=named) for path in paths]
        answers.append(world.client.post("/receipt", data=self.token, headers=named))
        world.app.writer.seal()
        runner = JobRunner(world.keeper, world.app.services.spool, world.app.services.monotonic)
        for job in JOBS:
            runner.run(job)
        return [answer.status_code for answer in answers]


@pytest.fixture
def visit(world):
    return Visit(world)


@pytest.fixture
def said(caplog, capfd, visit):
    """The log, and what was printed; with what may not be in it looked for."""
    caplog.set_level(logging.INFO)

    def look():
        text = caplog.text + "".join(capfd.readouterr())
        assert [secret for secret in visit.secrets if secret in text] == []
        assert "Traceback" not in text
        return caplog.text

    return look


def test_when_nothing_goes_wrong_nothing_is_said(visit, said):
    visit.come()

    assert said() == ""


def test_a_fault_in_the_hot_path(visit, said, monkeypatch):
    visit.come()
    monkeypatch.setattr(visit.world.app.collector._increments, "_families", visit.fault)
    statuses = [visit.come()[0] for _ in range(5)]

    assert statuses == [500] * 5
    assert said().count("an error in the program: ValueError at test_logs.py") == 1


def test_a_fault_in_the_hot_path_is_counted_and_answered_as_any_refusal_is(visit, monkeypatch):
    message = {"s": visit.site, "t": visit.token, "e": "view", "p": PATH, "f": FIRST}
    visit.world.post("/hit", message)  # the worker knows the site and the token now
    monkeypatch.setattr(visit.world.app.collector._increments, "_families", visit.fault)
    answer = visit.world.post("/hit", message)

    assert answer.text == "this is a fault of the service: its log says which\n"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    visit.world.merge()
    assert read_refusals(visit.world.app.services.spool).totals[11] == 1


def test_a_fault_where_even_counting_it_fails(visit, said, monkeypatch):
    monkeypatch.setattr(visit.world.app.collector, "decide", visit.fault)
    monkeypatch.setattr(visit.world.app.writer, "refuse", visit.fault)

    assert visit.come()[:2] == [500, 500]
    assert "ValueError" in said()


@pytest.mark.parametrize(
    "name", ["notices.consent_js", "privacy.page", "receipt.check", "public.consent", "sign_in.form"]
)
def test_a_fault_in_a_page(visit, said, monkeypatch, name):
    monkeypatch.setitem(visit.world.app.flask.view_functions, name, visit.fault)

    assert 500 in visit.come()
    assert said().count("an error in the program: ValueError at test_logs.py") == 1


def test_a_fault_in_the_page_that_tells_of_faults(visit, said, monkeypatch):
    monkeypatch.setattr("consent_service.web.errors.render_template", visit.fault)

    assert 500 in visit.come()
    assert "ValueError" in said()


def test_a_fault_in_what_comes_after_each_page(visit, said):
    visit.world.app.flask.after_request_funcs[None].append(visit.fault)

    assert 500 in visit.come()
    assert "ValueError" in said()


@pytest.mark.parametrize(
    "step", ["consent_service.keeper.keeper.merge", "consent_service.keeper.batches.Catalogue.refresh"]
)
def test_a_fault_in_the_keeper(visit, said, monkeypatch, step):
    monkeypatch.setattr(step, visit.fault)
    visit.come()

    assert "waits: an error in the program: ValueError at test_logs.py" in said()


def test_no_room(visit, said, monkeypatch):
    def no_room(*_):
        raise OSError(28, "No space left on device", f"/dev/shm/{visit.everything}")

    monkeypatch.setattr("consent_service.spool.pending.write_whole", no_room)
    visit.come()
    monkeypatch.setattr("consent_service.spool.tally.os.posix_fallocate", no_room)
    visit.world.app.writer._tally = None

    assert visit.come()[0] == 503
    assert "merge waits: No space left on device" in said()


def test_the_database_is_away(visit, said, tmp_path):
    for engine in (visit.world.engine, visit.world.keeper.engine, visit.world.app.services.engine):
        engine.dispose()
    database = tmp_path / "data" / "consent.sqlite3"
    database.rename(database.with_suffix(".away"))
    database.mkdir()

    assert 503 in visit.come()
    assert "release waits: the database is away (OperationalError)" in said()


def test_a_key_is_missing(visit, said, environ, clock):
    other = World({**environ, "CONSENT_SECRET_KEYS": "x" * 32}, clock)
    statuses = [visit.come(other)[0] for _ in range(3)]
    other.dispose()

    assert statuses == [503] * 3
    assert said().count("CONSENT_SECRET_KEYS") == 1


def test_a_driver_that_names_values_in_its_error(visit, said, monkeypatch):
    def away(*_, **__):
        raise OperationalError(f"SELECT '{visit.everything}'", {"key": visit.site}, Exception(visit.everything))

    for place in ("consent_service.web.visitors.public.reading", "consent_service.keeper.batches.reading"):
        monkeypatch.setattr(place, away)
    visit.come()

    assert "the database is away (Exception)" in said()


def test_what_a_record_says_of_an_exception_is_its_kind_and_place(caplog, visit):
    log = logging.getLogger("tests.discreet")
    log.addFilter(faults.RedactingFilter())
    try:
        visit.fault()
    except ValueError:
        log.exception("on %s", PATH)

    assert caplog.messages[0].startswith("an error in the program: ValueError at test_logs.py:")
    assert VALUE not in caplog.text
    assert PATH not in caplog.text


def test_what_is_said_once_is_bounded(caplog):
    say = faults.LogOnce(logging.getLogger("tests.once"))
    for number in range(10 * faults.MOST_SAID):
        say(f"fault {number}")
        say(f"fault {number}")

    assert len(caplog.messages) == faults.MOST_SAID


def test_a_job_that_fails_leaves_nothing_for_the_scheduler_to_log(visit, monkeypatch):
    monkeypatch.setattr("consent_service.keeper.keeper.merge", visit.fault)
    runner = JobRunner(visit.world.keeper, visit.world.app.services.spool, visit.world.app.services.monotonic)

    runner.run(JOBS[0])
    assert status.read(visit.world.app.services.spool).troubles.keys() == {"merge"}
