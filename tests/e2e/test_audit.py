"""The audit of a real service: what is the service's own is well, whatever the machine is like."""

import re
import subprocess

import pytest

from tests.e2e.service import wait_until

OF_THE_SERVICE = (
    "database settings",
    "database log",
    "schema",
    "cells below k",
    "overdue periods",
    "file rights",
    "spool in memory",
)
OF_THE_MACHINE = (
    "room in the spool",
    "core dumps",
    "swap",
    "hibernation",
    "host",
    "disk snapshots",
    "time zones",
    "proxy logs",
    "canary",
)


def rows_of(audit: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """The status of each check, by its name."""
    return dict(re.findall(r"^(\S+(?: \S+)*) {2,}(ok|WARN|unknown|FAIL) ", audit.stdout, re.MULTILINE))


pytestmark = pytest.mark.parametrize(
    "database_url", ["sqlite", pytest.param("postgresql", marks=pytest.mark.long)], indirect=True
)


@pytest.fixture
def audit(service):
    service.run("migrate")

    def audit(*options):
        done = service.run("audit", "--patience", "0", *options, check=False)
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return audit


def test_a_service_that_runs_as_it_should_passes(service, audit):
    service.run("site", "add", "Harbour", "--host", "harbour.example")
    service.start()
    wait_until(lambda: rows_of(audit())["overdue periods"] == "ok", "the keeper to be seen")
    done = audit()
    rows = rows_of(done)

    assert list(rows) == [*OF_THE_SERVICE, *OF_THE_MACHINE]
    assert {name: rows[name] for name in OF_THE_SERVICE} == dict.fromkeys(OF_THE_SERVICE, "ok"), done.stdout
    assert rows["canary"] != "FAIL", done.stdout
    assert rows["core dumps"] in ("ok", "WARN"), done.stdout
    falls_short = bool({"FAIL", "unknown"} & set(rows.values()))
    assert done.returncode == falls_short
    assert bool(done.stderr) == falls_short


def test_an_installation_that_falls_short_ends_with_status_1_and_says_how_much_does(service, audit):
    done = audit()  # nothing listens on the public address

    assert rows_of(done)["canary"] == "FAIL"
    assert done.returncode == 1
    assert re.fullmatch(r"consent-service: \d+ checks? falls? short.*\n", done.stderr)
