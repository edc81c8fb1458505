"""``/metrics``: nothing in it rests on few, and nothing in it came from outside."""

import re
from types import SimpleNamespace

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families

from consent_service.collect.responses import REFUSALS
from consent_service.domain.counting import hit
from consent_service.keeper.jobs import JOBS, JobRunner
from consent_service.spool import capacity
from tests.world import FIREFOX, FIRST


@pytest.fixture(autouse=True)
def _room_of_its_own(monkeypatch, spool_dir):
    """A file system of 500 MB with nothing in it but the spool."""

    def statvfs(path):
        taken = sum(file.lstat().st_blocks * 512 for file in spool_dir.rglob("*"))
        return SimpleNamespace(f_bavail=(500_500_000 - taken) // 4_096, f_frsize=4_096)

    monkeypatch.setattr(capacity.os, "statvfs", statvfs)


@pytest.fixture
def site(world):
    return world.add_site("Harbour")


def scrape(world, **headers):
    return world.client.get("/metrics", headers={name.replace("_", "-"): value for name, value in headers.items()})


def samples(world):
    """All samples by name and label values."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(scrape(world).text)
        for sample in family.samples
    }


def count(world, site, views):
    """So many views, put into the tally as the hot path does."""
    for _ in range(views):
        world.app.writer.count((site, "month", "2026-11-22"), [("site", "", hit.SITE_COUNTERS[0])])
    world.merge()


def test_hits_are_told_in_steps_of_a_thousand(world, site):
    told = []
    for views in (999, 1, 998, 1, 1):
        count(world, site, views)
        told.append(samples(world)["consent_hits_total",])

    assert told == [0, 1_000, 1_000, 1_000, 2_000]


def test_engaged_time_and_first_hits_are_hits_too(world):
    site = world.add_site(dimensions=("engagement",))
    token = world.token(site)
    count(world, site, 998)
    world.view(site, token)
    world.hit(site, token, flags=0, e="engaged", v=9)
    world.merge()

    assert samples(world)["consent_hits_total",] == 1_000


def test_refusals_are_told_by_reason_in_steps_of_a_thousand(world):
    for number, answer in enumerate(REFUSALS):
        for _ in range(1_000 * number + 999):
            world.app.writer.refuse(answer.reason)
    world.merge()
    found = samples(world)

    names = [answer.name for answer in REFUSALS]
    assert len(set(names)) == len(REFUSALS)
    assert [found["consent_refusals_total", name] for name in names] == [1_000 * n for n in range(len(REFUSALS))]


def test_one_visitor_changes_no_byte(world, site):
    count(world, site, 1_234)
    before = scrape(world).data
    world.visits(site, 1, ("/a", "/b"))
    world.app.writer.seal()
    in_between = scrape(world).data
    world.merge()

    assert scrape(world).data == in_between == before


def test_no_site_no_value_and_no_label_from_outside_is_in_it(world, site):
    token = world.token(site)
    for _ in range(1_100):
        world.view(site, token, "/secret-page", r="referrer.example", us="leaflet")
    world.post("/hit", b"x" * 2_000, User_Agent="Odd/1.0")
    world.merge()
    text = scrape(world).text

    for value in (site, token, "Harbour", "harbour.example", "secret-page", "referrer", "leaflet", "Odd", "127.0.0.1"):
        assert value not in text
    assert set(re.findall(r'(\w+)="', text)) == {"reason", "version"}


def test_what_is_not_traffic_is_told_as_it_is(world, tmp_path):
    spool = world.app.services.spool
    runner = JobRunner(world.keeper, spool, world.app.services.monotonic)
    for job in JOBS:
        runner.run(job)
    well = samples(world)
    world.app.services.engine.dispose()
    world.keeper.engine.dispose()
    database = tmp_path / "data" / "consent.sqlite3"
    database.rename(database.with_suffix(".away"))
    database.mkdir()
    for job in JOBS:
        runner.run(job)
    ill = samples(world)
    world.app.services.monotonic = lambda: 10**9

    names = ("consent_database_up", "consent_keeper_up", "consent_jobs_waiting")
    assert [well[name,] for name in names] == [1, 1, 0]
    assert [ill[name,] for name in names] == [0, 1, 7]
    assert samples(world)["consent_keeper_up",] == 0
    assert well["consent_build_info", "0.1.0"] == 1


def test_room_is_told_in_megabytes_and_leaves_tallies_out(world, site):
    before = samples(world)
    world.visits(site, 1)  # makes a tally of 1.4 MB
    assert samples(world) == before

    (world.app.services.spool.pending / "large").write_bytes(bytes(3_500_000))
    after = samples(world)
    assert (before["consent_spool_taken_bytes",], before["consent_spool_free_bytes",]) == (0, 500_000_000)
    assert (after["consent_spool_taken_bytes",], after["consent_spool_free_bytes",]) == (3_000_000, 496_000_000)


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "X_Real_IP", "Via", "X_Forwarded_Proto"])
def test_through_a_proxy_there_is_nothing(world, header):
    assert scrape(world, **{header: "x"}).status_code == 404


def test_it_answers_under_any_host_and_is_not_kept(world):
    answer = scrape(world, Host="10.0.0.1:8000")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.content_type.startswith("text/plain")


def test_nothing_of_process_or_interpreter_is_in_it(world):
    names = {family.name for family in text_string_to_metric_families(scrape(world).text)}

    assert names
    assert all(name.startswith("consent_") for name in names)


def test_refusals_of_an_older_version_are_read(world):
    world.app.services.spool.refusals.write_bytes(msgspec.msgpack.encode({"merged": 3, "totals": [2_000] + [0] * 9}))
    world.app.writer.refuse(0)
    world.post("/hit", b"x", User_Agent=FIREFOX, X_Forwarded_For=str(FIRST))
    world.merge()

    assert samples(world)["consent_refusals_total", "malformed"] == 2_000
