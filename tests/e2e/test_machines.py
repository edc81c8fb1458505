"""Two complete services on one PostgreSQL, each with its own spool, as two machines behind a load balancer."""

import csv
import io
import json
import shutil
import urllib.request

import pytest

from consent_service.config import load
from consent_service.domain.calendar.periods import Period
from consent_service.storage.counts import closed
from consent_service.storage.database.engine import connect, reading
from tests.e2e.service import Service, wait_until
from tests.world import FIREFOX, FIRST

NOW = "2026-11-22 12:00:00"
NEXT_MONTH = "2026-12-01 00:01:00"
LATER = "2026-12-01 00:13:00"


@pytest.fixture
def machines(environ, postgresql, tmp_path):
    """Two services that run, on an empty database."""
    url = postgresql.new_database()
    made = [
        Service(
            {
                **environ,
                "CONSENT_DATABASE_URL": url,
                "CONSENT_DATA_DIR": str(tmp_path / name / "data"),
                "CONSENT_SPOOL_DIR": f"{environ['CONSENT_SPOOL_DIR']}-{name}",
                "CONSENT_WORKERS": "1",
                "CONSENT_RELEASE_SECONDS": "1",
            }
        )
        for name in ("first", "second")
    ]
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    made[0].run("migrate")
    for machine in made:
        machine.start(at=NOW)
    yield made
    for machine in made:
        machine.stop()
        shutil.rmtree(machine.environ["CONSENT_SPOOL_DIR"])


def add_site(machine):
    return machine.run("site", "add", "Harbour", "--host", "localhost", at=NOW).stdout.strip()


def notice(machine, site):
    with urllib.request.urlopen(f"{machine.url}/s/{site}/notice.json") as answer:
        return json.load(answer)


def post(machine, path, message):
    request = urllib.request.Request(f"{machine.url}{path}", json.dumps(message).encode(), {"User-Agent": FIREFOX})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def visits(machine, site, number, **fields):
    token = json.loads(post(machine, "/consent", {"s": site, "n": notice(machine, site)["digest"]}))["token"]
    for _ in range(number):
        post(machine, "/hit", {"s": site, "t": token, "e": "view", "p": "/", "f": FIRST, **fields})


def wait_for_the_close(machine, site):
    engine = connect(load(machine.environ).database_url)

    def is_closed():
        with reading(engine) as connection:
            return closed.months(connection, site) == [Period.parse("2026-11")]

    wait_until(is_closed, "the month to be closed")
    engine.dispose()


def exported(machine, site):
    done = machine.run("export", site, "2026-11", at=NEXT_MONTH)
    return {(row["dimension"], row["value"]): row["visits"] for row in csv.DictReader(io.StringIO(done.stdout))}


def test_what_two_machines_counted_is_exported_as_one(machines):
    first, second = machines
    site = add_site(first)
    visits(first, site, 23, z="Europe/Paris")
    visits(second, site, 14, z="Europe/Paris")
    visits(first, site, 16, z="Europe/Rome")
    visits(second, site, 17, z="Europe/Rome")

    for machine in machines:
        machine.run("close", at=NOW)  # releases by name what enough have in common
        machine.stop()
        machine.start(at=NEXT_MONTH)  # the keepers hand over and close by themselves
    wait_for_the_close(first, site)
    counts = exported(first, site)
    countries = {value: int(visits) for (name, value), visits in counts.items() if name == "country"}
    assert counts["site", ""] == "70"
    # Of a period of so few visits no country was stored before: what a machine handed over has no name.
    assert sum(countries.values()) == 70
    assert countries.get("FR", 0) <= 37
    assert countries.get("IT", 0) <= 33
    assert counts == exported(second, site)


@pytest.mark.long
def test_a_new_notice_reaches_the_other_machine_without_a_restart(machines, tmp_path):
    first, second = machines
    site = add_site(first)
    visits(second, site, 1)
    before = notice(second, site)["digest"]
    changed = tmp_path / "notice"
    english = notice(first, site)["texts"]["en"] | {"notice": "We count visits, and nobody."}
    changed.write_text(json.dumps({"texts": {"en": english}}))
    first.run("notice", "publish", site, str(changed), at=NOW)

    wait_until(lambda: notice(second, site)["digest"] != before, "the other machine to serve the new notice", 10)
    assert notice(second, site)["texts"]["en"]["notice"] == "We count visits, and nobody."


@pytest.mark.long
def test_a_machine_that_lost_its_memory_counts_on(machines):
    first, second = machines
    site = add_site(first)
    visits(second, site, 12)
    second.stop()
    shutil.rmtree(second.environ["CONSENT_SPOOL_DIR"])
    second.start(at=NOW)
    visits(second, site, 13)
    visits(first, site, 14)

    for at in (NEXT_MONTH, LATER):  # for ten minutes the lost spool is waited for
        for machine in machines:
            machine.stop()
            machine.start(at=at)
    wait_for_the_close(first, site)
    # What was released before the loss is in: all twelve or, if none was, nothing of them.
    assert exported(first, site)["site", ""] in ("27", "39")
